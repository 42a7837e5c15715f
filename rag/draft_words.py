"""What a finding says of a claim, in the reader's language. Knows nothing of how claims are judged.

A difference or remark is worded in Chinese where it is found, since the JSON report, the terminal
and the page show it. Here it is taken apart again and said in English; the values in it (what the
draft and the archive print) stay as they are.
"""

import re
from collections.abc import Callable

from index.read_reasons import Reasons

# Where two fit, the first is meant. tests/test_draft_words.py holds them to the source.
ENGLISH = {
    # rag.draft_verdict
    "稿件 {mine}（没有写时期），库中 {theirs}{when}": (
        "draft: {mine} (no period given); archive: {theirs}{when}"
    ),
    "稿件没有写时期；原句说的是{days}": (
        "the draft gives no period; the source is about {days}"
    ),
    "稿件 {mine}，库中说法不一：{sides}": (
        "draft: {mine}; the archive disagrees with itself: {sides}"
    ),
    "库中各篇说法不一：{sides}": "the archive's articles disagree: {sides}",
    "库中也有 {figure}，但{reasons}": "the archive also has {figure}, but {reasons}",
    "时期不同：稿件{days}，库中{period}": "the period differs (draft {days}, archive {period})",
    "其余字句与原句出入较大": "most other words differ from the source",
    "数值相近，精度或“约、超、近”不同": (
        "the values are close, but not the precision or a word like “about”, “over” or “nearly”"
    ),
    "此后有更正": "corrected later",
    "{figure}在库中另有所指：{text}": "the archive says {figure} of something else: {text}",
    # rag.draft_names, before the shorter templates of the same beginning
    "稿件 {mine}，库中当时 {theirs}（{printed}）": (
        "draft: {mine}; archive at that time: {theirs} ({printed})"
    ),
    "稿件说的是{name}，库中这件事说的是{other}": (
        "the draft reports this of {name}, the archive of {other}"
    ),
    "库中有{name}，但没有写职务": "the archive names {name}, but no office",
    "库中有{name}，但没有说这件事": "the archive names {name}, but does not report this",
    "核的是职务；库中没有找到所说的这件事": (
        "only the office was checked; the rest of the sentence was not found in the archive"
    ),
    # rag.draft_quotes
    "稿件 {name}说，库中 {other}说": "said by {name} in the draft, by {other} in the archive",
    "原文是记者的转述，不在引号里": (
        "the archive prints it as the reporter's words, not as a quotation"
    ),
    "引语有删节，略去“{text}”": "the quotation is cut; left out: “{text}”",
    "删节处有“{text}”，意思可能变了": "the cut leaves out “{text}”, which may change the sense",
    "断章取义？原文与它相连的有“{text}”": (
        "out of context? The archive prints it together with “{text}”"
    ),
    "原文有这句话，但文中没有{names}": (
        "the archive has these words, but its article does not name {names}"
    ),
    "原文有这句话，但没有写是{name}说的": "the archive has these words, but not as said by {name}",
    # rag.draft_dates, and what several say
    "稿件 {date}，库中 {printed_date}（{days}）": "draft: {date}; archive: {printed_date} ({days})",
    "稿件 {mine}，库中 {theirs}": "draft: {mine}; archive: {theirs}",
    "稿件“{said}”，库中“{told}”": "draft “{said}”, archive “{told}”",
    # rag.draft_hold, rag.draft_telling
    "稿件与库中主次相反：{names}": "draft and archive disagree on who did it to whom: {names}",
    "稿件“{said}”，库中此处是“{told}”": "draft “{said}”, in its place in the archive “{told}”",
    "一处是否定的说法：{terms}": "one of the two negates “{terms}”",
    "原句有条件“{text}”": "the source makes it conditional: “{text}”",
    "稿件说已成，库中只说“{text}”": "the draft says it is done, the archive only says “{text}”",
    "库中说的是“{text}”，稿件没有说": "the archive says “{text}”, the draft does not",
    # rag.draft_figures, rag.draft_opposites
    "比较的基准不同": "each compares with something else",
    "所说的事物未能对上": "it may not be the same thing",
    "原句没有说“{terms}”": "the source does not say “{terms}”",
    "库中说的是“{terms}”": "the source is about “{terms}”",
    "一处是增减额，一处不是": "one is a change and the other is not",
    "口径不同：{measures}": "they are measured differently ({measures})",
    "一处是否定的说法": "one of the two is negated",
    "一处是{basis}，一处不是": "one is {basis} and the other is not",
    "地点不同：库中是{places}": "the place differs (archive {places})",
    "地点不同：稿件{places}，库中{there}": (
        "the place differs (draft {places}, archive {there})"
    ),
    "稿件此处没有写地点（前文说的是{places}），库中是{there}": (
        "the draft names no place here ({places} earlier on), the archive names {there}"
    ),
    "稿件说“{said}”，库中说“{told}”": "the draft says “{said}”, the archive “{told}”",
    # rag.draft_names; near the end, since it would fit many others
    "库中{name}是{office}": "in the archive {name} is {office}",
    # rag.draft_statements
    "未核：没有可逐字核对的数字、日期、人名或引语，也没有用语言模型": (
        "not checked: no figure, date, name or quotation to compare word by word, and no language "
        "model was used"
    ),
    "未核：库中没有找到说这件事的句子": "not checked: the archive has no sentence about this",
    "由语言模型判断，请人工复核": "judged by the language model; please check it yourself",
    "语言模型认为库中没有提到": "the language model finds nothing about it in the archive",
    "语言模型的回答无法识别": "the language model's answer could not be read",
    "语言模型指了不存在的原句": "the language model pointed at a sentence that does not exist",
}  # fmt: skip
# What the rules themselves call things; anything else in a field is printed somewhere.
BASES = {
    "同比": "year on year",
    "环比": "on the previous period",
    "比年初": "since the start of the year",
}
CHANGES = {"增长": "up", "下降": "down"}
APPROXIMATE = {"约": "about", "超": "over", "近": "nearly", "不足": "under"}
MEASURES = {
    "日均": "daily average",
    "占比": "share",
    "人均": "per head",
    "平均": "average",
    "累计": "cumulative",
    "单日": "in one day",
    "当月": "in the month",
    "最高": "highest",
    "最低": "lowest",
    "预计": "expected or planned",
    "设计": "as designed",
    "下限": "at least",
    "上限": "at most",
}
PLAIN = {"任职": "takes office", "未写明": "not given", "日期不详": "undated"}

_DAYS = r"\d{4}-\d\d-\d\d(?:至\d{4}-\d\d-\d\d)?|未写明"
_SENTENCES = Reasons(
    {chinese: chinese for chinese in ENGLISH},
    {
        "days": _DAYS,
        "period": _DAYS,
        "when": rf"(?:（(?:{_DAYS})）)?",
        "basis": "|".join(BASES),
    },
)
_MANNER = re.compile(rf"({'|'.join(BASES)})?({'|'.join(CHANGES)})?")
_FIGURE = re.compile(
    rf"{_MANNER.pattern}({'|'.join(APPROXIMATE)})?(?=[\d.+\-零一二两三四五六七八九十百千万亿半几])(.*)",
    re.DOTALL,
)
_SIDE = re.compile(r"（([^（）]*)）(?:；|\Z)")


def draft_words(text: str, lang: str) -> str:
    """A finding's difference or remark in ``lang``; Chinese for any but ``en``.

    A text that is none of those known here stays as it is.

    >>> draft_words("稿件 2314亿元，库中 2104亿元", "en")
    'Draft: 2314亿元; archive: 2104亿元'
    """
    if lang != "en":
        return text
    said = _english(text)
    return said[:1].upper() + said[1:] if said != text else text


def _english(text: str) -> str:
    found = _SENTENCES.understand(text)
    if found is None:
        return text
    chinese, fields = found
    said = {name: _FIELDS.get(name, str)(value) for name, value in fields.items()}
    return ENGLISH[chinese].format(**said)


def _value(text: str) -> str:
    """A figure with the words that the rules put before it: 增长9.5% is up 9.5%."""
    figure = _FIGURE.fullmatch(text)
    if figure is None:
        return text
    basis, change, approximate, printed = figure.groups()
    known = CHANGES.get(change, ""), APPROXIMATE.get(approximate, "")
    return _joined(*known, printed, BASES.get(basis, ""))


def _stretch(text: str) -> str:
    """What stands in quotation marks; where it is no quotation, a word of the rules."""
    manner = _MANNER.fullmatch(text)
    if manner is None:
        return PLAIN.get(text, text)
    return _joined(CHANGES.get(manner[2], ""), BASES.get(manner[1], ""))


def _joined(*words: str) -> str:
    return " ".join(word for word in words if word)


def _days(text: str) -> str:
    return PLAIN.get(text, text.replace("至", " to "))


def _when(text: str) -> str:
    return f" ({_days(text[1:-1])})" if text else ""


def _sides(text: str) -> str:
    """数值（报纸 日期）；数值（报纸 日期）."""
    said = _SIDE.sub(lambda found: f" ({PLAIN.get(found[1], found[1])}); ", text)
    return said.removesuffix("; ")


def _reasons(text: str) -> str:
    return "; ".join(map(_english, text.split("；")))


def _measures(text: str) -> str:
    return ", ".join(MEASURES.get(word, word) for word in text.split("、"))


_FIELDS: dict[str, Callable[[str], str]] = {
    "mine": _value,
    "theirs": _value,
    "said": _stretch,
    "told": _stretch,
    "days": _days,
    "period": _days,
    "when": _when,
    "printed": lambda text: PLAIN.get(text, text),
    "sides": _sides,
    "reasons": _reasons,
    "basis": lambda text: BASES.get(text, text),
    "measures": _measures,
    "terms": lambda text: text.replace("、", "”, “"),
    "places": lambda text: text.replace("、", ", "),
    "names": lambda text: text.replace("、", ", "),
    "there": lambda text: text.replace("、", ", "),
}
