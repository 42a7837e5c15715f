import json
from pathlib import Path

from index.archive import Archive
from index.errors import ArchiveError
from index.ingest import ingest_paths
from index.read_options import ReadOptions
from index.watch import Watcher
from tests.fakes import FakeEncoder

_ENCODER = FakeEncoder()


class _Newsroom:
    """A folder that is watched; what was told, and what was ingested in each look."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder, self.archive = tmp_path / "in", tmp_path / "archive"
        self.folder.mkdir()
        self.told: list[str] = []
        self.taken: list[list[str]] = []
        self.faults: dict[str, Exception] = {}
        self.watcher = Watcher(self.folder, self._ingest, self.told.append, lambda report: None)

    def _ingest(self, paths):
        for path in paths:
            if path.name in self.faults:
                raise self.faults[path.name]
        report = ingest_paths(self.archive, paths, ReadOptions(), lambda: _ENCODER)
        self.taken.append([path.name for path in paths])
        return report

    def write(self, name: str, *texts: str) -> None:
        rows = [
            json.dumps({"id": f"{name}-{n}", "title": "标题", "text": text}, ensure_ascii=False)
            for n, text in enumerate(texts)
        ]
        (self.folder / name).write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_a_file_is_read_once_it_no_longer_grows_and_again_when_it_changes(tmp_path):
    room = _Newsroom(tmp_path)
    room.write("a.jsonl", "第一条。")
    assert room.watcher.look() == 0  # seen for the first time
    room.write("a.jsonl", "第一条。", "第二条。")
    assert room.watcher.look() == 0  # it has grown
    assert room.watcher.look() == 1
    assert room.watcher.look() == 0
    room.write("a.jsonl", "第一条。", "第二条。", "第三条。")
    room.write("b.jsonl", "另一份。")
    assert [room.watcher.look() for _ in range(3)] == [0, 2, 0]
    assert room.taken == [["a.jsonl"], ["a.jsonl", "b.jsonl"]]
    archive = Archive.open(room.archive, _ENCODER)
    assert archive.coverage().articles == 4
    archive.close()
    assert sorted(path.name for path in room.folder.iterdir()) == ["a.jsonl", "b.jsonl"]


def test_a_fault_in_one_file_costs_none_of_the_others_and_is_told_once(tmp_path):
    room = _Newsroom(tmp_path)
    for name in ("a.jsonl", "b.jsonl", "c.jsonl"):
        room.write(name, "正文。")
    room.faults["b.jsonl"] = ValueError("a fault of ours")
    assert [room.watcher.look() for _ in range(4)] == [0, 2, 0, 0]
    assert room.taken == [["a.jsonl"], ["c.jsonl"]]
    assert "ValueError: a fault of ours" in room.told[-1]
    told = len(room.told)
    del room.faults["b.jsonl"]
    room.write("b.jsonl", "改好了。")
    assert [room.watcher.look() for _ in range(2)] == [0, 1]
    assert len(room.told) == told


def test_what_is_wrong_with_the_archive_is_tried_again(tmp_path):
    room = _Newsroom(tmp_path)
    room.write("a.jsonl", "正文。")
    room.faults["a.jsonl"] = ArchiveError("No space left")
    assert [room.watcher.look() for _ in range(3)] == [0, 0, 0]
    assert room.told == ["No space left", "No space left"]
    room.faults.clear()
    assert room.watcher.look() == 1


def test_it_stops_when_asked_and_never_looks_at_the_clock(tmp_path, monkeypatch):
    room = _Newsroom(tmp_path)
    room.write("a.jsonl", "正文。")
    monkeypatch.setattr("time.time", lambda: -1e9)
    looks = []
    room.watcher.run(
        every=0.3, should_stop=lambda: len(looks) > 9, sleep=lambda seconds: looks.append(seconds)
    )
    assert room.taken == [["a.jsonl"]]
    assert sum(looks) < 10 * 0.11
