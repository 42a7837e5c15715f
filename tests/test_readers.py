import gzip
import os
from datetime import date
from pathlib import Path

import pytest

from index import readers
from index.errors import BadInput
from index.readers import Limits, ReadOptions, find_files, read_file
from index.types import Article, DateKnown, Kind, Rejected

READ = ".txt, .jsonl, .json, .csv, .tsv, .md, .html, .htm, .pdf; all but .pdf also as .gz"
PAGE = """海风剧场重新开门迎客

□本报记者 林小舟

本报临海讯 7月15日，闭馆两年的海风剧场重新开门迎客。剧场经理说，首场演出的票在一小时内卖完。

剧场改造花了三千万元，座位增加到八百个。
"""
PAGE_BODY = (
    "本报临海讯 7月15日，闭馆两年的海风剧场重新开门迎客。"
    "剧场经理说，首场演出的票在一小时内卖完。\n剧场改造花了三千万元，座位增加到八百个。"
)


def read(path, **options):
    return list(read_file(path, ReadOptions(**options)))


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


# find_files


def test_a_folder_is_read_in_order_of_names_hidden_and_unknown_files_passed_over(tmp_path):
    for name in [
        "b.txt",
        "a/2.jsonl",
        "a/1.JSON",
        "c.csv.gz",
        ".hidden.txt",
        "pic.png",
        ".git/x.md",
    ]:
        write(tmp_path / name, "x")
    found, rejected = find_files([tmp_path])
    assert [str(path.relative_to(tmp_path)) for path in found] == [
        *("b.txt", "c.csv.gz", "a/1.JSON", "a/2.jsonl")
    ]
    assert rejected == []


def test_each_file_is_found_once(tmp_path, monkeypatch):
    file = write(tmp_path / "a.txt", "x")
    monkeypatch.chdir(tmp_path)
    assert find_files([file, tmp_path, Path("a.txt"), tmp_path]) == ([file], [])


def test_an_unknown_kind_given_by_name_is_rejected_with_what_is_read(tmp_path):
    file = write(tmp_path / "scan.png", "x")
    assert find_files([file]) == (
        [],
        [Rejected(str(file), f"this kind of file is not read; read are {READ}")],
    )
    assert read(file) == find_files([file])[1]


def test_what_is_missing_or_holds_nothing_is_rejected_and_the_rest_found(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    file = write(tmp_path / "a.txt", "x")
    missing = tmp_path / "missing.txt"
    assert find_files([missing, empty, file]) == (
        [file],
        [
            Rejected(str(missing), "no such file or folder"),
            Rejected(str(empty), f"no file to read in this folder; read are {READ}"),
        ],
    )


def test_an_unreadable_folder_is_rejected_and_its_siblings_found(tmp_path, monkeypatch):
    write(tmp_path / "closed/a.txt", "x")
    file = write(tmp_path / "open/b.txt", "x")
    scandir = os.scandir

    def guarded(path):
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert find_files([tmp_path]) == (
        [file],
        [Rejected(str(tmp_path / "closed"), "no permission to read it")],
    )


def test_an_unreadable_file_is_rejected(tmp_path, monkeypatch):
    file = write(tmp_path / "a.txt", "x")

    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert read(file) == [Rejected(str(file), "no permission to read it")]


def test_looping_links_end(tmp_path):
    file = write(tmp_path / "year/a.txt", "x")
    (tmp_path / "year/loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    found, rejected = find_files([tmp_path])
    assert found == [file]
    assert [item.path for item in rejected] == [str(tmp_path / "self.txt")]


def test_a_broken_link_to_a_known_kind_is_rejected(tmp_path):
    link = tmp_path / "a.txt"
    link.symlink_to(tmp_path / "gone.txt")
    assert find_files([tmp_path]) == ([], [Rejected(str(link), "no such file or folder")])


def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert find_files([tmp_path / "pipe.txt"])[1][0].reason == "not a file or folder"


def test_a_file_name_of_any_bytes_can_be_stored(tmp_path):
    name = os.fsdecode("青岛".encode("gbk") + b"\x07.jsonl")
    file = write(tmp_path / name, '{"text": "海风剧场重新开门迎客。"}')
    (article,) = read(file)
    article.origin.encode()
    assert article.origin.isprintable()


# read_file: any file


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json", "a.csv", "a.md", "a.html", "a.pdf"])
def test_an_empty_file_is_rejected(tmp_path, name):
    file = write(tmp_path / name, b"")
    assert read(file) == [Rejected(str(file), "the file is empty")]


@pytest.mark.parametrize("name", ["a.txt.gz", "a.jsonl.gz", "a.csv.gz"])
def test_an_empty_packed_file_is_rejected(tmp_path, name):
    file = write(tmp_path / name, b"")
    assert read(file) == [Rejected(str(file), "the file is empty")]


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv", "a.md", "a.html"])
def test_a_renamed_picture_is_rejected_in_one_line(tmp_path, name):
    file = write(tmp_path / name, b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert read(file) == [Rejected(str(file), "not text: this is a PNG image")]


@pytest.mark.parametrize("name", ["a.txt.gz", "a.jsonl.gz", "a.csv.gz"])
def test_a_file_that_is_not_gzip_is_rejected(tmp_path, name):
    file = tmp_path / name
    file.write_bytes(b"plain text")
    (rejected,) = read(file)
    assert rejected.reason == "damaged: Not a gzipped file (b'pl')"


def test_a_cut_gzip_keeps_the_rows_before_the_cut(tmp_path):
    rows = "".join(f'{{"id": {n}, "text": "{os.urandom(40).hex()}"}}\n' for n in range(2_000))
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(gzip.compress(rows.encode())[:-20_000])
    *articles, last = read(file)
    assert len(articles) > 100
    assert {type(article) for article in articles} == {Article}
    assert last.reason.startswith("damaged: Compressed file ended")


@pytest.mark.parametrize("name", ["a.txt.gz", "a.md.gz", "a.html.gz"])
def test_a_packed_file_may_not_unpack_without_bound(tmp_path, name):
    file = write(tmp_path / name, b"x" * 3_000_000)
    assert read(file, limits=Limits(file_bytes=2 * 1024**2)) == [
        Rejected(str(file), "larger than 2 MiB; split the file")
    ]


def test_packed_lines_may_not_unpack_without_bound(tmp_path):
    file = write(tmp_path / "a.jsonl.gz", (b" " * 999 + b"\n") * 3_000)
    *_, last = read(file, limits=Limits(unpacked_bytes=1024**2))
    assert last == Rejected(str(file), "unpacks to more than 1 MiB; split the file")


def test_options_reject_a_field_that_articles_do_not_have():
    with pytest.raises(BadInput) as caught:
        ReadOptions(fields={"titel": "headline"})
    assert str(caught.value) == (
        'No article field "titel". The fields are: id, title, kicker, deck, date, url, text, '
        "source, section, byline, place."
    )


# page dumps


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_a_page_is_read_in_any_encoding(tmp_path, encoding):
    file = write(tmp_path / "临海晚报-2025-07-16-B03.txt", PAGE.encode(encoding))
    assert read(file, source="临海晚报", section="B03") == [
        Article(
            id="临海晚报-2025-07-16-b03-01",
            title="海风剧场重新开门迎客",
            body=PAGE_BODY,
            source="临海晚报",
            section="B03",
            byline="□本报记者 林小舟",
            reporters=("林小舟",),
            place="临海",
            published=date(2025, 7, 16),
            date_known=DateKnown.FILE_NAME,
            language="zh-Hans",
            origin=str(file),
            position=1,
        )
    ]


def test_a_caption_is_an_item_of_its_own(tmp_path):
    file = write(tmp_path / "page.txt", PAGE + "\n图为海风剧场新的观众厅。本报记者 林小舟 摄\n")
    articles = read(file)
    assert [(article.id, article.kind) for article in articles] == [
        ("page-01", Kind.ARTICLE),
        ("page-02", Kind.CAPTION),
    ]


def test_a_flag_is_surer_than_the_file_name(tmp_path):
    file = write(tmp_path / "20250716.txt", PAGE)
    (article,) = read(file, published=date(2025, 7, 17))
    assert (article.published, article.date_known) == (date(2025, 7, 17), DateKnown.FLAG)


def test_a_page_without_any_date_says_so(tmp_path):
    (article,) = read(write(tmp_path / "page.txt", PAGE))
    assert (article.published, article.date_known) == (None, DateKnown.UNKNOWN)


def test_the_year_in_the_text_dates_a_page(tmp_path):
    (article,) = read(write(tmp_path / "page.txt", PAGE.replace("7月15日", "2025年7月15日")))
    assert article.date_known == DateKnown.INFERRED
    assert article.published is not None
    assert article.published.year == 2025


def test_pages_of_the_same_name_in_folders_of_dates_are_different_articles(tmp_path):
    ids = [
        read(write(tmp_path / folder / "A02.txt", PAGE))[0]
        for folder in ["2025-07-16", "2025/07/17", "pages"]
    ]
    assert [(article.id, article.published) for article in ids] == [
        ("2025-07-16-a02-01", date(2025, 7, 16)),
        ("2025-07-17-a02-01", date(2025, 7, 17)),
        ("a02-01", None),
    ]


def test_articles_take_paper_date_and_page_from_the_masthead_they_stand_under(tmp_path):
    mastheads = [
        "临海晚报　2025年7月16日　星期三　A02版　要闻\n\n",
        "临海晚报　2025年7月17日　星期四　B03版　文化\n\n",
    ]
    other = PAGE.replace("海风剧场", "北山书店").replace("林小舟", "周一帆")
    file = write(tmp_path / "2020-01-01.txt", mastheads[0] + PAGE + "\n" + mastheads[1] + other)
    articles = read(file, source="别的报", published=date(2021, 1, 1))
    assert [(a.source, a.published, a.date_known, a.title) for a in articles] == [
        ("临海晚报", date(2025, 7, 16), DateKnown.STATED, "海风剧场重新开门迎客"),
        ("临海晚报", date(2025, 7, 17), DateKnown.STATED, "北山书店重新开门迎客"),
    ]
    assert [a.section[:3] for a in articles] == ["A02", "B03"]


def test_white_space_is_an_empty_page(tmp_path):
    file = write(tmp_path / "a.txt", " \n\u3000\n")
    assert read(file) == [Rejected(str(file), "the file is empty")]


def test_rejections_know_the_module_that_reads_every_listed_kind():
    assert f"{', '.join(readers._READERS)}; all but .pdf also as .gz" == READ
