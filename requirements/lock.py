"""Write the lock files of this folder: exact versions and the hashes of their wheels.

``make lock`` runs it. It asks pip alone, without this machine's pip configuration, and keeps the
versions that are locked already unless ``--upgrade`` is given. Wheels only: no set-up code of a
package runs on installing. Knows nothing of what the packages do.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).parent
PYTHONS = ("3.11", "3.12", "3.13")

# glibc 2.28 is what torch's own wheel asks for; pip takes no range here.
_PLATFORMS = (
    *(f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)),
    *("manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64"),
)
# What a venv needs before the project: pip itself and the backend of pyproject.toml, with what
# hatchling asks for in an editable build (hatchling.build.get_requires_for_build_editable).
_BUILD = ("pip", "editables")
# The builds without CUDA lie on https://download.pytorch.org/whl/cpu/torch/ alone. The first was
# hashed on this project's machines; all three stand so on that page as others recorded it.
_TORCH_CPU = (
    "2.13.0",
    (
        "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",  # cp311
        "4ca4a9394b0c771238a4f73590fdbbc4debad85ed0fa63d026ae1b085da7d6e2",  # cp312
        "3fbf9c9d1f3c10c2d59d04aca426dee9ccc6ceb32d255c61e93acc3b4f75fae6",  # cp313
    ),
)
# What the wheel with CUDA asks for and the one without does not (their METADATA, 2.13.0).
_CUDA_ONLY = re.compile(r"(cuda|nvidia|triton)\b")


@dataclass
class Locked:
    """One package at its version, with what its wheels require and the hashes of the wheels."""

    name: str
    version: str
    requires: list[Requirement]
    hashes: set[str] = field(default_factory=set)


def main() -> None:
    """Resolve, collect hashes for every Python of ``PYTHONS`` and write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions allowed")
    options = parser.parse_args()
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text(encoding="utf-8"))
    groups = requirement_groups(project)
    kept = [] if options.upgrade else pins_on_disk()
    roots = [line for lines in groups.values() for line in lines]
    packages = resolve(roots, kept)
    for python in PYTHONS:
        names, _ = reach(roots, packages, python)
        for entry in _report(_pins(packages[name] for name in names), python, "--no-deps"):
            found = entry["download_info"]["archive_info"]["hashes"]
            packages[_name(entry)].hashes.add(found["sha256"])
    if packages["torch"].version != _TORCH_CPU[0]:
        sys.exit(f"torch is locked at {packages['torch'].version}: set _TORCH_CPU in {__file__}")
    write(groups, packages)


def requirement_groups(project: Mapping[str, dict]) -> dict[str, list[str]]:
    """What pyproject.toml asks for: ``build``, ``run`` and one group for each extra."""
    return {
        "build": [*project["build-system"]["requires"], *_BUILD],
        "run": project["project"]["dependencies"],
        **project["project"]["optional-dependencies"],
    }


def pins_on_disk() -> list[str]:
    """The ``name==version`` lines of the lock files that stand."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.lock")))
    text = text.replace("+cpu", "")  # PyPI, which is asked here, has the other build alone
    return sorted(set(re.findall(r"^[\w.-]+==[^\s;\\]+", text, re.MULTILINE)))


def resolve(roots: list[str], pins: list[str]) -> dict[str, Locked]:
    """All packages that ``roots`` need under any Python of ``PYTHONS``, one version for all.

    pip evaluates markers for the Python it runs on, so what only another one needs is found by
    walking the graph and resolved for that one.
    """
    packages: dict[str, Locked] = {}
    for python in PYTHONS:
        while missing := reach(roots, packages, python)[1]:
            wanted = [str(requirement).split(";")[0] for requirement in missing]
            found = _report(wanted, python, constraints=_pins(packages.values()) or pins)
            for entry in found:
                name, version = _name(entry), entry["metadata"]["version"]
                requires = [
                    Requirement(line) for line in entry["metadata"].get("requires_dist", [])
                ]
                packages.setdefault(name, Locked(name, version, requires))
    return packages


def reach(
    roots: Iterable[str | Requirement],
    packages: Mapping[str, Locked],
    python: str,
    *,
    cuda: bool = True,
) -> tuple[set[str], list[Requirement]]:
    """The names that ``roots`` need under ``python``, and requirements that no package meets.

    Args:
        roots: Requirements to begin with.
        packages: What is locked, by canonical name.
        python: A version like ``3.12``; the platform is Linux on x86-64 with CPython.
        cuda: Whether torch is the build with CUDA.
    """
    todo = [(Requirement(str(root)), "") for root in roots]
    seen: set[tuple[str, str]] = set()
    missing: list[Requirement] = []
    while todo:
        requirement, extra = todo.pop()
        if requirement.marker and not requirement.marker.evaluate(_environment(python, extra)):
            continue
        package = packages.get(canonicalize_name(requirement.name))
        if package is None or not requirement.specifier.contains(package.version, prereleases=True):
            missing.append(requirement)
            continue
        for each in {"", *requirement.extras} - {e for name, e in seen if name == package.name}:
            seen.add((package.name, each))
            todo += [
                (needed, each)
                for needed in package.requires
                if cuda or package.name != "torch" or not _CUDA_ONLY.match(needed.name)
            ]
    return {name for name, _ in seen}, missing


def write(groups: Mapping[str, list[str]], packages: Mapping[str, Locked]) -> None:
    """One file per group, and one for each build of torch; an extra's leaves out what run's has."""
    needed = {
        group: {python: reach(lines, packages, python, cuda=False)[0] for python in PYTHONS}
        for group, lines in groups.items()
    }
    run = needed["run"]
    texts = {"torch-cpu": _entry(Locked("torch", f"{_TORCH_CPU[0]}+cpu", [], set(_TORCH_CPU[1])))}
    needed["torch-cuda"] = {
        python: reach(groups["run"], packages, python)[0] - run[python] | {"torch"}
        for python in PYTHONS
    }
    asked = [Requirement(line) for lines in groups.values() for line in lines]
    markers = {canonicalize_name(each.name): str(each.marker) for each in asked if each.marker}
    for group, names in needed.items():
        texts[group] = ""
        for name in sorted(set().union(*names.values())):
            pythons = [p for p in PYTHONS if name in names[p] and not _apart(group, name, run[p])]
            if pythons:
                texts[group] += _entry(packages[name], markers.get(name) or _marker(pythons))
    for group, text in texts.items():
        head = f"# {group}: written by `make lock` from pyproject.toml; do not edit.\n"
        (FOLDER / f"{group}.lock").write_text(head + text, encoding="utf-8")


def _apart(group: str, name: str, run: set[str]) -> bool:
    """Whether ``name`` stands in another file: torch has its own, an extra builds on run's."""
    if group == "run":
        return name == "torch"
    return group not in {"build", "torch-cuda"} and name in run


def _entry(package: Locked, marker: str = "") -> str:
    first = f"{package.name}=={package.version}" + (f" ; {marker}" if marker else "")
    return " \\\n    ".join([first, *(f"--hash=sha256:{h}" for h in sorted(package.hashes))]) + "\n"


def _marker(pythons: list[str]) -> str:
    if len(pythons) == len(PYTHONS):
        return ""
    return " or ".join(f'python_version == "{python}"' for python in pythons)


def _environment(python: str, extra: str) -> dict[str, str]:
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "6.1",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "linux",
        "extra": extra,
    }


def _pins(packages: Iterable[Locked]) -> list[str]:
    return [f"{package.name}=={package.version}" for package in packages]


def _name(entry: Mapping[str, dict]) -> str:
    return canonicalize_name(entry["metadata"]["name"])


def _report(
    wanted: list[str], python: str, *flags: str, constraints: Iterable[str] = ()
) -> list[dict]:
    """What pip would install, as its JSON report tells it. Downloads metadata only."""
    with tempfile.TemporaryDirectory() as scratch:
        asked, bounds, report = (
            Path(scratch) / name for name in ("in.txt", "pins.txt", "out.json")
        )
        asked.write_text("\n".join(wanted), encoding="utf-8")
        bounds.write_text("\n".join(constraints), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run"]
        command += ["--ignore-installed", "--only-binary", ":all:", "--target", scratch]
        command += ["--python-version", python, "--implementation", "cp"]
        command += [f"--platform={platform}" for platform in _PLATFORMS]
        command += ["--report", str(report), "-r", str(asked), "-c", str(bounds), *flags]
        done = subprocess.run(command, env=_plain_environment(), check=False)
        if done.returncode:
            sys.exit(f"pip could not resolve for Python {python}; the lock files are unchanged.")
        return json.loads(report.read_text(encoding="utf-8"))["install"]


def _plain_environment() -> dict[str, str]:
    """This process's environment without pip's settings but where and how to reach the index."""
    kept = {"PIP_INDEX_URL", "PIP_CERT", "PIP_PROXY", "PIP_DEFAULT_TIMEOUT"}
    env = {k: v for k, v in os.environ.items() if not k.startswith("PIP_") or k in kept}
    return env | {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


if __name__ == "__main__":
    main()
