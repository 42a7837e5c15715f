"""An engine that says what it is told to, and a server around it for the browser tests.

It implements ui.Engine over real values of rag.types, with no model and no index behind it. Run as
``python -m tests.scripted_engine LOG [--no-model | --empty]`` it serves the page on a free port,
prints the address, and notes in LOG each stream that was closed early and each connection tried
to another host.
"""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from desk.events import Conversation, Desk
from desk.exchange import Exchange, Phase
from index.errors import ModelUnavailable
from index.filters import NO_FILTER, FilterValues
from index.types import Article, Coverage, DateKnown, Span
from rag.types import (
    Answer,
    Answered,
    Check,
    CheckKind,
    Citation,
    Delta,
    Event,
    Evidence,
    Filters,
    Found,
    Headline,
    Lane,
    Period,
    Query,
    Status,
    Turn,
    Understood,
)

COVERAGE = Coverage(
    articles=1284,
    first=date(2024, 1, 3),
    last=date(2025, 7, 16),
    last_ingest=datetime(2025, 7, 16, 6, 30),
    rejected=0,
    sources=("海州日报", "海州晚报", "湾区经济", "港城周刊"),
)
EMPTY = Coverage(0, None, None, None, 0)

_FILLER = (
    "这座城市的码头、车间和写字楼里，资金从哪里来、到哪里去，是衡量经济冷暖的一把尺子。\n"
    "多位受访的企业负责人说，订单在二季度明显多了起来，资金周转也比年初宽松。"
    "一家做水产冷链的公司刚刚拿到一笔三年期贷款，用来扩建两座冷库。\n"
)
LOAN_SENTENCE = (
    "截至6月末，全市本外币贷款余额20314亿元，同比增长8.6%，增速比上年同期加快0.7个百分点。"
)
LOAN_NEXT = "上半年新增贷款1126亿元，其中制造业贷款新增238亿元。"
LOANS = Article(
    id="haizhou-loans",
    kicker="金融活水润泽实体经济",
    title="上半年海州贷款余额突破两万亿元",
    deck="制造业、普惠小微两个领域增长最快",
    body=_FILLER * 3 + "信贷总量稳步增长\n" + LOAN_SENTENCE + LOAN_NEXT + "\n" + _FILLER * 4,
    source="海州日报",
    section="A02 要闻",
    byline="□本报记者 林一舟 通讯员 周可",
    published=date(2025, 7, 16),
    date_known=DateKnown.STATED,
    headings=(Span(len(_FILLER * 3), len(_FILLER * 3) + 8),),
    url="https://news.example.com/2025/07/16/a02.html",
)
XSS_TITLE = '<img src=x onerror="window.pwned=1">港口 & 航运'
HOSTILE = Article(
    id="hostile",
    title=XSS_TITLE,
    body="第一句没有恶意。<script>window.pwned=2</script>海州港上半年吞吐量3.4亿吨。${window.pwned=3}{{constructor}}",
    source="<b>海州晚报</b>",
    byline='"><svg onload=window.pwned=4>',
    published=date(2025, 7, 10),
    date_known=DateKnown.INFERRED,
    title_derived=True,
    url="javascript:window.pwned=5",
)
REPRINT = replace(
    LOANS,
    id="haizhou-loans-evening",
    title="海州贷款余额突破两万亿元",
    source="海州晚报",
    section="A05 财经",
    url="",
)
# Wire copy in two more papers; one of them does not say when.
COPIES = (
    Headline(REPRINT.id, REPRINT.title, REPRINT.source, REPRINT.published),
    Headline("gone", XSS_TITLE, "湾区经济", None),
)
ARTICLES = {article.id: article for article in (LOANS, HOSTILE, REPRINT)}
EXAMPLES = (
    "海州上半年贷款余额是多少？",
    "制造业贷款新增了多少？",
    "海州港上半年吞吐量是多少？",
    "What is the loan balance of Haizhou?",
)


def evidence(number: int, article: Article, text: str, *, score: float = 0.8) -> Evidence:
    """``text`` as found in ``article``."""
    start = article.body.index(text)
    return Evidence(
        number=number,
        article_id=article.id,
        title=article.title,
        source=article.source,
        section=article.section,
        byline=article.byline,
        published=article.published,
        date_known=article.date_known,
        text=text,
        start=start,
        end=start + len(text),
        score=score,
        lane=Lane.DENSE,
        version=article.version,
        title_derived=article.title_derived,
        url=article.url,
    )


def citation(marker: int, found: Evidence) -> Citation:
    """``found`` as source ``marker``."""
    return Citation(
        marker=marker,
        article_id=found.article_id,
        title=found.title,
        source=found.source,
        section=found.section,
        byline=found.byline,
        published=found.published,
        date_known=found.date_known,
        quote=found.text,
        start=found.start,
        end=found.end,
        version=found.version,
        title_derived=found.title_derived,
        url=found.url,
    )


FOUND = (
    evidence(1, LOANS, LOAN_SENTENCE),
    evidence(2, LOANS, LOAN_NEXT),
    evidence(3, HOSTILE, "海州港上半年吞吐量3.4亿吨。"),
)
TIMINGS = {
    "understand": 0.001,
    "retrieve": 0.03,
    "evidence": 0.08,
    "first_word": 2.13,
    "total": 4.9,
}


def answer(question: str, status: Status, text: str, **changes: object) -> Answer:
    """An answer over the scripted archive; ``changes`` replace its fields."""
    fields: dict[str, object] = {
        "query": Query(question, question, "zh-Hans"),
        "citations": (),
        "evidence": FOUND,
        "checks": (),
        "coverage": COVERAGE,
        "timings": TIMINGS,
        "model": "scripted-1.5b",
        "index_version": "fake@1",
    }
    return Answer(status, text, **{**fields, **changes})


def loan_answer(question: str) -> Answer:
    """An answer with two sources and one unsupported figure."""
    return answer(
        question,
        Status.ANSWERED,
        "截至2025年6月末，海州全市本外币贷款余额为20314亿元，同比增长8.6%[1]。"
        "上半年新增贷款1126亿元，占全省的15%[2]。",
        query=Query(
            question,
            "海州2025年上半年贷款余额是多少？",
            "zh-Hans",
            Period(date(2025, 1, 1), date(2025, 6, 30), "上半年"),
        ),
        citations=(citation(1, FOUND[0]), citation(2, FOUND[1])),
        checks=(
            Check(CheckKind.FIGURE, "20314亿元", supported=True, markers=(1,)),
            Check(CheckKind.FIGURE, "15%", supported=False),
        ),
    )


def answer_for(question: str, history: Sequence[Turn], model: str) -> Answer:
    """What the script says to ``question``."""
    if "吞吐量" in question:
        return answer(
            question,
            Status.ANSWERED,
            f"海州港上半年吞吐量3.4亿吨[1]。<img src=x onerror=window.pwned=6> {question}",
            citations=(citation(1, FOUND[2]),),
        )
    if "转载" in question:
        original = replace(FOUND[0], copies=COPIES)
        return answer(
            question,
            Status.ANSWERED,
            "截至6月末，海州全市本外币贷款余额20314亿元[1]。",
            citations=(replace(citation(1, original), copies=COPIES),),
            evidence=(original, *FOUND[1:]),
        )
    if "济州" in question:
        nearest = (
            Headline(LOANS.id, LOANS.title, LOANS.source, LOANS.published),
            Headline(HOSTILE.id, HOSTILE.title, "海州晚报", None),
        )
        return answer(
            question,
            Status.NOT_FOUND,
            "资料库里没有写到济州的生产总值。",
            evidence=FOUND[2:],
            nearest=nearest,
        )
    if not model:
        return answer(
            question,
            Status.EVIDENCE_ONLY,
            "",
            citations=tuple(citation(each.number, each) for each in FOUND),
            timings={"evidence": 0.08, "total": 0.08},
            model="",
        )
    if question.startswith("那"):
        return answer(
            question, Status.ANSWERED, f"接着上一问“{history[-1].question}”：1126亿元[1]。",
            citations=(citation(1, FOUND[1]),),
        )  # fmt: skip
    return loan_answer(question)


@dataclass
class ScriptedArchive:
    """A dictionary of articles."""

    covered: Coverage = COVERAGE

    def article(self, article_id: str, version: int | None = None) -> Article | None:
        article = ARTICLES.get(article_id)
        return article if article and version in (None, article.version) else None

    def coverage(self) -> Coverage:
        return self.covered

    def filter_values(self) -> FilterValues:
        return FilterValues(
            COVERAGE.sources, ("A02 要闻", "A05 财经"), ((("林一舟",), LOANS.byline),)
        )


@dataclass
class ScriptedEngine:
    """Answers by ``answer_for``, ``pause`` seconds between the pieces."""

    pause: float = 0.0
    model: str = "scripted-1.5b"
    archive: ScriptedArchive = field(default_factory=ScriptedArchive)
    closed: list[str] = field(default_factory=list)
    log: Path | None = None

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Iterator[Event]:
        if "坏" in question:
            raise ModelUnavailable("The LLM at http://10.0.0.9/v1 does not answer: check it.")
        if "崩" in question:
            raise ZeroDivisionError("secret detail")
        final = answer_for(question, history, self.model)
        final = replace(final, query=replace(final.query, filters=filters or NO_FILTER))
        yield Understood(final.query)
        ended = False
        try:
            yield Found(final.evidence, final.coverage)
            time.sleep(self.pause * 8)
            text = final.text * (40 if "很长" in question else 1)
            for start in range(0, len(text), 4):
                yield Delta(text[start : start + 4])
                time.sleep(self.pause)
            yield Answered(final)
            ended = True
        finally:
            if not ended:
                self._note(question)

    def _note(self, question: str) -> None:
        self.closed.append(question)
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"closed {question}\n")


def done(question: str, said: Answer, number: int = 1) -> Exchange:
    """A finished exchange."""
    return Exchange(
        number,
        question,
        Phase.DONE,
        said.query,
        said.evidence,
        said.coverage,
        said.text,
        said,
    )


def asked(desk: Desk, question: str, talk: Conversation = ()) -> Conversation:
    """The conversation after ``question`` has been answered."""
    return list(desk.ask(question, talk, threading.Event()))[-1]


def _watch_network(log: Path) -> None:
    def hook(event: str, args: tuple[object, ...]) -> None:
        host = {"socket.getaddrinfo": 0, "socket.connect": 1}.get(event)
        if host is None:
            return
        target = args[host][0] if isinstance(args[host], tuple) else args[host]
        if str(target) not in {"127.0.0.1", "localhost", "::1", "None"}:
            with log.open("a", encoding="utf-8") as out:
                out.write(f"{event} {target}\n")

    sys.addaudithook(hook)


def _main(log: Path, flags: Sequence[str]) -> None:
    _watch_network(log)
    import ui

    engine = ScriptedEngine(
        pause=0.04,
        model="" if "--no-model" in flags else "scripted-1.5b",
        archive=ScriptedArchive(EMPTY if "--empty" in flags else COVERAGE),
        log=log,
    )
    ui.serve(
        engine,
        port=0,
        examples=EXAMPLES,
        on_ready=lambda url: print(url, flush=True),  # noqa: T201 - the test reads it
    )


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2:])
