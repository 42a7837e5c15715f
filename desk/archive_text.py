"""What the Archive tab says in its own words, in Chinese and in English. No markup, no logic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArchiveLabels:
    """One language's labels; ``{}`` fields are filled by the renderer."""

    title: str
    search: str
    search_hint: str
    since: str
    until: str
    day_hint: str
    go: str
    clear: str
    loading: str
    unavailable: str
    empty: str
    empty_more: str
    empty_upload: str
    shown: str
    shown_found: str
    cut: str
    cut_more: str
    nothing: str
    nothing_more: str
    no_words: str
    bad_day: str
    swapped: str
    remove: str
    earlier: str
    later: str
    page_of: str
    characters: str
    coverage: str
    coverage_found: str
    plot_name: str
    plot_idle: str
    plot_bar: str
    plot_hole: str
    holes: str
    units: dict[int, str]  # months in a bar: what it is called
    no_holes: str
    undated: str
    list_comma: str
    comma: str
    sources: str
    sections: str
    reporters: str
    unnamed_source: str
    unnamed_section: str
    unnamed_reporter: str
    more: str
    ingest: str
    ingest_when: str
    ingest_none: str
    ingest_rejected: str
    ingest_clean: str
    ingest_more: str
    narrow: str
    back: str
    match: str
    same_page: str
    version: str
    earlier_version: str
    current_version: str
    is_earlier: str


ZH = ArchiveLabels(
    title="资料库",
    search="搜索全文",
    search_hint="搜索标题和正文；加“引号”表示必须原样出现",
    since="从",
    until="到",
    day_hint="如 2020-07-25",
    go="搜索",
    clear="清除全部条件",
    loading="正在打开资料库……",
    unavailable="这里不能浏览资料库。",
    empty="资料库还是空的",
    empty_more="先放入报纸版面或文章，再点一次“资料库”：",
    empty_upload="上传报纸版面或文章，入库后就列在这里。",
    shown="第 {first}–{last} 篇，共 {total} 篇",
    shown_found="第 {first}–{last} 篇，共找到 {total} 篇",
    cut="搜到的太多，没有数完",
    cut_more="这里只列出最相关的 {most} 段所在的报道，所以不按报纸、版面和时段计数。"
    "请多写一个词再搜。",
    nothing="没有符合条件的报道",
    nothing_more="去掉上面的一个条件，或换一个说法再搜。",
    no_words="“{text}”里没有可以搜索的词：请输入文字或数字。",
    bad_day="“{value}”不是日期：请写成 2020-07-25 的样子，或留空。",
    swapped="开始日期 {since} 在结束日期 {until} 之后：请对调。",
    remove="去掉这个条件：{what}",
    earlier="上一页",
    later="下一页",
    page_of="第 {page} / {pages} 页",
    characters="{count} 字",
    coverage="各时段篇数",
    coverage_found="搜到的报道，按时段",
    plot_name="{first} 至 {last} 各时段的篇数；空缺处没有报道",
    plot_idle="点一下，只看这一段",
    plot_bar="{label}：{count} 篇",
    plot_hole="{label}：没有报道",
    holes="{bars} {unit}中有 {empty} {unit}没有报道：{named}",
    units={1: "个月", 12: "年", 120: "个年代"},
    no_holes="中间没有空缺",
    undated="日期不详",
    list_comma="、",
    comma="，",
    sources="报纸",
    sections="版面",
    reporters="记者",
    unnamed_source="未注明报纸",
    unnamed_section="未注明版面",
    unnamed_reporter="未署名",
    more="其余 {count} 个",
    ingest="最近一次入库",
    ingest_when="{when} 完成",
    ingest_none="还没有完成过一次入库",
    ingest_rejected="有 {count} 处未能读入",
    ingest_clean="全部读入",
    ingest_more="入库目前在命令行进行：",
    narrow="筛选",
    back="返回列表",
    match="搜索词",
    same_page="同一版面的报道",
    version="现为第 {version} 版，入库后改过 {changes} 次",
    earlier_version="看第 {version} 版",
    current_version="看现在的版本",
    is_earlier="这是已被替换的第 {version} 版，检索和核稿不再使用它",
)

EN = ArchiveLabels(
    title="Archive",
    search="Search the full text",
    search_hint="Search headlines and texts; “in quotes” must stand there as written",
    since="From",
    until="To",
    day_hint="e.g. 2020-07-25",
    go="Search",
    clear="Clear all filters",
    loading="Opening the archive …",
    unavailable="The archive cannot be browsed here.",
    empty="The archive is empty",
    empty_more="Put newspaper pages or articles in, then click “Archive” again:",
    empty_upload="Upload newspaper pages or articles; they are listed here once they are in.",
    shown="{first}–{last} of {total} articles",
    shown_found="{first}–{last} of {total} articles found",
    cut="Too many to count",
    cut_more="Only the articles of the {most} best passages are listed, so nothing is counted by "
    "paper, section or time. Add a word to the search.",
    nothing="No article fits",
    nothing_more="Take one of the filters above away, or try other words.",
    no_words="“{text}” has no word to search for: type words or figures.",
    bad_day="“{value}” is no date: write it like 2020-07-25, or leave it empty.",
    swapped="The first day {since} lies after the last {until}: swap them.",
    remove="Take this filter away: {what}",
    earlier="Previous",
    later="Next",
    page_of="Page {page} of {pages}",
    characters="{count} characters",
    coverage="Articles over time",
    coverage_found="Articles found, over time",
    plot_name="Articles from {first} to {last}; a gap has none",
    plot_idle="Click a bar to see only its articles",
    plot_bar="{label}: {count} articles",
    plot_hole="{label}: none",
    holes="{empty} of {bars} {unit} have no article: {named}",
    units={1: "months", 12: "years", 120: "decades"},
    no_holes="No gap in between",
    undated="Undated",
    list_comma=", ",
    comma=", ",
    sources="Papers",
    sections="Sections",
    reporters="Reporters",
    unnamed_source="no paper named",
    unnamed_section="no section named",
    unnamed_reporter="no byline",
    more="{count} more",
    ingest="Last ingest",
    ingest_when="finished {when}",
    ingest_none="no ingest has finished yet",
    ingest_rejected="{count} items could not be read",
    ingest_clean="everything was read",
    ingest_more="New articles go in on the command line for now:",
    narrow="Filter",
    back="Back to the list",
    match="Search word",
    same_page="On the same page",
    version="version {version}; changed {changes} times since its first ingest",
    earlier_version="See version {version}",
    current_version="See the current version",
    is_earlier="This is version {version}, since replaced: answers and checks no longer use it",
)

_BY_LANG = {"zh": ZH, "en": EN}


def archive_labels(lang: str) -> ArchiveLabels:
    """The labels of ``lang``; Chinese for any other value."""
    return _BY_LANG.get(lang, ZH)
