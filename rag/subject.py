"""Whether a text speaks of the very things a question names. Knows nothing of answers."""

import re
from collections.abc import Sequence, Set

from index.words import fold, simplified_in_place, tagged_spans

# jieba's tags of what stands inside the name of a thing, and the joints between its parts.
_NOMINAL = frozenset("n ns nt nz nr nrt nrfg a b f s j l i m vn eng an ng g k zg".split())  # noqa: SIM905
_ASKING = re.compile(
    r"谁|什么|哪.*|多少|几.*|怎么.*|怎样|如何|为何|为什么|何.{0,2}|多[大长高远久重]"
)
# What the asking word asks for need not be said: a text that answers 什么职业 says 教师.
_KIND_BEHIND = re.compile(
    r"(?:什么|哪[一几两]?[个种类项位家条片所部座]?|几[个种类项位家条]?|多少)的?$"
)
_COUNTED = re.compile(r"^[一两二三四五六七八九十]+[个种位项条片次家部本所座届]?")
_FORM = frozenset(
    """
    时候 时间 地方 名字 名称 数量 情况 具体 大约 目前 现在 最新 最近 分别 以下 主要 一般 通常
    """.split()  # noqa: SIM905
)


def subjects(question: str) -> list[str]:
    """The things a question names, as it names them; the kind of the answer left out.

    >>> subjects("斑纹石鲷的食物是什么？"), subjects("谁担任云河县档案馆的什么职务？")
    (['斑纹石鲷', '食物'], ['云河县档案馆'])
    """
    text = simplified_in_place(question)
    named: list[str] = []
    run = ""
    for start, end, tag in tagged_spans(question):
        word = text[start:end]
        part = tag in _NOMINAL and not _ASKING.fullmatch(word) and word not in _FORM
        if part and not (not run and _KIND_BEHIND.search(text[:start])):
            run += word
            continue
        named.append(run)
        run = ""
    stripped = (_COUNTED.sub("", run) for run in [*named, run])
    return [run for run in stripped if len(run) > 1]


def subject_coverage(named: Sequence[str], text: str) -> float:
    """How much of the things named a text names, 0 to 1; 1 where nothing is named.

    By neighbouring pairs of characters, each thing weighed by its length: 银线石鲷 has a third of
    斑纹石鲷, it is not the same fish.

    >>> subject_coverage(["石鲷", "食物"], "石鲷以小虾为食。")
    0.5
    """
    if not named:
        return 1.0
    folded = fold(text)
    pairs = {folded[at : at + 2] for at in range(len(folded) - 1)}
    shares = [len(name) * _share(fold(name), pairs) for name in named]
    return sum(shares) / sum(map(len, named))


def _share(name: str, pairs: Set[str]) -> float:
    own = [name[at : at + 2] for at in range(len(name) - 1)]
    return sum(pair in pairs for pair in own) / max(1, len(own))
