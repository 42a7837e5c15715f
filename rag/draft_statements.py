"""Sentences without a figure, date, name or quotation: only a language model can judge them."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.draft_passages import Passage, overlap
from rag.draft_types import Claim, Finding, Verdict
from rag.llm import stream_words
from rag.messages import evidence_line
from rag.prompts import fill
from rag.types import Evidence, Lane

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

NOT_CHECKED = "未核：没有可逐字核对的数字、日期、人名或引语，也没有用语言模型"
_UNRELATED = "未核：库中没有找到说这件事的句子"
_MODEL_SAYS = "由语言模型判断，请人工复核"
_SHOWN = 3
_MOST_TOKENS = 12
_LEAST_OVERLAP = 0.34  # of the sentence's words; below it there is nothing to ask about
# A small model says 支持 too easily: it is believed only of a sentence that says most of the words.
_BELIEVED = 0.6
_ANSWER = re.compile(r"\s*(支持|矛盾|未提及)[^\d]{0,4}([1-3]?)")


def judge_statement(
    claim: Claim, draft: Passage, pool: Sequence[Passage], llm: "LLM | None"
) -> Finding:
    """支持, 矛盾 or 未提及 as the model says of at most three sentences; never without one.

    Raises:
        LLMFailedError: The endpoint failed; the caller goes on without it.
    """
    if llm is None:
        return Finding(claim, Verdict.NOT_FOUND, note=NOT_CHECKED)
    ranked = sorted(pool, key=lambda passage: -overlap(draft, passage))[:_SHOWN]
    near = [passage for passage in ranked if overlap(draft, passage) >= _LEAST_OVERLAP]
    if not near:
        return Finding(claim, Verdict.NOT_FOUND, note=_UNRELATED)
    return _read(claim, draft, near, _ask(claim, near, llm))


def _ask(claim: Claim, near: Sequence[Passage], llm: "LLM") -> str:
    from llama_index.core.llms import ChatMessage, MessageRole

    listed = "\n".join(evidence_line(_evidence(item, n)) for n, item in enumerate(near, 1))
    content = fill("entails", evidence=listed, claim=" ".join(claim.text.split()))
    message = ChatMessage(role=MessageRole.USER, content=content)
    return "".join(stream_words(llm, [message], max_tokens=_MOST_TOKENS))


def _read(claim: Claim, draft: Passage, near: Sequence[Passage], said: str) -> Finding:
    answer = _ANSWER.match(said)
    if not answer or answer[1] == "未提及":
        note = "语言模型认为库中没有提到" if answer else "语言模型的回答无法识别"
        return Finding(claim, Verdict.NOT_FOUND, note=note)
    number = int(answer[2] or 1)
    if number > len(near):
        return Finding(claim, Verdict.NOT_FOUND, note="语言模型指了不存在的原句")
    passage = near[number - 1]
    verdict = Verdict.SUPPORTED if answer[1] == "支持" else Verdict.CONTRADICTED
    if overlap(draft, passage) < _BELIEVED:
        verdict = Verdict.PARTLY
    return Finding(claim, verdict, (passage.cite(1),), note=_MODEL_SAYS)


def _evidence(passage: Passage, number: int) -> Evidence:
    item = passage.article
    return Evidence(
        number=number,
        article_id=item.id,
        title=item.title,
        source=item.source,
        section=item.section,
        byline=item.byline,
        published=item.published,
        date_known=item.date_known,
        text=passage.text,
        start=passage.sentence.start,
        end=passage.sentence.end,
        score=0.0,
        lane=Lane.BOTH,
    )
