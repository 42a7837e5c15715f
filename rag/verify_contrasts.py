"""Whether a statement puts one word of a fixed set for another: 现任 for 此前任, 全国 for 全省."""

from collections.abc import Sequence

from index.words import fold

# Sets of the language whose members exclude each other; ways to say one member stand together.
_SETS = tuple(
    tuple(frozenset(member.split("/")) for member in line.split())
    for line in (
        "现任/现为 前任/原任/曾任/此前任/历任/时任/原为 候任/拟任",
        "首批/第一批/首期 累计/合计/总计 末批/最后一批",
        "全球/世界 全国/我国 全省/全区 全市 全县",
        "南段 北段 东段 西段 中段",
        "正式 试行/试点/试运行",
        "第一季度/一季度 第二季度/二季度 第三季度/三季度 第四季度/四季度",
    )
)


def exchanged(text: str, sources: Sequence[str]) -> tuple[str, ...]:
    """The words of the text that its sources lack while they say another word of the same set.

    >>> exchanged("林一舟现任局长", ["林一舟此前任局长"])
    ('现任',)
    >>> exchanged("林一舟任局长", ["林一舟此前任局长"])  # leaving it out is another check's
    ()
    """
    said, printed = fold(text), " ".join(fold(source) for source in sources)
    found: list[str] = []
    for members in _SETS:
        for member in members:
            mine = [word for word in member if word in said]
            if not mine or any(word in printed for word in member):
                continue
            if any(word in printed for other in members if other is not member for word in other):
                found.append(min(mine))
    return tuple(found)
