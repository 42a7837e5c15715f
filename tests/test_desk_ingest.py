"""Ingest and takedown inside the server: staging, places, one at a time, what is said of it."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from desk.archive_events import ArchiveDesk, Browse
from desk.ingest_desk import IngestDesk
from desk.ingest_journal import Entry, entry_at, note, read_journal
from desk.ingest_place import UPLOADS, erase_upload, place_upload
from desk.ingest_render import render_strip
from desk.ingest_run import Intake, read_options
from desk.ingest_stage import Staging, safe_name
from desk.ingest_text import EN, ZH
from index.archive import Archive
from index.errors import ArchiveLocked, BadInput
from index.ingest import ingest_articles
from index.lock import hold_writer_lock
from index.read_options import ReadOptions
from tests.api_setup import ARTICLES, wait_for
from tests.fakes import FakeTokenEncoder
from tests.login_server import intake_over

TUNNEL = "# 跨海隧道贯通\n\n海州跨海隧道7月18日贯通，全长12.6公里，总投资96亿元。\n"
TUNNEL_MENDED = TUNNEL.replace("12.6", "12.8")
AIRPORT = "# 机场客流创新高\n\n雾城机场上半年旅客吞吐量612万人次，同比增长8.1%。\n"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "archive"
    ingest_articles(folder, ARTICLES, FakeTokenEncoder())
    return folder


@pytest.fixture
def archive(folder):
    archive = Archive.open(folder, FakeTokenEncoder())
    yield archive
    archive.close()


@pytest.fixture
def intake(folder, archive):
    intake = intake_over(folder, archive)
    yield intake
    intake.close()


def staged(intake, text, name="page.md", user="chen"):
    """The token of an upload."""
    data = text.encode()
    arriving = intake.staging.begin(user, name, len(data))
    arriving.write(data)
    return arriving.done()


def ingested(intake, text, name="page.md", **said):
    """The report of one upload's ingest."""
    options = read_options(said, most_bytes=2**20)
    intake.start("chen", [staged(intake, text, name)], options)
    wait_for(lambda: not intake.job().running)
    assert intake.job().error == ""
    return intake.job().report


def found(archive, words):
    archive.refresh()
    return [hit.chunk.text for hit in archive.search_words(words, top_k=3)]


# --- staging


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\pages\\A02 要闻.txt", "A02 要闻.txt"),
        (".hidden.txt", "hidden.txt"),
        ("a\x00b\nc\x1b[31m.txt", "abc[31m.txt"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("..", "upload"),
        ("", "draft"),
    ],
)
def test_a_name_stays_one_file_in_its_folder(name, safe):
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_end_within_what_a_file_system_takes():
    name = safe_name("长" * 300 + ".txt")
    assert name.endswith("长.txt")
    assert len(name.encode()) <= 180


def test_an_upload_is_bounded_whole_and_of_a_kind_that_is_read(tmp_path):
    staging = Staging(tmp_path / "in", most_bytes=100)
    with pytest.raises(BadInput, match="the most is 0 MiB"):
        staging.begin("chen", "a.txt", 101)
    arriving = staging.begin("chen", "a.txt", 4)
    arriving.write(b"abc")
    with pytest.raises(BadInput, match="not whole"):
        arriving.done()
    with pytest.raises(BadInput, match="longer"):
        arriving.write(b"de")
    arriving.drop()
    with pytest.raises(BadInput, match="empty"):
        staging.begin("chen", "a.txt", 0).done()
    program = staging.begin("chen", "a.exe", 2)
    program.write(b"MZ")
    with pytest.raises(BadInput, match="this kind of file is not read"):
        program.done()
    program.drop()
    assert list((tmp_path / "in").iterdir()) == []


def test_uploads_together_are_bounded_too(tmp_path):
    staging = Staging(tmp_path / "in", most_bytes=100)
    for number in range(4):
        arriving = staging.begin("chen", f"{number}.txt", 100)
        arriving.write(b"x" * 100)
        arriving.done()
    with pytest.raises(BadInput, match="Too many uploads wait"):
        staging.begin("chen", "5.txt", 100)


def test_an_upload_is_its_uploader_s_alone_and_taken_once(intake):
    token = staged(intake, TUNNEL)
    with pytest.raises(BadInput, match="upload them again"):
        intake.staging.take("wang", [token])
    with pytest.raises(BadInput):
        intake.staging.take("chen", [token, token])
    assert [each.name for each in intake.staging.take("chen", [token])] == ["page.md"]
    with pytest.raises(BadInput):
        intake.staging.take("chen", [token])


def test_a_restart_leaves_no_upload_of_before(tmp_path):
    staging = Staging(tmp_path / "in", most_bytes=100)
    arriving = staging.begin("chen", "a.txt", 2)
    arriving.write(b"ab")
    arriving.done()
    Staging(tmp_path / "in", most_bytes=100)
    assert not (tmp_path / "in").exists()


# --- places


UNNAMED = ReadOptions()


def place(archive, tmp_path, text, options=UNNAMED):
    file = tmp_path / "A02.txt"
    file.write_text(text)
    return place_upload(archive, file, options)


def test_a_page_mended_comes_to_its_old_place_and_another_of_that_name_to_its_own(tmp_path):
    root = tmp_path / "archive"
    first = place(root, tmp_path, TUNNEL)
    assert (
        place(root, tmp_path, TUNNEL_MENDED + "新增一段：隧道将于年底通车。\n# 跨海隧道贯通\n")
        == first
    )
    other = place(root, tmp_path, AIRPORT)
    assert other != first
    assert place(root, tmp_path, AIRPORT) == other
    dated = ReadOptions(source="../../x", published=date(2024, 7, 19))
    again = place(root, tmp_path, TUNNEL, dated)
    assert again.parent.name == "2024-07-19"
    assert again.is_relative_to(root / UPLOADS)
    assert ".." not in again.parts


def test_only_uploads_are_emptied(tmp_path):
    root = tmp_path / "archive"
    path = place(root, tmp_path, TUNNEL)
    mine = tmp_path / "mine.txt"
    mine.write_text(TUNNEL)
    for origin in (str(mine), f"{root}/{UPLOADS}/../../mine.txt", "", "/nowhere"):
        erase_upload(root, origin)
    assert mine.read_text() == TUNNEL
    erase_upload(root, str(path))
    assert path.read_bytes() == b""


# --- ingest


def test_what_was_uploaded_is_found_without_a_restart_and_its_article_says_whence(intake, archive):
    assert found(archive, "跨海隧道") == []
    report = ingested(intake, TUNNEL, paper="海州日报", section="A02", date="2024-07-19")
    assert (report.read, report.new, report.rejected) == (1, 1, ())
    [hit] = archive.search_words("跨海隧道", top_k=3)
    article = archive.article(hit.chunk.article_id)
    assert (article.source, article.section) == ("海州日报", "A02")
    assert article.published == date(2024, 7, 19)


def test_the_same_page_again_is_unchanged_mended_changed_and_another_new(intake, archive):
    ingested(intake, TUNNEL)
    assert ingested(intake, TUNNEL).unchanged == 1
    assert ingested(intake, TUNNEL_MENDED).changed == 1
    assert ingested(intake, AIRPORT).new == 1  # also called page.md
    assert "12.8公里" in found(archive, "跨海隧道")[0]
    assert "612万" in found(archive, "机场")[0]


def test_rows_that_cannot_be_read_are_named_by_line_and_the_others_go_in(intake, archive):
    rows = '{"title":"甲","text":"雾城机场吞吐量612万人次。"}\n{broken\n{"title":"乙"}\n'
    report = ingested(intake, rows, "rows.jsonl")
    assert (report.read, [each.line for each in report.rejected]) == (1, [2, 3])
    strip = render_strip(EN, intake.job(), admin=True)
    assert "2 items not read" in strip
    assert "<b>rows.jsonl line 2</b> broken JSON" in strip
    assert str(archive._folder) not in strip
    assert found(archive, "机场") != []


class Gated(FakeTokenEncoder):
    """An encoder that waits to be told."""

    def __init__(self):
        super().__init__()
        self.go = threading.Event()

    def encode_passage_tokens(self, texts):
        assert self.go.wait(10)
        return super().encode_passage_tokens(texts)


@pytest.fixture
def gated(folder, archive):
    encoder = Gated()
    intake = Intake(folder, encoder, archive, most_bytes=2**20)
    yield intake, encoder
    encoder.go.set()
    intake.close()


def test_a_second_ingest_is_refused_with_whose_the_first_is(gated):
    intake, encoder = gated
    intake.start("chen", [staged(intake, TUNNEL)], ReadOptions())
    second = staged(intake, AIRPORT, user="li")
    with pytest.raises(ArchiveLocked, match="chen is ingesting 1 files since"):
        intake.start("li", [second], ReadOptions())
    with pytest.raises(ArchiveLocked, match="chen"):
        intake.take_down("li", "metro", reason="")
    desk = IngestDesk(intake)
    job, panel = desk.start("li", {"tokens": [second], "paper": "甲<b>"}, "zh")
    assert job is None
    assert "chen 从" in panel
    assert 'value="甲&lt;b&gt;"' in panel  # what was typed is not lost
    assert 'data-running="1"' in desk.strip("zh", admin=True)
    assert "data-stop" not in desk.strip("zh", admin=False)
    encoder.go.set()
    wait_for(lambda: not intake.job().running)
    intake.start("li", [second], ReadOptions())  # its upload is still there


def test_another_process_that_writes_is_named_too(intake, folder):
    token = staged(intake, TUNNEL)
    with hold_writer_lock(folder, command="suyuan ingest pages"):
        assert intake.busy_elsewhere()
        assert ZH.elsewhere in IngestDesk(intake).strip("zh", admin=True)
        with pytest.raises(ArchiveLocked, match=r"`suyuan ingest pages` \(process \d+"):
            intake.start("chen", [token], ReadOptions())
    assert not intake.busy_elsewhere()
    assert IngestDesk(intake).strip("zh", admin=True) == ""


def test_stop_ends_an_ingest_and_the_next_may_begin(gated, archive):
    intake, encoder = gated
    rows = "".join(f'{{"title":"题{n}","text":"第{n}号公报，数值{n}。"}}\n' for n in range(300))
    intake.start("chen", [staged(intake, rows, "rows.jsonl")], ReadOptions())
    intake.stop()
    encoder.go.set()
    wait_for(lambda: not intake.job().running)
    assert intake.job().stopped
    assert ZH.stopped in render_strip(ZH, intake.job(), admin=True)
    assert ingested(intake, rows, "rows.jsonl").read == 300
    assert found(archive, "公报") != []


def test_searches_answer_while_an_ingest_runs(intake, archive):
    """A reader beside the writer in one process, over the same stores."""
    rows = "".join(
        f'{{"id":"r{n}","title":"题{n}","text":"海湾新区第{n}号公报称，数值为{n}万元。"}}\n'
        for n in range(400)
    )
    intake.start("chen", [staged(intake, rows, "rows.jsonl")], ReadOptions())
    searches = 0
    while intake.job().running:
        archive.refresh()
        assert archive.search_vector(FakeTokenEncoder().encode_queries(["贷款"])[0], top_k=3)
        assert archive.search_words("贷款", top_k=3)
        searches += 1
    assert intake.job().report.new == 400
    assert searches > 3
    assert found(archive, "公报") != []


def test_an_ingest_of_another_process_shows_to_a_running_server(intake, archive, folder):
    desk = ArchiveDesk(archive, IngestDesk(intake))
    assert "共 3 篇" in desk.view(Browse(), "zh").listed
    ingest_articles(
        folder, [replace(ARTICLES[0], id="late", body="晚到的报道说了一件事。")], FakeTokenEncoder()
    )
    assert "共 4 篇" in desk.view(Browse(), "zh").listed
    assert found(archive, "晚到") != []


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"date": "昨天"}, "date is '昨天'"),
        ({"paper": "报" * 101}, "paper has more than 100"),
        ({"fields": "text"}, "write FIELD=COLUMN"),
        ({"fields": "nonsense=x"}, 'No article field "nonsense"'),
    ],
)
def test_what_is_said_of_the_files_is_checked(said, message):
    with pytest.raises(BadInput, match=message):
        read_options(said, most_bytes=2**20)


def test_an_export_s_columns_are_named(intake):
    rows = '{"kopf":"甲","inhalt":"雾城机场吞吐量612万人次。"}\n'
    assert ingested(intake, rows, "rows.jsonl", fields="text=inhalt， title=kopf").read == 1


# --- runs


def test_past_ingests_are_told_with_their_files_counts_and_rejections(intake):
    ingested(intake, '{"text":"一件事。"}\n{broken\n', "rows<b>.jsonl")
    panel = IngestDesk(intake).panel("zh", admin=True)
    assert "rows&lt;b&gt;.jsonl（chen）" in panel
    assert "读到 1 篇：新增 1，有改动 0，无变化 0" in panel
    assert "未能读入的 1 处" in panel
    assert "第 2 行" in panel
    assert ZH.run_command in panel  # the one that made the archive
    assert panel.index("rows&lt;b&gt;") < panel.index(ZH.run_command)


def test_a_reader_sees_past_ingests_and_no_form(intake):
    panel = IngestDesk(intake).panel("en", admin=False)
    assert EN.readers_only in panel
    assert "<form" not in panel
    assert EN.runs in panel


def test_the_journal_survives_a_line_that_was_cut_off(tmp_path):
    path = tmp_path / "journal.jsonl"
    at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    entry = Entry(at, at, "chen", ("甲.txt",), 1)
    note(path, entry)
    with path.open("a") as file:
        file.write('{"started": "2026')
    assert read_journal(path) == (entry,)
    assert entry_at([entry], at) == entry
    assert entry_at([entry], datetime(2026, 1, 2, 3, 5, tzinfo=UTC)) is None


# --- takedown


def test_what_is_taken_down_is_found_no_more_and_its_upload_is_empty(intake, archive, folder):
    ingested(intake, TUNNEL)
    [hit] = archive.search_words("跨海隧道", top_k=3)
    origin = archive.article(hit.chunk.article_id).origin
    desk = ArchiveDesk(archive, IngestDesk(intake))
    opened = {"article": hit.chunk.article_id}
    assert "data-takedown" in desk.open(Browse(), opened, "zh", admin=True)
    assert "data-takedown" not in desk.open(Browse(), opened, "zh")
    taken = desk.take_down("chen", {"takedown": hit.chunk.article_id, "reason": "更正"}, "zh")
    assert taken.gone
    assert "已撤下：跨海隧道贯通" in taken.said
    assert found(archive, "跨海隧道") == []
    assert Path(origin).read_bytes() == b""
    again = desk.take_down("chen", {"takedown": hit.chunk.article_id, "reason": ""}, "zh")
    assert "sy-error" in again.said


@pytest.mark.parametrize("sent", [{}, {"takedown": 3}, {"takedown": "x" * 600}, {"takedown": ""}])
def test_a_takedown_of_nothing_takes_nothing_down(intake, archive, sent):
    desk = ArchiveDesk(archive, IngestDesk(intake))
    assert not desk.take_down("chen", sent, "zh").gone
    assert archive.coverage().articles == 3


def test_a_takedown_is_logged_on_one_line(intake, caplog):
    intake.take_down("chen", "metro", reason="a\nERROR forged")
    [line] = [record.getMessage() for record in caplog.records if record.name == "suyuan.ingest"]
    assert line == r"taken down by 'chen': 'metro' ('a\nERROR forged')"
