"""A shown-as-derived title for an item printed without one. Knows nothing of pages or files."""

import re

_LONGEST = 40  # Chinese characters, a Latin letter or digit counting half; headlines are shorter
_SHORTEST = 8

# 本报青岛讯 7月15日， · 新华社北京7月1日电（记者某某）· （记者 某某 报道）· 原标题：
_DATELINE = re.compile(
    r"^\s*(?:原标题[:：]|【[^】]{1,30}】)?\s*"
    r"(?:(?:本报|本社|本台|[\u4e00-\u9fffA-Z]{2,8}(?:社|报|网|台|之家))[^，。！？\n（(]{0,20}?"
    r"(?:讯|訊|电|電|消息|報導|报道)(?:\s*[（(][^）)]{1,40}[）)]\s*|[\s，,:：]+)"
    r"|[（(](?:本报|通讯员|记者|記者)[^）)]{1,40}[）)]\s*)?"
)
_OPENING = re.compile(
    r"^(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日|[昨今近]日|日前|[本当]日)(?:[上下]午)?[，,]\s*"
    r"|^(?:记者|記者)?从[^，。]{2,20}(?:获悉|了解到|得知)[，,：:]?\s*"
    r"|^[^，。]{0,12}(?:记者|記者)[^，。]{0,6}从[^，。]{2,20}(?:获悉|了解到|得知)[，,：:]?\s*"
    r"|^据[^，。]{2,16}(?:消息|报道|介绍|统计)[，,]\s*"
)
_SENTENCE_END = re.compile(r"[。！？!?；;\n]|\.(?=\s|$)")
_CLAUSE_END = re.compile(r"(?<!\d)[，,：:—]|[，,：:—](?!\d)")
_EDGES = " \t　，,。；;：:、—-.□■●"
_BRACKETS = {"（": "）", "(": ")", "“": "”", "《": "》", "「": "」", "【": "】", "[": "]", "‘": "’"}


def derive_title(body: str) -> str:
    """A short clause of the lead: dateline, day and 记者从…获悉 left out; ``…`` where it is cut.

    Empty only where the body is. The words are the body's own.
    """
    lead = next((line.strip() for line in body.splitlines() if line.strip(_EDGES)), "")[:2_000]
    for pattern in (_DATELINE, _OPENING, _OPENING):
        shorter = pattern.sub("", lead, count=1)
        if len(shorter.strip(_EDGES)) >= _SHORTEST:
            lead = shorter
    sentences = (part.strip(_EDGES) for part in _SENTENCE_END.split(lead))
    first = next(filter(None, sentences), "")
    # 破了！ or 3. alone would head nothing.
    sentence = first if len(first) >= _SHORTEST else lead.strip(_EDGES)
    return _shorten(_closed(sentence)) or body.strip()[:_LONGEST]


def _shorten(sentence: str) -> str:
    longest = _fitting(sentence)
    if len(sentence) <= longest:
        return sentence
    ends = [match.start() for match in _CLAUSE_END.finditer(sentence, _SHORTEST, longest + 1)]
    for end in reversed(ends):
        clause = sentence[:end].rstrip(_EDGES)
        if clause == _closed(clause):
            return clause
    return _closed(_without_cut_word(sentence, longest)).rstrip(_EDGES) + "…"


def _fitting(sentence: str) -> int:
    """How many characters of ``sentence`` fit a title."""
    width = 0.0
    for count, character in enumerate(sentence):
        width += 0.5 if character.isascii() else 1
        if width > _LONGEST:
            return count
    return len(sentence)


def _without_cut_word(sentence: str, cut: int) -> str:
    """The first ``cut`` characters, less a Latin word that is divided or a figure left unitless."""
    end = cut
    while end > _SHORTEST and re.fullmatch(r"[0-9A-Za-z.,%]{2}", sentence[end - 1 : end + 1]):
        end -= 1
    return re.sub(r"[0-9][0-9.,]*$", "", sentence[:end])


def _closed(text: str) -> str:
    """``text`` without a bracket or quote that is opened and not closed in it."""
    for opening, closing in _BRACKETS.items():
        at = text.rfind(opening)
        if at < 0 or closing in text[at:]:
            continue
        if at == 0:
            text = text[1:]
        elif at >= _SHORTEST:
            text = text[:at]
    return text
