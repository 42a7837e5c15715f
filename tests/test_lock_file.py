"""The lock files: they cover pyproject.toml, name what is tested here, and a wrong hash stops."""

import hashlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from requirements.lock import PYTHONS, Locked, reach, requirement_groups

ROOT = Path(__file__).parents[1]
GROUPS = requirement_groups(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8")))
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
_ENTRY = re.compile(
    r"^([\w.-]+)==(\S+)(?: ; ([^\\\n]+?))?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n", re.M
)


def lock_of(group):
    """What a lock file pins: name -> (version, marker, hashes)."""
    text = (ROOT / "requirements" / f"{group}.lock").read_text(encoding="utf-8")
    head, _, body = text.partition("\n")
    assert head.startswith("# ")
    assert not _ENTRY.sub("", body), "every entry is name==version with sha256 hashes"
    return {
        name: (version, marker, set(re.findall("[0-9a-f]{64}", hashes)))
        for name, version, marker, hashes in _ENTRY.findall(body)
    }


def pins_of(group):
    """All that is installed with a group: an extra's file stands on run's and torch's."""
    if group == "build":
        return lock_of("build")
    return {**lock_of("run"), **lock_of("torch-cpu"), **lock_of(group)}


@pytest.mark.parametrize(
    ("group", "wanted"),
    [(group, line) for group, lines in GROUPS.items() for line in lines],
)
def test_a_requirement_of_pyproject_is_locked_within_its_bounds(group, wanted):
    asked = Requirement(wanted)
    pins = pins_of(group)
    assert canonicalize_name(asked.name) in pins, "run `make lock`"
    version, marker, _ = pins[canonicalize_name(asked.name)]
    assert asked.specifier.contains(Version(version)), "run `make lock`"
    assert not asked.marker or marker == str(asked.marker)


@pytest.mark.parametrize("group", ["run", "dev"])
def test_nothing_that_an_installed_package_requires_is_left_out(group):
    packages = {}
    for name, (version, _, _) in pins_of(group).items():
        if name != "audioop-lts":  # for Python 3.13 alone
            found = importlib.metadata.distribution(name)
            requires = [Requirement(line) for line in found.requires or []]
            packages[name] = Locked(name, version, requires)
    names, missing = reach(GROUPS[group], packages, HERE, cuda=False)
    assert missing == []
    assert {"torch", "numpy"} <= names if group == "run" else {"pytest", "pluggy"} <= names


@pytest.mark.parametrize("group", ["run", "torch-cpu", "dev"])
def test_what_is_tested_here_is_what_is_locked(group):
    pins = {name: pin for name, pin in lock_of(group).items() if "3.13" not in pin[1]}
    here = {name: importlib.metadata.version(name) for name in pins}
    torch = re.compile(r"2\.13\.0(\+cpu)?")  # PyPI's build says 2.13.0, the one without CUDA +cpu
    assert {n: v for n, v in here.items() if n != "torch"} == {
        n: pin[0] for n, pin in pins.items() if n != "torch"
    }
    assert "torch" not in here or torch.fullmatch(here["torch"])


def test_torch_is_locked_in_both_builds_with_a_hash_for_each_python():
    cpu, cuda = lock_of("torch-cpu"), lock_of("torch-cuda")
    assert (cpu["torch"][0], cuda["torch"][0]) == ("2.13.0+cpu", "2.13.0")
    assert len(cpu["torch"][2]) == len(cuda["torch"][2]) == len(PYTHONS)
    assert not cpu["torch"][2] & cuda["torch"][2]
    assert "torch" not in lock_of("run")
    assert list(cpu) == ["torch"]
    assert {"triton", "cuda-toolkit", "nvidia-cudnn-cu13"} <= set(cuda)


def test_no_package_has_two_versions():
    seen = {}
    for path in sorted((ROOT / "requirements").glob("*.lock")):
        for name, (version, _, _) in lock_of(path.stem).items():
            assert seen.setdefault(name, version).split("+")[0] == version.split("+")[0]
    assert "suyuan" not in seen


def test_the_makefile_installs_nothing_without_a_hash():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = [line for line in text.splitlines() if "$(PIP) install" in line]
    locked = [line for line in installs if "--require-hashes --no-deps --only-binary" in line]
    ours = [line for line in installs if "--no-deps --no-build-isolation --editable ." in line]
    assert (len(installs), len(locked), len(ours)) == (2, 1, 1)
    assert text.count("$(INSTALL) -r requirements/") == text.count("$(INSTALL)")


def wheel(folder):
    """A wheel of a package of one line; its SHA-256."""
    path = folder / "suyuan_probe-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("suyuan_probe.py", "X = 1\n")
        info = "suyuan_probe-1.0.dist-info"
        packed.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: suyuan-probe\nVersion: 1.0\n"
        )
        packed.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        packed.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("altered", [False, True])
def test_a_wheel_with_another_hash_is_not_installed(tmp_path, altered):
    digest = wheel(tmp_path)
    digest = f"{int(digest[0], 16) ^ 1:x}{digest[1:]}" if altered else digest
    lock, target = tmp_path / "probe.lock", tmp_path / "site"
    lock.write_text(f"suyuan-probe==1.0 \\\n    --hash=sha256:{digest}\n", encoding="utf-8")
    flags = ["--require-hashes", "--no-deps", "--only-binary", ":all:"]  # the Makefile's
    places = ["--find-links", str(tmp_path), "--target", str(target), "-r", str(lock)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--isolated", "--no-index", *flags, *places],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0, (target / "suyuan_probe.py").exists()) == (not altered,) * 2
    assert ("DO NOT MATCH THE HASHES" in done.stderr) is altered


# --- what `make lock` works out


def graph(**requires):
    return {
        name: Locked(name, "1.0", [Requirement(line) for line in lines])
        for name, lines in requires.items()
    }


def test_the_graph_is_walked_by_markers_extras_and_the_build_of_torch():
    packages = graph(
        a=['old; python_version < "3.13"', 'win; sys_platform == "win32"', "b[more]"],
        b=["c", 'd; extra == "more"', 'e; extra == "less"'],
        c=["torch"],
        d=[],
        old=[],
        torch=["nvidia-cudnn-cu13", "sympy"],
        sympy=[],
        **{"nvidia-cudnn-cu13": []},
    )
    both = {"a", "b", "c", "d", "torch", "sympy"}
    assert reach(["a"], packages, "3.12", cuda=False) == (both | {"old"}, [])
    assert reach(["a"], packages, "3.13") == (both | {"nvidia-cudnn-cu13"}, [])


def test_what_no_package_meets_is_told():
    packages = graph(a=["b>=2", "c"], b=[])
    names, missing = reach(["a"], packages, "3.12")
    assert names == {"a"}
    assert sorted(map(str, missing)) == ["b>=2", "c"]
