"""Public question sets become QA sets: what each format holds, and what cannot be used."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from eval.convert import FORMATS, convert
from eval.convert_given import multihop_id
from eval.questions import read_questions
from index.errors import BadInput

PASSAGE = "云河县位于平原东部。县城设在柳林镇，镇内有三座桥。全县人口约42万人。"
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "云河县",
            "paragraphs": [
                {
                    "context": PASSAGE,
                    "qas": [
                        {"id": "s1", "question": "县城在哪里？",
                         "answers": [{"text": "柳林镇", "answer_start": PASSAGE.index("柳林镇")},
                                     {"text": "柳林", "answer_start": PASSAGE.index("柳林镇")}]},
                        {"id": "s2", "question": "有几座机场？", "is_impossible": True,
                         "answers": [], "plausible_answers": [{"text": "三", "answer_start": 20}]},
                        {"id": "s3", "question": "有几条河？", "answers": []},
                    ],
                }
            ],
        }
    ],
}  # fmt: skip
CMRC_FIRST = [
    {"context_id": "TRIAL_1", "context_text": PASSAGE, "title": "云河县",
     "qas": [{"query_id": "TRIAL_1_Q0", "query_text": "县城在哪里？", "answers": ["柳林镇"]}]}
]  # fmt: skip


def _file(tmp_path, content, name="set.json"):
    path = tmp_path / name
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def _lines(tmp_path, *rows):
    return _file(tmp_path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def test_squad_keeps_every_answer_the_sentence_and_the_passage(tmp_path):
    found = convert("squad", _file(tmp_path, SQUAD))
    first, second = found.rows
    (article,) = found.articles.values()
    assert (article["title"], article["text"]) == ("云河县", PASSAGE)
    assert first["answers"] == [["柳林镇", "柳林"]]
    assert first["gold"] == [
        {"article_id": article["id"], "quote": "县城设在柳林镇，镇内有三座桥。"}
    ]
    assert (second["answerable"], second["type"]) == (False, "unanswerable")
    assert second["source"]["plausible_answers"][0]["text"] == "三"
    (place,) = found.faults
    assert place.endswith("qas[2]")
    assert "no answers" in found.faults[place]


def test_the_answer_s_own_sentence_is_gold_and_not_the_first_with_its_words(tmp_path):
    text = "柳林镇是古镇。县城设在柳林镇。"
    asked = {"id": "s", "question": "县城在哪里？",
             "answers": [{"text": "柳林镇", "answer_start": text.rindex("柳林镇")}]}  # fmt: skip
    row = {"data": [{"title": "", "paragraphs": [{"context": text, "qas": [asked]}]}]}
    (found,) = convert("squad", _file(tmp_path, row)).rows
    assert found["gold"][0]["quote"] == "县城设在柳林镇。"


def test_cmrc_s_first_form_is_read_too(tmp_path):
    found = convert("cmrc", _file(tmp_path, CMRC_FIRST))
    assert found.rows[0]["id"] == "TRIAL_1_Q0"
    assert found.rows[0]["gold"][0] == {
        "article_id": "TRIAL_1", "quote": "县城设在柳林镇，镇内有三座桥。",
    }  # fmt: skip


def test_rgb_parts_forms_and_documents(tmp_path):
    rows = [
        {"id": 0, "query": "二号线有几座站？", "answer": ["23座"], "positive": ["二号线设站23座。"],
         "negative": ["夜市周五开放。"]},
        {"id": 1, "query": "绿道和地铁各有几站？", "answer": [["12座", "十二座"], ["23座"]],
         "positive": [["绿道设站十二座。"], ["二号线设站23座。"]], "negative": []},
        {"id": 2, "query": "二号线有几座站？", "answer": "23座", "positive": ["二号线设站23座。"],
         "positive_wrong": ["二号线设站32座。"], "fakeanswer": "32座", "negative": []},
        {"id": 3, "query": "", "answer": "x", "positive": [], "negative": []},
    ]  # fmt: skip
    found = convert("rgb", _lines(tmp_path, *rows))
    one, two, three = found.rows
    assert [row["type"] for row in found.rows] == ["noise", "integration", "counterfactual"]
    assert one["answers"] == [["23座"]]
    assert two["answers"] == [["12座", "十二座"], ["23座"]]
    assert [gold["quote"] for gold in two["gold"]] == ["绿道设站十二座。", "二号线设站23座。"]
    assert three["source"]["fakeanswer"] == "32座"
    # Two rows share a document: it is one article. The forged one is none of the newsroom's.
    assert {row["text"] for row in found.articles.values()} == {
        "二号线设站23座。", "夜市周五开放。", "绿道设站十二座。",
    }  # fmt: skip
    assert found.faults == {"line 4": "query must be a text that is not empty"}


def test_rgb_rows_of_our_own_form(tmp_path):
    docs = [{"text": "二号线共设23座车站。"}, {"text": " "}]
    row = {"id": "r", "task": "reject", "noise_rate": 1, "question": "摊位？",
           "answers": [["180个"]], "docs": docs}  # fmt: skip
    (found,) = convert("rgb", _lines(tmp_path, row)).rows
    assert (found["answerable"], found["source"]["answers"]) == (False, [["180个"]])
    assert (found["source"]["noise_rate"], len(found["source"]["docs"])) == (1, 1)


def test_crud_rag_reads_its_three_tasks(tmp_path):
    whole = {
        "event_summary": [{"ID": "x"}],
        "questanswer_1doc": [
            {"ID": "a", "event": "开园", "news1": "植物园明日开园。", "questions": "何时开园？",
             "answers": "明日。"}],
        "questanswer_2docs": [
            {"ID": "a", "event": "", "news1": "甲文。", "news2": "乙文。", "questions": ["甚么？"],
             "answers": ["甲与乙"]},
            {"ID": "b", "questions": "无文？", "answers": "无"}],
    }  # fmt: skip
    found = convert("crud-rag", _file(tmp_path, whole))
    assert [row["type"] for row in found.rows] == ["questanswer_1doc", "questanswer_2docs"]
    assert found.rows[0]["answers"] == [["明日。"]]
    assert len(found.rows[1]["gold"]) == 2
    assert found.faults == {"line 1: questanswer_2docs[1]": "no news1: not a question of CRUD-RAG"}


def test_multihop_questions_and_articles_share_their_ids(tmp_path):
    evidence = {"title": "T", "author": "A", "url": "https://x/1", "source": "S", "category": "c",
                "published_at": "2023-10-01T12:00:00+00:00", "fact": "The river rose."}  # fmt: skip
    rows = [
        {"query": "Did it?", "answer": "Yes", "question_type": "inference_query",
         "evidence_list": [evidence]},
        {"query": "Who?", "answer": "Insufficient information.", "question_type": "null_query",
         "evidence_list": []},
    ]  # fmt: skip
    found = convert("multihop-rag", _file(tmp_path, rows))
    assert [row["answerable"] for row in found.rows] == [True, False]
    assert found.rows[0]["gold"] == [
        {"article_id": multihop_id(evidence), "quote": "The river rose."}
    ]
    assert found.rows[1]["source"]["answer"] == "Insufficient information."
    assert found.rows[0]["language"] == "en"


def test_retrieval_rows_keep_what_has_no_place(tmp_path):
    row = {"id": "q", "type": "multi", "question": "各有多少座站？", "gold_ids": ["a"],
           "alt_gold_ids": ["b"], "gold_groups": [["a"], ["b"]], "answers": [["12座"]],
           "date": "2031-07-20"}  # fmt: skip
    null = {"id": "n", "type": "null", "question": "机场？", "gold_ids": [], "answers": []}
    event = {"id": "e", "type": "event", "question": "某事？", "gold_ids": ["a"], "answers": []}
    found = convert("suyuan-bench-retrieval", _lines(tmp_path, row, null, event))
    assert [gold["article_id"] for gold in found.rows[0]["gold"]] == ["a", "b"]
    assert found.rows[0]["source"]["gold_groups"] == [["a"], ["b"]]
    assert found.rows[1]["answerable"] is False
    assert list(found.faults) == ["line 3"]


def test_reading_rows(tmp_path):
    rows = [
        {"id": "c1", "question": "县城在哪里？", "context": PASSAGE, "answers": ["柳林镇"],
         "answerable": True, "source": "ours"},
        {"id": "c2", "question": "几座机场？", "context": PASSAGE, "answers": [],
         "answerable": False},
        {"id": "c1", "question": "又？", "context": PASSAGE, "answers": ["柳林镇"],
         "answerable": True},
    ]  # fmt: skip
    found = convert("reading", _lines(tmp_path, *rows))
    assert [row["type"] for row in found.rows] == ["ours", "unanswerable"]
    assert len(found.articles) == 1
    assert found.faults == {"line 3": 'id "c1" is there already'}


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("item", ["3", '"x"', "null", "[1]", '{"data": 3}', '{"qas": [3]}', "{}"])
def test_nonsense_is_one_error_in_every_format(tmp_path, form, item):
    with pytest.raises(BadInput, match="has no row of the format") as told:
        convert(form, _file(tmp_path, item))
    assert "\n" not in str(told.value)


def test_the_command_writes_both_files_and_names_bad_rows(tmp_path):
    out, corpus = tmp_path / "qa.jsonl", tmp_path / "corpus.jsonl"
    done = CliRunner().invoke(
        cli.app,
        ["qa", "convert", "--from", "squad", str(_file(tmp_path, SQUAD)), "--out", str(out),
         "--corpus", str(corpus)],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert len(read_questions(out)) == 2
    assert json.loads(corpus.read_text(encoding="utf-8"))["text"] == PASSAGE
    assert "1 rows cannot be used and are left out" in done.stderr


def test_validate_names_lines_and_counts(tmp_path):
    good = {"id": "a", "type": "t", "question": "几座？", "answerable": True, "answers": [["3座"]]}
    path = _lines(tmp_path, good, {**good, "id": "b", "answerable": False})
    done = CliRunner().invoke(cli.app, ["qa", "validate", str(path)])
    assert done.exit_code == 1
    assert "line 2: not answerable, but with answers or gold" in done.stderr
    done = CliRunner().invoke(cli.app, ["qa", "validate", str(_lines(tmp_path, good))])
    assert (done.exit_code, "1 questions, 1 answerable" in done.output) == (0, True)


BENCH = Path(__file__).parents[2] / "shared" / "bench"


@pytest.mark.skipif(not BENCH.is_dir(), reason="needs ../shared/bench")
@pytest.mark.parametrize(
    ("form", "name", "left_out"),
    [
        ("suyuan-bench-retrieval", "retrieval/xwlb/queries.jsonl", 0),
        ("suyuan-bench-retrieval", "retrieval/crud/queries.jsonl", 200),  # event: no answers
        ("suyuan-bench-retrieval", "retrieval/rgb/queries.jsonl", 0),
        ("rgb", "rgb/dev_lite.jsonl", 0),
        ("reading", "reading/dev.jsonl", 0),
    ],
)
def test_the_bench_sets_are_converted_row_for_row(form, name, left_out):
    rows = (BENCH / name).read_text(encoding="utf-8").splitlines()
    found = convert(form, BENCH / name)
    assert (len(found.rows), len(found.faults)) == (len(rows) - left_out, left_out)
    held = {each["article_id"] for row in found.rows for each in row.get("gold", [])}
    if found.articles:
        assert held <= found.articles.keys()
        for row in found.rows:
            for gold in row.get("gold", []):
                assert gold["quote"] in found.articles[gold["article_id"]]["text"]
