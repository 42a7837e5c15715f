"""What a model said is kept, and the same prompt is not asked again."""

import json
from types import SimpleNamespace

import pytest

from index.errors import BadInput
from rag.replies import Replies, prompt_key


def _messages(*texts):
    return [SimpleNamespace(role="user", content=text) for text in texts]


def test_a_reply_is_found_again_by_another_reader(tmp_path):
    path = tmp_path / "runs" / "replies.jsonl"
    kept = Replies(path)
    assert kept.find("k") is None
    kept.keep("k", "6月末，云城\n贷款")
    again = Replies(path)
    assert (again.find("k"), len(again), again.used) == ("6月末，云城\n贷款", 1, 1)


def test_half_a_line_at_the_end_is_dropped_and_the_rest_kept(tmp_path):
    path = tmp_path / "r"
    Replies(path).keep("a", "一")
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"key": "b", "rep')
    kept = Replies(path)
    assert (kept.find("a"), kept.find("b")) == ("一", None)
    kept.keep("c", "三")
    assert Replies(path).find("c") == "三"


@pytest.mark.parametrize("line", ["[]", "{}", '{"key": 1}', "x", "3"])
def test_another_file_is_refused_with_its_line(tmp_path, line):
    path = tmp_path / "r"
    path.write_text(f"{json.dumps({'key': 'a', 'reply': 'b'})}\n{line}\n")
    with pytest.raises(BadInput, match="line 2 is no reply"):
        Replies(path)


@pytest.mark.parametrize(
    "text", ['{"made": "with love"}', "notes", '{"key": "a", "reply": "b"}\nnotes']
)
def test_a_file_that_is_not_ours_stays_as_it_is(tmp_path, text):
    path = tmp_path / "r"
    path.write_text(text)
    with pytest.raises(BadInput, match="no reply"):
        Replies(path)
    assert path.read_text() == text


def test_a_reply_that_has_no_utf_8_is_kept_too(tmp_path):
    Replies(tmp_path / "r").keep("k", "云城\ud800")
    assert Replies(tmp_path / "r").find("k") == "云城\ud800"


def test_a_folder_is_refused_in_one_line(tmp_path):
    with pytest.raises(BadInput, match="cannot be used"):
        Replies(tmp_path)


def test_model_words_roles_and_options_make_the_key():
    base = prompt_key("m", _messages("a", "b"), {"max_tokens": 9})
    assert base == prompt_key("m", _messages("a", "b"), {"max_tokens": 9})
    others = [
        prompt_key("n", _messages("a", "b"), {"max_tokens": 9}),
        prompt_key("m", _messages("ab", ""), {"max_tokens": 9}),
        prompt_key("m", _messages("a", "b"), {"max_tokens": 8}),
        prompt_key(
            "m", [SimpleNamespace(role="system", content="a"), *_messages("b")], {"max_tokens": 9}
        ),
    ]
    assert len({base, *others}) == 5
