"""The reader of QA sets and eval/qa.schema.json agree, also on rows that nobody thought of."""

import json
from pathlib import Path

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.questions import _problems

_SCHEMA = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parents[1] / "eval" / "qa.schema.json").read_text(encoding="utf-8"))
)
_ROW = {
    "id": "a",
    "type": "figure",
    "question": "云城贷款余额多少？",
    "answerable": True,
    "answers": [["512亿元", "0.0512万亿元"]],
    "gold": [{"article_id": "yc-1", "quote": "6月末，云城各项贷款余额512亿元。"}],
    "as_of": "2031-07-21",
}
_ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(
        ["", " ", "x", "512亿元", "2031-07-21", "zh-Hans", "2031-13-01", "。"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["article_id", "quote", "x"]), inner, max_size=3),
    ),
    max_leaves=6,
)  # fmt: skip
_ROWS = st.dictionaries(
    st.sampled_from([*_ROW, "turns", "note", "source", "language", "extra"]), _ANYTHING, max_size=4
)


@settings(max_examples=300, deadline=None)
@given(change=_ROWS, without=st.sets(st.sampled_from(sorted(_ROW))))
def test_reader_and_schema_agree_on_rows_that_nobody_thought_of(change, without):
    row = {**{key: value for key, value in _ROW.items() if key not in without}, **change}
    faults = list(_problems(row))
    if faults and all(map(_is_beyond, faults)):
        return  # the schema's description says that it cannot tell
    assert _SCHEMA.is_valid(row) == (not faults), faults


def _is_beyond(fault):
    """A real date and a letter in every form are more than a schema of one line says."""
    return fault.startswith(("as_of must be a date such as", "the accepted form"))
