"""Files of one JSON object a line: what is read, and how each bad line is named."""

import gzip
import json

import pytest

from eval.rows import BadRow, bad_rows, parse_rows, read_rows
from index.errors import BadInput


def written(folder, *lines, name="set.jsonl"):
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def complaint(path, **options):
    with pytest.raises(BadInput) as caught:
        read_rows(path, what="test set", **options)
    return str(caught.value)


def test_rows_keep_the_line_numbers_that_an_editor_shows(tmp_path):
    path = written(tmp_path, '{"id": "a"}', "", "  ", '{"id": "b", "n": [1]}', "")
    assert read_rows(path, what="test set") == [(1, {"id": "a"}), (4, {"id": "b", "n": [1]})]


def test_a_line_separator_inside_a_string_ends_no_line(tmp_path):
    path = written(tmp_path, '{"text": "上\u2028下\x85"}', '{"text": "二"}')
    assert [row["text"] for _, row in read_rows(path, what="test set")] == ["上\u2028下\x85", "二"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_packed_file_reads_the_same_in_every_encoding_that_shows(tmp_path, encoding):
    path = tmp_path / "set.jsonl.gz"
    text = json.dumps({"text": "云城日报记者报道，全市上半年贷款平稳增长。"}, ensure_ascii=False)
    path.write_bytes(gzip.compress(text.encode(encoding)))
    assert read_rows(path, what="test set") == [(1, json.loads(text))]


def test_every_bad_line_is_named_in_one_message(tmp_path):
    path = written(tmp_path, '{"id": "a"}', "[1]", "{")
    assert complaint(path, form="docs/set.md") == (
        f"The test set {path} has rows that cannot be used: line 2: not a JSON object; line 3: "
        "not JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))."
        " Its format: docs/set.md"
    )


def test_the_twenty_first_bad_line_is_named_but_not_explained(tmp_path):
    path = written(tmp_path, *["[]"] * 23)
    assert complaint(path).endswith("line 20: not a JSON object; and lines 21, 22, 23.")


def test_an_endless_line_is_a_bad_line_and_not_a_full_memory(tmp_path):
    path = written(tmp_path, '{"id": "a"}', '"' + "x" * 1_000_001)
    assert complaint(path) == (
        f"The test set {path} has rows that cannot be used: "
        "line 2: 1,000,002 characters in one line; at most 1,000,000 are read."
    )


def test_json_nested_without_end_is_a_bad_line(tmp_path):
    assert "line 1: not JSON (" in complaint(written(tmp_path, "[" * 200_000))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        (b"", "the file is empty"),
        (gzip.compress(b'{"id": "a"}\n' * 9)[:-12], "Compressed file ended"),
        (b'{"id": "a"}', "Not a gzipped file"),
    ],
    ids=["missing", "empty", "cut", "not packed"],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path, content, reason):
    path = tmp_path / "set.jsonl.gz"
    if content is not None:
        path.write_bytes(content or gzip.compress(content))
    assert complaint(path).startswith(f"Cannot read the test set {path}: {reason}")


def test_a_file_of_blank_lines_has_no_rows(tmp_path):
    path = written(tmp_path, "", " ", "")
    assert complaint(path, form="docs/set.md") == (
        f"The test set {path} has no rows. Its format: docs/set.md"
    )


def test_a_reader_of_its_own_says_what_is_wrong_and_ids_are_unique(tmp_path):
    def number(line):
        if not line.isdigit():
            raise BadRow("no number")
        return int(line)

    path = written(tmp_path, "7", "x", "8", "7")
    with pytest.raises(BadInput) as caught:
        parse_rows(path, number, what="test set", key=str)
    assert str(caught.value).endswith('line 2: no number; line 4: id "7" is also on line 1.')
    assert parse_rows(written(tmp_path, "7", "7"), number, what="test set") == [(1, 7), (2, 7)]


def test_a_caller_names_the_lines_it_cannot_use_in_the_same_words(tmp_path):
    assert str(bad_rows(tmp_path, {3: "id must be a text"}, what="test set", form="x.md")) == (
        f"The test set {tmp_path} has rows that cannot be used: line 3: id must be a text."
        " Its format: x.md"
    )
