"""Days as people type them, and which files of a folder are articles."""

from datetime import date

import pytest

from desk.archive_days import typed_day, whole_day
from index.readers import find_files


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020-7-5", "2020-07-05", "2020-07-05"),
        ("2020/02", "2020-02-01", "2020-02-29"),
        ("2020年", "2020-01-01", "2020-12-31"),
        ("2020.7.5", "2020-07-05", "2020-07-05"),
    ],
)
def test_days_are_read_as_people_type_them(text, first, last):
    assert typed_day(text, last=False) == date.fromisoformat(first)
    assert typed_day(text, last=True) == date.fromisoformat(last)
    assert (whole_day(text) is not None) == (first == last)


@pytest.mark.parametrize(
    "text", ["", "2020-13", "2020-02-30", "昨天", "2020-7-5-1", "99999", "0000"]
)
def test_what_is_no_day_is_none(text):
    assert typed_day(text, last=True) is None


def test_a_readme_is_about_its_folder_and_read_only_by_name(tmp_path):
    for name in ("README.md", "readme.txt", "A02.txt", "readmelater.md"):
        (tmp_path / name).write_text("一件事。")
    assert [path.name for path in find_files([tmp_path])[0]] == ["A02.txt", "readmelater.md"]
    assert [path.name for path in find_files([tmp_path / "README.md"])[0]] == ["README.md"]
