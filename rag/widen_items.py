"""The items of a list in a sentence, and what belongs to the noun phrase of each."""

from index.words import fold, simplified_in_place, tagged_spans

Span = tuple[int, int]  # offsets into a sentence

# jieba's tags of what stands inside a noun phrase; the words it tags so that do not.
_NOMINAL = frozenset("n ns nt nz nr nrt nrfg a b f s j vn eng an ng g k".split())  # noqa: SIM905
_OUTSIDE = frozenset(
    """
    中 上 下 里 内 外 间 之间 之中 以上 以下 又 又名 又称 名为 称 名 现 现任 司职 是由 由 与 因 会
    所 所在地 均 如 一个 一位 一名 一种
    其 该 本 大 等 为 则 即
    """.split()  # noqa: SIM905
)
TOWNS = frozenset("省市县区镇乡村州郡町")  # jieba has no noun's tag for 县 alone
_JOINS = frozenset({"和", "与", "及", "以及", "或", "或者", "、", "跟"})
_INNER = frozenset("·・．-")
OF = frozenset({"的", "之"})


def other_items(span: Span, sentence: str, question: str) -> list[Span]:
    """The items of the list around the span that the question does not name itself.

    >>> sentence = "云河县邻接青石区和白沙区。"
    >>> [sentence[slice(*item)] for item in other_items((5, 8), sentence, "邻接青石区和哪一区？")]
    ['白沙区']
    """
    asked, text = fold(question), simplified_in_place(sentence)
    words = tagged_spans(text)
    start = earlier_items(span[0], text, words, "")
    end = later_items(span[1], text, words)
    items: list[Span] = []
    left = start
    for joint in [*_joints(text, words, start, end), (end, end)]:
        items.append((left, joint[0]))
        left = joint[1]
    items[0] = (_behind_asked(items[0], text, words, asked), items[0][1])
    named = [item for item in items if fold(text[slice(*item)]) in asked]
    return [item for item in items if item not in named and item[0] < item[1]] if named else []


def _behind_asked(item: Span, text: str, words: list[tuple[int, int, str]], asked: str) -> int:
    """Where the first item begins: behind 渔港出产 of 渔港出产紫菜."""
    start, end = item
    for left, right, _ in words:
        if left == start and right < end and names(text[left:right], asked):
            start = right
    return start


def unnamed(span: Span, text: str, asked: str) -> Span:
    """A list without its first or last items that the question names: 除了甲、乙，还有哪些."""
    words = tagged_spans(text)
    joints = _joints(text, words, *span)
    starts = [span[0], *(right for _, right in joints)]
    ends = [*(left for left, _ in joints), span[1]]
    others = [
        (start, end)
        for start, end in zip(starts, ends, strict=True)
        if not names(fold(text[start:end]), asked)
    ]
    if not joints or not others or len(others) == len(starts):
        return span
    start, end = others[0][0], others[-1][1]
    return (start, end) if (start == span[0]) != (end == span[1]) else span


def earlier_items(start: int, text: str, words: list[tuple[int, int, str]], asked: str) -> int:
    """Over A、B和 before the span."""
    while joins := [
        left for left, right, _ in words if right == start and text[left:right] in _JOINS
    ]:
        item = joins[0]
        for left, right, tag in reversed(words):
            word = text[left:right]
            if right == item and belongs(word, tag) and not names(word, asked):
                item = left
        if item == joins[0]:
            break
        start = item
    return start


def later_items(end: int, text: str, words: list[tuple[int, int, str]]) -> int:
    """Over 、B和C behind the span."""
    first = text[:end].rpartition("，")[2]
    while joins := [
        right for left, right, _ in words if left == end and text[left:right] in _JOINS
    ]:
        item = joins[0]
        for left, right, tag in words:
            word = text[left:right]
            counted = tag == "m" and item == joins[0]
            alike = len(word) > 1 and word in first  # 推盘 of 十五数字推盘游戏和八数字推盘游戏
            if left == item and (belongs(word, tag) or word in OF or counted or alike):
                item = right
        while item > joins[0] and text[item - 1] in OF:
            item -= 1
        if item == joins[0]:
            break
        end = item
    return end


def _joints(text: str, words: list[tuple[int, int, str]], start: int, end: int) -> list[Span]:
    return [
        (left, right)
        for left, right, _ in words
        if start <= left and right <= end and text[left:right] in _JOINS
    ]


def belongs(word: str, tag: str) -> bool:
    """Whether a tagged word can stand inside a noun phrase."""
    if word in _INNER or word in TOWNS:
        return True
    return tag in _NOMINAL and word not in _OUTSIDE and word not in _JOINS and bool(word.strip())


def names(word: str, asked: str) -> bool:
    """Whether the folded question has the word itself."""
    return len(word) > 1 and word in asked
