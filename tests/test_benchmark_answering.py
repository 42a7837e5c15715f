"""benchmarks/answering.py: two systems over the same questions, measured alike."""

import time
from datetime import date

import pytest
from llama_index.core import Document, MockEmbedding, VectorStoreIndex
from llama_index.core.llms import (
    ChatMessage,
    CompletionResponse,
    CustomLLM,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.schema import NodeRelationship, NodeWithScore, RelatedNodeInfo, TextNode
from llama_index.core.utils import get_tokenizer
from pydantic import PrivateAttr

from benchmarks import answering
from benchmarks.answering_run import Ours, Theirs, run_systems
from benchmarks.answering_scores import ratios, summarise, table_json, table_lines
from benchmarks.answering_sets import choose_articles, read_articles, sample_queries
from benchmarks.llamaindex_engine import (
    CitationPeer,
    cited_articles,
    fixed_prefix,
    says_nothing_found,
)
from eval.questions import Gold, Question
from eval.retrieval_queries import RetrievalQuery
from eval.token_meter import TokenMeter, token_meter
from index.errors import BadInput
from tests.scripted_llm import ScriptedLLM, archive_of, article, engine_over

FERRY = article("ferry", "轮渡客流", "轮渡公司介绍，7月共运送旅客36万人次。新船预计年底交付。")
PARK = article("park", "公园开放", "北岭公园今天开放，共有停车位420个。")
QUERY = RetrievalQuery(
    "q1", "single", "轮渡7月运送旅客多少人次？", gold_ids=("ferry",), answers=(("36万人次",),)
)
NULL = RetrievalQuery("q2", "null", "轮渡的票价涨了多少？")


class SpokenLLM(CustomLLM):
    """A LlamaIndex LLM that says one text, a character at a time, ``pause`` seconds before each."""

    text: str
    pause: float = 0.0
    _heard: list = PrivateAttr(default_factory=list)

    @property
    def metadata(self):
        return LLMMetadata(context_window=4096, num_output=256, is_chat_model=True)

    @property
    def heard(self):
        return self._heard

    def complete(self, prompt, formatted=False, **options):
        self._heard.append((prompt, options))
        return CompletionResponse(text=self.text)

    def stream_complete(self, prompt, formatted=False, **options):
        self._heard.append((prompt, options))

        def spoken():
            for end in range(1, len(self.text) + 1):
                time.sleep(self.pause)
                yield CompletionResponse(text=self.text[:end], delta=self.text[end - 1])

        return spoken()


def peer_saying(text, articles=(FERRY, PARK), *, pause=0.0):
    llm = SpokenLLM(text=text, pause=pause)
    documents = [Document(id_=one.id, text=one.body) for one in articles]
    index = VectorStoreIndex.from_documents(documents, embed_model=MockEmbedding(embed_dim=4))
    return Theirs(CitationPeer(index, llm), llm), llm


class Broken:
    def prepare(self, query):
        pass

    def ask(self, query):
        raise ValueError("no such tokenizer")


class Noting:
    """Answers at once and notes when it was asked what."""

    def __init__(self, name, asked):
        self.name, self.asked = name, asked

    def prepare(self, query):
        self.asked.append((self.name, "prepare", query.id))

    def ask(self, query):
        self.asked.append((self.name, "ask", query.id))
        return row(query.id)


def row(key="q1", **fields):
    made = {
        "id": key,
        "output": "36万人次",
        "cited": ["ferry"],
        "status": "answered",
        "timings": {"evidence": 0.1, "first_word": 0.5, "total": 1.0},
        "unsupported": [],
        "tokens_in": 100,
        "tokens_out": 10,
    }
    return {**made, **fields}


# --- asking


def test_systems_take_turns_at_being_first_after_a_warm_up_with_another_question():
    asked = []
    systems = {name: Noting(name, asked) for name in "ab"}
    run_systems(systems, [QUERY, NULL], TokenMeter())
    turns = [(name, key) for name, what, key in asked if what == "ask"]
    assert turns == [
        *[("a", "warm-up"), ("b", "warm-up")],
        *[("a", "q1"), ("b", "q1")],
        *[("b", "q2"), ("a", "q2")],
    ]
    assert all(
        asked[at][::2] == asked[at + 1][::2] and asked[at][1] == "prepare"
        for at in range(0, len(asked), 2)
    )


def test_a_system_that_breaks_is_an_error_and_the_other_goes_on(capsys):
    kept = []
    rows = run_systems(
        {"ours": Broken(), "LlamaIndex": Noting("b", [])},
        [QUERY, NULL],
        TokenMeter(),
        keep=kept.append,
    )
    assert [one["error"] for one in rows["ours"]] == ["ValueError: no such tokenizer"] * 2
    assert [one["output"] for one in rows["LlamaIndex"]] == ["36万人次"] * 2
    assert [(one["system"], one["id"]) for one in kept] == [
        *[("ours", "q1"), ("LlamaIndex", "q1")],
        *[("LlamaIndex", "q2"), ("ours", "q2")],
    ]
    assert "q1: Broken broke: ValueError: no such tokenizer" in capsys.readouterr().err


def test_ours_is_timed_to_evidence_first_word_and_end(tmp_path):
    with archive_of(tmp_path, [FERRY, PARK]) as archive:
        llm = ScriptedLLM("7月共运送旅客36万人次[1]。")
        found = Ours(engine_over(archive, llm), None).ask(QUERY)
    times = found["timings"]
    assert 0 < times["evidence"] <= times["first_word"] <= times["total"]
    assert found["cited"] == ["ferry"]
    assert "36万人次" in found["output"]
    assert "[1]" not in found["output"]


def test_an_answer_of_ours_without_the_llm_has_its_first_word_at_its_end(tmp_path):
    with archive_of(tmp_path, [PARK]) as archive:
        found = Ours(engine_over(archive, ScriptedLLM("没有找到")), None).ask(NULL)
    assert found["status"] == "not_found"
    assert found["timings"]["total"] - found["timings"]["first_word"] < 0.05


def test_an_llm_of_ours_that_fails_breaks_the_question(tmp_path):
    from tests.scripted_llm import HUNG_UP

    with (
        archive_of(tmp_path, [FERRY]) as archive,
        pytest.raises(RuntimeError, match="The LLM did not answer"),
    ):
        Ours(engine_over(archive, ScriptedLLM(HUNG_UP)), None).ask(QUERY)


def test_ours_is_prepared_with_its_system_prompt_and_nothing_else(tmp_path):
    llm = SpokenLLM(text="好")
    with archive_of(tmp_path, [FERRY]) as archive:
        scripted = ScriptedLLM("没有找到")
        ours = Ours(engine_over(archive, scripted), llm)
        ours.prepare(QUERY)
        ours.ask(QUERY)
    [(prompt, options)] = llm.heard
    assert scripted.heard[-1][0].content in prompt
    assert QUERY.question not in prompt
    assert FERRY.body not in prompt
    assert options["max_tokens"] == 1


# --- the peer


def test_the_peer_is_told_its_template_and_three_sources_at_most():
    articles = [article(f"a{n}", "标题", f"第{n}条消息。") for n in range(5)]
    theirs, llm = peer_saying("没有", articles)
    theirs.ask(QUERY)
    [(prompt, _)] = llm.heard
    assert fixed_prefix()[0].content in prompt
    assert QUERY.question in prompt
    assert sum(f"第{n}条消息。" in prompt for n in range(5)) == 3
    assert "Source 3:" in prompt
    assert "Source 4:" not in prompt


def test_the_peer_is_prepared_with_the_start_of_what_it_is_asked_with():
    theirs, llm = peer_saying("好")
    theirs.prepare(QUERY)
    theirs.ask(QUERY)
    prepared, asked = (prompt for prompt, _ in llm.heard)
    shared = fixed_prefix()[0].content
    assert shared.endswith("------\n")
    assert shared in prepared
    assert shared in asked
    assert "Source 1:\n轮渡" not in prepared
    assert llm.heard[0][1]["max_tokens"] == 1


def test_the_peer_is_timed_by_its_stream():
    theirs, _ = peer_saying("36万人次", pause=0.02)  # five characters
    times = theirs.ask(QUERY)["timings"]
    assert times["evidence"] < times["first_word"]
    assert times["total"] - times["first_word"] >= 4 * 0.02


def test_the_peers_pointers_become_the_articles_of_its_sources():
    theirs, llm = peer_saying("一共36万人次 [1]。")
    found = theirs.ask(QUERY)
    first = llm.heard[0][0].split("Source 1:\n")[-1].splitlines()[0]
    assert found["cited"] == ["ferry" if first in FERRY.body else "park"]
    assert found["output"] == "一共36万人次。"
    assert found["status"] == "answered"


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("甲 [2]。", ("b",)),
        ("甲【1】，乙[ 3 ]", ("a", "c")),
        ("甲 [1, 3] 和 [2、1]", ("a", "c", "b")),
        ("甲 [Source 2]", ("b",)),
        ("According to Source 3, 甲", ("c",)),
        ("据来源2，甲", ("b",)),
        ("甲 [4]，乙 [0]", ()),
        ("[2024年]甲", ()),
        ("甲", ()),
    ],
)
def test_pointers_are_read_in_every_form_and_invented_ones_are_none(text, cited):
    sources = [
        NodeWithScore(
            node=TextNode(
                text=key, relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=key)}
            )
        )
        for key in "abc"
    ]
    assert cited_articles(text, sources) == cited


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Empty Response", True),
        ("None of the sources are helpful.", True),
        ("The sources do not mention the fare [1].", True),
        ("提供的来源中没有提到票价[1]。", True),
        ("无法提供答案", True),
        ("票价涨了2元[1]。", False),
        ("The fare rose by 2 yuan [1].", False),
    ],
)
def test_a_peer_that_says_the_sources_do_not_help_refuses(text, refused):
    assert says_nothing_found(text) is refused


def test_a_peer_that_hedges_but_gives_the_answer_passes_for_right():
    theirs, _ = peer_saying("票价未提及。旅客36万人次[1]。")
    assert theirs.ask(QUERY)["status"] == "answered"
    assert theirs.ask(NULL)["status"] == "not_found"


# --- tokens


def test_the_meter_counts_what_a_streamed_chat_heard_and_said():
    llm = SpokenLLM(text="旅客36万人次")
    messages = [
        ChatMessage(role=MessageRole.SYSTEM, content="只用原文回答"),
        ChatMessage(role=MessageRole.USER, content="多少人次？"),
    ]
    count = get_tokenizer()
    with token_meter(estimates=True) as meter:
        meter.clear()
        list(llm.stream_chat(messages))
        heard = len(count("只用原文回答")) + len(count("多少人次？"))
        assert meter.total()["prompt"] == heard
        assert meter.total()["completion"] == len(count("旅客36万人次"))
        llm.chat(messages[1:])
        assert meter.total()["completion"] == 2 * len(count("旅客36万人次"))
        meter.clear()
        assert meter.total() == {"prompt": 0, "completion": 0, "by": ""}
    llm.chat(messages)
    assert meter.total()["prompt"] == 0


def test_what_prepares_a_system_is_not_counted():
    theirs, llm = peer_saying("36万人次")
    with token_meter(estimates=True) as meter:
        [found] = run_systems({"peer": theirs}, [QUERY], meter)["peer"]
    count = get_tokenizer()
    asked = llm.heard[-1][0]
    assert abs(found["tokens_in"] - len(count(asked))) < 10  # the role's name and line feeds
    assert found["tokens_out"] == len(count("36万人次"))


# --- scores


def test_shares_are_over_the_questions_where_they_make_sense():
    queries = [QUERY, QUERY, QUERY, NULL, NULL]
    rows = [
        row(),  # right, gold cited
        row(output="42万人次", cited=["park"]),  # neither
        row(status="not_found", output="没有找到", cited=[], tokens_in=0, tokens_out=0),
        row(status="not_found", output="没有找到", cited=[]),
        {"id": "q2", "error": "ValueError: x"},
    ]
    found = summarise(queries, rows)
    assert (found.n, found.errors) == (5, 1)
    assert found.right == pytest.approx(1 / 3)
    assert found.gold_cited == pytest.approx(1 / 2)  # a refusal cites nothing
    assert found.missed == pytest.approx(1 / 3)
    assert found.refused == pytest.approx(1 / 2)  # an error is no refusal
    assert found.llm_asked == pytest.approx(3 / 4)
    assert found.tokens_in == pytest.approx((100 + 100 + 0 + 100) / 4)


def test_a_broken_answerable_question_is_not_right_and_has_no_time():
    times = {"evidence": 0.2, "first_word": 0.6, "total": 3.0}
    found = summarise([QUERY, QUERY], [row(timings=times), {"id": "q1", "error": "x"}])
    assert found.right == pytest.approx(1 / 2)
    assert found.gold_cited == pytest.approx(1 / 2)
    assert found.p50 == {"evidence": 0.2, "first word": 0.6, "whole": 3.0}


def test_times_are_the_median_and_the_95th_of_a_hundred():
    rows = [row(timings={"evidence": n, "first_word": n, "total": 2.0 * n}) for n in range(1, 101)]
    found = summarise([QUERY] * 100, rows)
    assert found.p50["whole"] == 100.0  # nearest rank: the 50th of 2, 4 … 200
    assert found.p95["whole"] == 190.0


def test_the_table_sets_ours_to_theirs():
    slow = {"evidence": 0.1, "first_word": 4.0, "total": 8.0}
    ours = summarise([QUERY], [row()])
    theirs = summarise([QUERY], [row(output="不知道", timings=slow, tokens_in=1500)])
    assert ratios(ours, theirs) == {
        "evidence": 1.0,
        "first word": 8.0,  # 4.0 / 0.5
        "whole": 8.0,  # 8.0 / 1.0
        "tokens in": 15.0,  # 1500 / 100
        "tokens out": 1.0,
    }
    assert table_lines(ours, theirs) == [
        "                        ours  LlamaIndex  ours:theirs",
        "n                          1           1",
        "errors                     0           0",
        "right                  1.000       0.000",
        "gold cited             1.000       1.000",
        "missed                 0.000       0.000",
        "refused                    –           –",
        "llm asked              1.000       1.000",
        "evidence p50 s         0.100       0.100       1:1.00",
        "evidence p95 s         0.100       0.100",
        "first word p50 s       0.500       4.000       1:8.00",
        "first word p95 s       0.500       4.000",
        "whole p50 s            1.000       8.000       1:8.00",
        "whole p95 s            1.000       8.000",
        "tokens in            100.000    1500.000      1:15.00",
        "tokens out            10.000      10.000       1:1.00",
    ]
    assert table_json(ours, theirs)["theirs_to_ours"]["whole"] == 8.0


def test_without_a_token_of_ours_there_is_no_ratio():
    ours = summarise([QUERY], [row(tokens_in=0, tokens_out=0)])
    assert ratios(ours, summarise([QUERY], [row()]))["tokens in"] is None


# --- sets


def test_gold_is_kept_whatever_the_limit_and_the_rest_is_drawn_by_seed():
    articles = [article(f"a{n}", "标题", "正文。") for n in range(20)]
    queries = [
        RetrievalQuery("q", "single", "问？", gold_ids=("a19",), alt_gold_ids=("a3",)),
        RetrievalQuery("r", "single", "问？", gold_ids=("a7",)),
    ]
    drawn = [one.id for one in choose_articles(articles, queries, limit=6, seed=1)]
    assert len(drawn) == 6
    assert {"a3", "a7", "a19"} <= set(drawn)
    assert drawn == sorted(drawn, key=lambda key: int(key[1:]))
    assert drawn == [one.id for one in choose_articles(articles, queries, limit=6, seed=1)]
    assert drawn != [one.id for one in choose_articles(articles, queries, limit=6, seed=2)]
    least = choose_articles(articles, queries, limit=1, seed=1)
    assert [one.id for one in least] == ["a3", "a7", "a19"]
    assert choose_articles(articles, queries, limit=0, seed=1) == articles


def test_gold_that_the_corpus_lacks_is_refused_by_name():
    with pytest.raises(BadInput, match='lacks 1 of 1 gold articles, such as "ferry"'):
        choose_articles([PARK], [QUERY], limit=0, seed=0)


def test_of_a_qa_set_the_single_chinese_questions_of_no_particular_day_are_asked():
    def question(key, *turns, answerable=True, language="zh-Hans", as_of=None):
        answers, gold = ((("1",),), (Gold("ferry", "一"), Gold("ferry", "二")))
        return Question(
            key, "figure", language, turns, answerable,
            answers if answerable else (), gold if answerable else (), as_of,
        )  # fmt: skip

    found = sample_queries(
        [
            question("a", "多少？"),
            question("b", "多少？", "那今年呢？"),
            question("c", "How many?", language="en"),
            question("d", "昨天多少？", as_of=date(2024, 7, 18)),
            question("e", "有吗？", answerable=False),
        ]
    )
    assert found == [
        RetrievalQuery("a", "figure", "多少？", gold_ids=("ferry",), answers=(("1",),)),
        RetrievalQuery("e", "null", "有吗？"),
    ]


def test_the_samples_hold_the_gold_of_their_questions():
    from benchmarks.answering_sets import read_queries

    articles, queries = read_articles(None), read_queries(None)
    assert len(choose_articles(articles, queries, limit=1, seed=0)) < len(articles)
    assert {query.type for query in queries} >= {"single", "null"}


def test_a_corpus_without_articles_is_refused_by_name(tmp_path):
    path = tmp_path / "empty.jsonl"
    path.write_text('{"id": "x"}\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"empty\.jsonl holds no article"):
        read_articles(path)


# --- the command line


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--corpus", "news.jsonl"], "--corpus and --queries go together"),
        (["--limit", "-1"], "--limit is -1; 0 means all"),
        (["--limit-articles", "-2"], "--limit-articles is -2; 0 means all"),
    ],
)
def test_options_that_make_no_sense_are_named(options, problem, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["answering.py", *options])
    with pytest.raises(SystemExit):
        answering.main()
    assert capsys.readouterr().err.endswith(f"error: {problem}\n")


def test_rows_of_an_earlier_run_are_not_overwritten(tmp_path, monkeypatch):
    out = tmp_path / "rows.jsonl"
    out.write_text("earlier\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["answering.py", "--out", str(out)])
    with pytest.raises(BadInput, match="is there already; name another file"):
        answering.main()
    assert out.read_text(encoding="utf-8") == "earlier\n"
