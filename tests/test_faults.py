"""Faults that really happen to an ingest: kills, a full disk, two at once, readers beside it."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive
from index.errors import ArchiveError, ArchiveLocked
from index.ingest import ingest_articles
from tests.archive_contents import contents
from tests.fakes import FakeTokenEncoder, made_up_articles

_ROOT = Path(__file__).parents[1]
_ENCODER = FakeTokenEncoder()
_KILLS = 50


def _python(*arguments: str, **options) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_fifty_ingests_killed_at_random_moments_end_as_if_never_interrupted(tmp_path):
    with _python("tests/killed_ingests.py", str(tmp_path), str(_KILLS), "20261123") as process:
        out, err = process.communicate()
    assert process.returncode == 0, err
    *lines, last = map(json.loads, out.splitlines())
    counts = Counter((line["killed"], line["same"]) for line in lines)
    assert counts[True, True] == _KILLS
    assert {same for _, same in counts} == {True}
    # nothing twice: one vector, one document and one row of tokens for each chunk
    sizes = last["sizes"]
    assert sizes["articles"] == sizes["versions"] == last["articles"]
    assert (
        sizes["chunks"] == sizes["vectors"] == sizes["lexical id"] == sizes["tokens chunk_tokens"]
    )


_SLOW = """
import sys, time
from pathlib import Path
from index.ingest import ingest_articles
from tests.fakes import FakeTokenEncoder, made_up_articles

class Slow(FakeTokenEncoder):
    def encode_passage_tokens(self, texts):
        print("encoding", flush=True)
        time.sleep(float(sys.argv[2]))
        return super().encode_passage_tokens(texts)

articles = made_up_articles(int(sys.argv[3]), edition=int(sys.argv[4]))
ingest_articles(Path(sys.argv[1]), articles, Slow())
"""


def _slow_ingest(folder: Path, seconds: float, articles: int, edition: int = 1):
    process = _python("-c", _SLOW, str(folder), str(seconds), str(articles), str(edition))
    assert process.stdout is not None
    assert process.stdout.readline() == "encoding\n"
    return process


def test_of_two_ingests_at_once_the_second_is_refused_with_who_holds_the_lock(tmp_path):
    with _slow_ingest(tmp_path / "a", 0.5, 150) as first:
        with pytest.raises(ArchiveLocked) as refusal:
            ingest_articles(tmp_path / "a", made_up_articles(5, edition=2), _ENCODER)
        assert f"`suyuan ingest` (process {first.pid} on " in str(refusal.value)
        first.communicate()
    assert first.returncode == 0
    ingest_articles(tmp_path / "b", made_up_articles(150), _ENCODER)
    assert contents(tmp_path / "a", _ENCODER) == contents(tmp_path / "b", _ENCODER)


def test_who_asks_during_an_ingest_never_sees_a_stale_empty_or_mixed_text(tmp_path):
    old = {article.id: article.body for article in made_up_articles(200)}
    new = {article.id: article.body for article in made_up_articles(400, edition=2)}
    ingest_articles(tmp_path, made_up_articles(200), _ENCODER)
    archive = Archive.open(tmp_path, _ENCODER)
    vector = _ENCODER.encode_queries(["青岛港口货运完成"])[0]
    seen: set[str] = set()
    rounds = 0
    with _slow_ingest(tmp_path, 0.2, 400, edition=2) as process:
        while process.poll() is None:
            archive.refresh()
            for lane in (
                archive.search_vector(vector, top_k=30),
                archive.search_words("完成 港口货运", top_k=30),
            ):
                rounds += 1
                assert lane, "no source at all"
                for hit in lane:
                    body = archive.article(hit.chunk.article_id).body
                    assert body in (old.get(hit.chunk.article_id), new[hit.chunk.article_id])
                    assert hit.chunk.text
                    # of the text that is current now, or of the one that was a moment ago
                    assert any(
                        hit.chunk.text == text[hit.chunk.start : hit.chunk.end]
                        for text in (old.get(hit.chunk.article_id, ""), new[hit.chunk.article_id])
                    )
                    seen.add(hit.chunk.article_id)
    assert process.returncode == 0
    assert rounds >= 10
    archive.refresh()  # without opening it again
    assert archive.coverage().articles == 400
    for number in (0, 399):
        article = archive.article(f"n-{number:04d}")
        assert article.body == new[article.id]
        found = archive.search_vector(_ENCODER.encode_queries([article.body])[0], top_k=1)
        assert found[0].chunk.article_id == article.id
        assert archive.search_words(article.title, top_k=1)[0].chunk.article_id == article.id
    archive.close()


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 3 MB; mounting one needs root."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if not done or done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip() if done else ''}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_one_line_and_with_room_the_same_command_completes(small_disk):
    (small_disk / "other").write_bytes(bytes(1_800_000))
    articles = list(made_up_articles(300, sentences=20))
    with pytest.raises(ArchiveError, match=r"[Nn]o space left") as failure:
        ingest_articles(small_disk / "a", articles, _ENCODER)
    assert "\n" not in str(failure.value)
    (small_disk / "other").unlink()
    subprocess.run(["mount", "-o", "remount,size=100m", str(small_disk)], check=True)
    ingest_articles(small_disk / "a", articles, _ENCODER)
    ingest_articles(small_disk / "b", articles, _ENCODER)
    assert contents(small_disk / "a", _ENCODER) == contents(small_disk / "b", _ENCODER)


def _limit_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))


def test_an_ingest_that_may_write_no_larger_files_is_completed_later(tmp_path):
    process = _python("-c", _SLOW, str(tmp_path / "a"), "0", "300", "1", preexec_fn=_limit_files)
    process.communicate()
    assert process.returncode == 1  # an error, not a crash
    for name in ("a", "b"):
        ingest_articles(tmp_path / name, made_up_articles(300), _ENCODER)
    assert contents(tmp_path / "a", _ENCODER) == contents(tmp_path / "b", _ENCODER)


_COMMAND = """
import sys, time
import rag.assemble
from tests.fakes import FakeTokenEncoder

class Slow(FakeTokenEncoder):
    def encode_passage_tokens(self, texts):
        sys.stderr.write("encoding\\n")
        sys.stderr.flush()
        time.sleep(0.2)
        return super().encode_passage_tokens(texts)

rag.assemble.open_encoder = lambda settings: Slow()
import cli
cli.app(sys.argv[1:])
"""


def _export(path: Path, count: int) -> None:
    rows = [
        json.dumps({"id": a.id, "title": a.title, "text": a.body}, ensure_ascii=False)
        for a in made_up_articles(count)
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_sigterm_lets_an_ingest_finish_its_batch_and_the_next_run_reads_the_rest(tmp_path):
    _export(tmp_path / "export.jsonl", 600)
    arguments = ["ingest", str(tmp_path / "export.jsonl"), "--archive", str(tmp_path / "a")]
    with _python("-c", _COMMAND, *arguments) as process:
        assert process.stderr.readline() == "encoding\n"
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 143, err
    assert "Stopped: run the same command again" in err
    read = int(out.split("read ")[1].split(",")[0])
    assert 0 < read < 600
    archive = Archive.open(tmp_path / "a", _ENCODER)
    assert archive.coverage().articles == read == archive.chunk_count
    archive.close()
    with _python("-c", _COMMAND, *arguments) as process:
        out, err = process.communicate(timeout=120)
    assert f"read 600, new {600 - read}, changed 0, unchanged {read}" in out, err


def test_sigterm_ends_a_watch_after_what_it_has_in_hand(tmp_path):
    _export(tmp_path / "export.jsonl", 600)
    arguments = ["watch", str(tmp_path), "--archive", str(tmp_path / "a"), "--every", "0.1"]
    with _python("-c", _COMMAND, *arguments) as process:
        assert process.stderr.readline() == "encoding\n"
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert out.splitlines()[-1] == "已停止 Stopped"
    archive = Archive.open(tmp_path / "a", _ENCODER)
    assert archive.coverage().articles == archive.chunk_count > 0
    archive.close()


def test_a_clock_that_jumps_back_changes_neither_versions_nor_what_is_current(
    tmp_path, monkeypatch
):
    article = next(made_up_articles(1))
    days = iter(range(9, 0, -1))
    monkeypatch.setattr(
        "index.catalog_write._now", lambda: f"20{next(days):02d}-01-01T00:00:00+00:00"
    )
    for edition in (1, 2, 3):
        ingest_articles(tmp_path, [replace(article, body=f"第{edition}版。")], _ENCODER)
    monkeypatch.undo()
    found = contents(tmp_path, _ENCODER)
    assert [(row[1], row[3]) for row in found["versions"]] == [(1, "第1版。"), (2, "第2版。")]
    assert [(row[1], row[3]) for row in found["articles"]] == [(3, "第3版。")]
