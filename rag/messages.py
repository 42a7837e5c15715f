"""What is said to the LLM, and the fixed sentences said to the user, in the question's language."""

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from index.corrections import Correction
from index.words import traditional
from rag.prompts import fill
from rag.types import Evidence, Query, Turn

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

_LANGUAGE_NAMES = {"en": "English", "ja": "Japanese", "ko": "Korean"}
_NOT_FOUND = {
    "zh-Hans": "库中没有找到能回答这个问题的报道。",
    "zh-Hant": "庫中沒有找到能回答這個問題的報道。",
    "en": "Not found: no article in the archive answers this question.",
    "ja": "資料庫にこの質問に答える記事は見つかりませんでした。",
    "ko": "자료에서 이 질문에 답하는 기사를 찾지 못했습니다.",
}
_NOT_GIVEN = {
    "zh-Hans": "所给材料信息不足，没有找到答案。",
    "zh-Hant": "所給材料信息不足，沒有找到答案。",
    "en": "Not found: the texts given do not answer this question.",
    "ja": "与えられた資料にこの質問の答えは見つかりませんでした。",
    "ko": "주어진 자료에서 답을 찾지 못했습니다.",
}
_NOTES = {
    "other_period": {
        "zh": "库中有相近的内容，但说的是{told}，不是所问的时间。",
        "en": "The archive speaks of this for {told}, not for the period asked about.",
    },
    "phrase": {
        "zh": "所选范围内没有一篇报道逐字含有{phrases}，已按一般词语检索。",
        "en": "No article searched has {phrases} word for word; plain words were used.",
    },
    "one_part": {
        "zh": "所问有两项，库中只找到其中一项。",
        "en": "Two things were asked; only one of them was found.",
    },
    "struck": {
        "zh": "回答中有内容在所引原句里找不到，已删去。",
        "en": "Parts of the answer were not in the cited sentences and were struck.",
    },
    "in_chinese": {"en": "The article is quoted in Chinese."},
    "amounts": {"en": "In English: {amounts}."},
    "conflict": {"zh": "各报道说法不一致：", "en": "Reports disagree: "},
    "latest": {"zh": "最近的说法：", "en": "The latest: "},
    "earlier": {"zh": "此前：", "en": "Earlier: "},
    "told_by": {"zh": "据{by}，是{value}", "en": "according to {by}, it is {value}"},
    "told_once": {"zh": "一说是{value}", "en": "one says it is {value}"},
    "corrected": {
        "zh": "所引《{title}》后有更正（{by}）：{text}",
        "en": "{title} was corrected later ({by}): {text}",
    },
}
# A sentence longer than this is cut for the model only: 40,000 characters would not fit its window.
LONGEST_LINE = 400
_MARKER = re.compile(r"\s*\[\d+\]")
_BRACKETS = str.maketrans("[]【】［］〔〕", "（）（）（）（）")
_REFUSAL = re.compile(
    r"没有找到|沒有找到|未找到|找不到|没有提到|未提及|没有提及|无法(?:回答|确定|得知|判断)|没有(?:相关|足够)|信息不足|"
    r"没有给出|未给出|not found|no information|cannot (?:be )?(?:answer|determin)|"
    r"(?:do|does) not (?:say|mention|contain|provide|hold)|見つかりません|찾지 못",
    re.IGNORECASE,
)


def answer_messages(
    query: Query, evidence: Sequence[Evidence], *, brief: bool = False
) -> "list[ChatMessage]":
    """System prompt (fixed: it stays in the server's prefix cache), evidence, question.

    ``brief`` asks for the answer's own words instead of a sentence.
    """
    from llama_index.core.llms import ChatMessage, MessageRole

    style = "brief" if brief else "answer"
    prompt = "zh" if query.language.startswith("zh") else "en"
    question = query.whole or (query.question if prompt == "zh" else query.asked)
    if query.language in ("ja", "ko"):
        question = f"{question} (Answer in {_LANGUAGE_NAMES[query.language]}.)"
    listed = "\n".join(evidence_line(item) for item in evidence)
    return [
        ChatMessage(role=MessageRole.SYSTEM, content=fill(f"{style}.{prompt}")),
        ChatMessage(
            role=MessageRole.USER,
            content=fill(f"question.{prompt}", evidence=listed, question=question),
        ),
    ]


def retry_messages(
    query: Query,
    evidence: Sequence[Evidence],
    said: str,
    problems: Sequence[str],
    *,
    brief: bool = False,
) -> "list[ChatMessage]":
    """The answer's own messages, what the model said to them, and what was wrong with it.

    Without ``problems`` it refused, and is told to look again.
    """
    from llama_index.core.llms import ChatMessage, MessageRole

    prompt = "zh" if query.language.startswith("zh") else "en"
    told = "；".join(f"“{_plain(problem)}”" for problem in problems)
    ask = fill(f"retry.{prompt}", problems=told) if told else fill(f"insist.{prompt}")
    return [
        *answer_messages(query, evidence, brief=brief),
        ChatMessage(role=MessageRole.ASSISTANT, content=said[:LONGEST_LINE]),
        ChatMessage(role=MessageRole.USER, content=ask),
    ]


def translation_messages(question: str) -> "list[ChatMessage]":
    """Ask for the question in Chinese, the archive's language."""
    from llama_index.core.llms import ChatMessage, MessageRole

    return [
        ChatMessage(role=MessageRole.SYSTEM, content=fill("translate")),
        ChatMessage(role=MessageRole.USER, content=_plain(question)),
    ]


def followup_messages(question: str, history: Sequence[Turn]) -> "list[ChatMessage]":
    """Ask for a follow-up as a question that can be understood without these turns."""
    from llama_index.core.llms import ChatMessage, MessageRole

    said = [
        f"问：{_plain(turn.answer.query.whole or turn.answer.query.question)}\n"
        f"答：{_plain(_MARKER.sub('', turn.answer.text))}"
        for turn in history
    ]
    content = "\n".join(["对话：", *said, f"追问：{_plain(question)}", "改写："])
    return [
        ChatMessage(role=MessageRole.SYSTEM, content=fill("followup")),
        ChatMessage(role=MessageRole.USER, content=content),
    ]


def evidence_line(item: Evidence) -> str:
    """``[1] 《标题》 报纸 2020-07-20：句子`` on one line; its text cannot fake a marker.

    A sentence that points back has the one before it in front: ``：（前句：…）其中…``.
    """
    published = item.published.isoformat() if item.published else ""
    head = " ".join(
        part for part in (f"《{_plain(item.title)}》", _plain(item.source), published) if part
    )
    lead = f"（前句：{_plain(item.lead)}）" if item.lead else ""
    return f"[{item.number}] {head}：{lead}{_plain(item.text)}"


def _plain(text: str) -> str:
    """One line, no ASCII or CJK square brackets, no chat-template tokens."""
    one_line = " ".join(text.split())[:LONGEST_LINE]
    return one_line.replace("<|", "< ").replace("|>", " >").translate(_BRACKETS)


def is_refusal(text: str) -> bool:
    """Whether the model said that the sentences do not hold the answer, and nothing else.

    A cited sentence may itself say 原因目前无法确定: that is an answer.
    """
    said = text.strip()
    return not said or (not re.search(r"[\[【［]\s*\d", said) and bool(_REFUSAL.search(said)))


def not_found_text(language: str, *, given: bool = False) -> str:
    """The fixed sentence for a question that the archive, or the texts given, does not answer."""
    texts = _NOT_GIVEN if given else _NOT_FOUND
    return texts.get(language, texts["en"])


def note(name: str, language: str, **values: str) -> str:
    """A fixed remark about how an answer came about, with these values in it."""
    remark = _NOTES[name]["zh" if language.startswith("zh") else "en"].format(**values)
    return in_question_language(remark, language)


def told_by(language: str, *, source: str, published: date | None, value: str) -> str:
    """Who says what, as part of a sentence; without paper and day only what is said."""
    by = paper_and_day(language, source, published)
    if not by:
        return note("told_once", language, value=_plain(value))
    return note("told_by", language, by=by, value=_plain(value))


def paper_and_day(language: str, source: str, published: date | None) -> str:
    """渤海晚报（2020-09-18）, the paper or the day alone, or nothing."""
    name, day = _plain(source), published.isoformat() if published else ""
    if not name or not day:
        return name or day
    return f"{name}（{day}）" if language.startswith("zh") else f"{name} ({day})"


def corrected_note(language: str, title: str, correction: Correction) -> str:
    """That an article cited was corrected later, when and how."""
    day = correction.published.isoformat() if correction.published else ""
    by = " ".join(part for part in (_plain(correction.source), day) if part) or "—"
    return note("corrected", language, title=_plain(title), by=by, text=_plain(correction.text))


def in_question_language(text: str, language: str) -> str:
    """Traditional characters for a question in traditional characters; else unchanged."""
    return traditional(text) if language == "zh-Hant" else text
