import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

import cli
from index.errors import BadInput
from index.history import compare_versions, history, mark_changes
from index.ingest import IngestOptions, ingest_articles, ingest_paths, retire_missing
from index.read_options import ReadOptions
from index.takedown import take_down
from index.types import Article
from tests.archive_contents import contents
from tests.fakes import FakeEncoder, made_up_articles

_ENCODER = FakeEncoder()
_FIRST = Article("x", "港口通报", "货运量512万吨。\n增长8.6%。\n另讯。", source="海滨日报")
_SECOND = replace(_FIRST, body="货运量521万吨。\n增长8.6%。\n另讯。")


@pytest.fixture
def folder(tmp_path):
    for article in (_FIRST, _SECOND):
        ingest_articles(tmp_path / "a", [article, *made_up_articles(3)], _ENCODER)
    return tmp_path / "a"


def test_earlier_versions_are_kept_with_hash_and_time(folder):
    found = history(folder, "x")
    assert [(v.number, v.content_hash, v.title) for v in found.versions] == [
        (1, _FIRST.content_hash, "港口通报"),
        (2, _SECOND.content_hash, "港口通报"),
    ]
    first, second = found.versions
    assert first.replaced == second.stored
    assert second.replaced is None
    assert found.removal is None
    with pytest.raises(BadInput, match=r'No article "nobody"'):
        history(folder, "nobody")


def test_two_versions_are_compared_by_lines_and_within_them(folder):
    assert compare_versions(folder, "x", 1, 2) == [
        "--- x v1",
        "+++ x v2",
        "@@ -2,3 +2,3 @@",
        " 海滨日报",
        "-货运量512万吨。",
        "+货运量521万吨。",
        " 增长8.6%。",
    ]
    assert compare_versions(folder, "x", 1, 2, characters=True)[4] == "~货运量5{+2+}1[-2-]万吨。"
    assert compare_versions(folder, "x", 2, 2) == []
    with pytest.raises(BadInput, match=r"has no version 3"):
        compare_versions(folder, "x", 1, 3)


def test_marked_changes_hold_both_texts():
    assert mark_changes("甲乙丙", "甲丁丙戊") == "甲[-乙-]{+丁+}丙{+戊+}"
    assert mark_changes("甲" * 5_000, "乙") == f"[-{'甲' * 5_000}-]{{+乙+}}"


def test_the_command_lists_versions_differences_and_a_takedown(folder):
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(cli.app, ["history", *arguments, "--archive", str(folder)])
        assert done.exit_code == 0, done.output
        return done.stdout

    first, second = run("x").splitlines()
    assert first.startswith("v1  20")
    assert first.endswith(f"  {_FIRST.content_hash[:12]}  港口通报")
    assert second.startswith("v2  20")
    assert "现行 current" in second
    assert run("x", "--diff", "1", "2").splitlines()[4] == "-货运量512万吨。"
    assert run("x", "--diff", "1", "1") == "相同 The same\n"
    take_down(folder, ["x"], reason="法院裁定")
    line = run("x")
    assert line.startswith("已删除 Taken down 20")
    assert line.endswith(": 法院裁定\n")


def test_what_a_complete_export_lacks_is_reported_and_stays_until_asked(tmp_path):
    articles = list(made_up_articles(10))  # of two papers, in turn
    ingest_articles(tmp_path, articles, _ENCODER)
    some = [a for a in articles if a.source == "海滨日报"][:3]
    how = IngestOptions(complete=True)
    report = ingest_articles(tmp_path, some, _ENCODER, how=how)
    # the other paper's articles are not this export's matter
    assert report.missing == ("n-0006", "n-0008")
    assert len(contents(tmp_path, _ENCODER)["articles"]) == 10
    retire_missing(tmp_path, report.missing, lambda: _ENCODER)
    after = contents(tmp_path, _ENCODER)
    assert {row[0] for row in after["articles"]} == {a.id for a in articles} - set(report.missing)
    assert {row[0] for row in after["versions"]} == set(report.missing)
    assert not {row[0].chunk_id for row in after["vectors"]} & {"n-0006:1", "n-0008:1"}
    assert ingest_articles(tmp_path, some, _ENCODER, how=how).missing == ()


def test_the_command_asks_before_it_removes_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.assemble.open_encoder", lambda settings: _ENCODER)
    export, folder = tmp_path / "export.jsonl", tmp_path / "a"
    rows = [f'{{"id": "w-{n}", "title": "甲", "text": "第{n}条。"}}\n' for n in (1, 2, 3)]

    def run(*options: str, answer: str = ""):
        arguments = ["ingest", str(export), "--archive", str(folder), *options]
        return CliRunner().invoke(cli.app, arguments, input=answer)

    export.write_text("".join(rows), encoding="utf-8")
    assert run().exit_code == 0
    export.write_text("".join(rows[:1]), encoding="utf-8")
    listed = "  2 in the archive, missing from this export (--remove-missing): w-2, w-3\n"
    assert run("--complete").stderr == listed
    assert run("--remove-missing").exit_code == 1  # which export would be complete?
    assert run("--complete", "--remove-missing", answer="n\n").exit_code == 0
    assert len(contents(folder, _ENCODER)["articles"]) == 3
    export.write_text(rows[0] + "[]\n", encoding="utf-8")
    refused = run("--complete", "--remove-missing", "--yes")
    assert refused.exit_code == 1
    assert "1 rows or files could not be read" in refused.stderr
    export.write_text(rows[0], encoding="utf-8")
    report = json.loads(run("--complete", "--remove-missing", "--yes", "--json").stdout)
    assert (report["read"], report["unchanged"], report["missing"]) == (1, 1, ["w-2", "w-3"])
    assert [row[0] for row in contents(folder, _ENCODER)["articles"]] == ["w-1"]


def test_unchanged_articles_load_no_encoder_and_report_every_rejected_row(tmp_path):
    export = tmp_path / "export.jsonl"
    export.write_text('{"id": "w-1", "title": "甲", "text": "一。"}\n{\n', encoding="utf-8")
    ingest_paths(tmp_path / "a", [export], ReadOptions(), lambda: _ENCODER)

    def none():
        raise AssertionError("an encoder was loaded for nothing")

    report = ingest_paths(tmp_path / "a", [export], ReadOptions(), none)
    assert (report.read, report.unchanged) == (1, 1)
    assert [(item.path, item.line) for item in report.rejected] == [(str(export), 2)]
