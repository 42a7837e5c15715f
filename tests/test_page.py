"""Pages written for these tests, each with a defect that real dumps have, and the seed page."""

from datetime import date
from pathlib import Path

import pytest

from index.page import Page, PageItem, segment_page
from index.page_byline import parse_byline
from index.page_dateline import parse_dateline
from index.page_headline import arrange_headline, derive_title
from index.types import Kind

PAGES = Path(__file__).parent / "pages"
SEED = Path(__file__).parents[1].parent / "shared" / "seed" / "page.txt"


def _read(name: str) -> Page:
    return segment_page((PAGES / f"{name}.txt").read_bytes().decode())


def _titles(page: Page) -> list[tuple[str, str]]:
    """Each item's title; a derived one in parentheses; * before a caption."""
    shown = []
    for item in page.items:
        title = f"({item.title})" if item.title_derived else item.title
        shown.append((("*" if item.kind is Kind.CAPTION else "") + title, item.byline))
    return shown


def _headings(item: PageItem) -> list[str]:
    return [item.body[span.start : span.end] for span in item.headings]


def test_a_page_of_several_articles_and_a_picture():
    page = _read("several_articles")
    assert _titles(page) == [
        ("云港新区 首个数据中心封顶", "□记者 赵海川 通讯员 孙小雨 报道"),
        ("*(市民在镜湖畔乘凉赏荷)", "□记者 卢一帆 摄"),
        ("海草房里办起乡村书屋", "□记者 彭远 通讯员 王溪 报道 （□记者 彭远）"),
        ("淄博“烧烤专列”一票难求", ""),
    ]
    assert [item.place for item in page.items] == ["云港", "", "荣成", "淄博"]
    assert page.items[2].kicker == "威海："
    assert page.items[2].reporters == ("彭远", "王溪")
    assert _headings(page.items[2]) == ["书屋不只借书"]
    assert "届时可提供机架8000个，年算力支出超过3亿元。" in page.items[0].body
    assert page.items[3].body.endswith("\n济南 26～32℃\n青岛 23～27℃\n烟台 22～28℃")
    assert page.furniture == ("海滨日报·客户端 扫码看更多",)


def test_without_headlines_each_dateline_opens_an_article_with_a_derived_title():
    page = _read("no_headline")
    assert _titles(page) == [
        ("(二季度经济由降转升，同比增长3.2%)", ""),
        ("(上海港上半年集装箱吞吐量达2006万标箱，位居全球首位)", ""),
        ("(我国首次火星探测任务探测器已运抵发射场，将择机发射)", ""),
    ]
    assert [item.reporters for item in page.items] == [("王江",), ("李荷",), ()]
    assert page.items[0].body.startswith("本报北京7月15日电 （记者 王江）国家")


def test_a_headline_landed_in_mid_sentence_is_taken_out_and_the_sentence_rejoined():
    page = _read("landed_headline")
    first, caption, second = page.items
    assert (first.title, first.byline) == ("运河上的“水上高速”", "□记者 孟小川 报道")
    assert "其中集装箱完成12万标箱，同比增长41%。" in first.body
    assert "港口负责人说，“下一步要把成本再降一成。”" in first.body
    assert (caption.kind, caption.byline) == (Kind.CAPTION, "□记者 孟小川 摄")
    assert second.title == "运河新增两所公办高中"
    assert page.furniture == ("A03",)


def test_broken_words_and_figures_are_rejoined_without_a_blank():
    (item,) = _read("broken_words").items
    assert item.reporters == ("何山", "罗小雨")
    assert "全长19.6公里，串起7个社区，惠及居民12万人，总投资3.2亿元。" in item.body
    assert "“我们把AI技术用在巡检上，Open Source 的方案" in item.body
    assert "项目部先后克服高差大" in item.body


def test_hard_wrapped_columns_with_indents_become_paragraphs():
    page = _read("hard_wrap_indented")
    first, second = page.items
    assert (first.title, first.deck) == ("海风吹绿一座城", "——滨海新区十年治沙记")
    printed = [
        line.strip()
        for line in (PAGES / "hard_wrap_indented.txt").read_text(encoding="utf-8").split("\n")
    ]
    assert first.body.split("\n") == [
        *("".join(printed[3:7]), "".join(printed[7:10]), printed[10]),
        *("".join(printed[11:14]), "".join(printed[14:16])),
    ]
    assert _headings(first) == ["盐碱地上闯新路"]
    assert (second.title, second.reporters) == ("城区供暖今起试水", ("张立春",))
    assert page.furniture == ("12",)


def test_hard_wrapped_columns_without_any_mark_keep_headlines_apart():
    first, second = _read("hard_wrap_plain").items
    assert (first.kicker, first.title) == ("全省秋粮收获过八成", "机收率达到百分之九十五")
    assert "记者10月11日从省农业农村厅获悉" in first.body
    assert "已播1800万亩。" in first.body
    assert _headings(first) == ["农机合作社唱主角"]
    assert (second.title, second.deck) == ("社会救助标准提高", "城乡低保月均增加60元")


def test_each_article_is_of_the_masthead_above_it():
    page = _read("two_mastheads")
    assert [(i.title, i.section, i.published) for i in page.items] == [
        ("春运昨日收官", "A01 要闻", date(2024, 3, 1)),
        ("跨海大桥主塔封顶", "A01 要闻", date(2024, 3, 2)),
        ("外卖小哥勇救落水老人", "A02 社会", date(2024, 3, 2)),
    ]
    assert (page.source, page.section, page.published) == ("海都日报", "A01 要闻", date(2024, 3, 1))
    assert {item.source for item in page.items} == {"海都日报"}
    assert "编辑：王芳 校对：李强" in page.furniture


def test_a_columnists_bare_name_is_the_byline_and_the_web_footer_is_furniture():
    page = _read("web_copy_footer")
    assert _titles(page) == [
        ("今年前两月工业用电量增长两成", ""),
        ("一颗种子的旅行（现场评论）", "王　明"),
        ("*(工人在某港口码头装卸货物)", "新华社发（李小港摄）"),
    ]
    assert page.items[1].reporters == ("王明",)
    assert (page.source, page.section) == ("海滨日报", "04 要闻")
    assert page.furniture[-1].startswith("《 海滨日报 》")


def test_traditional_characters():
    page = _read("traditional")
    assert _titles(page) == [
        ("市民預約踴躍 首日爆滿", "◆海灣晚報記者 陳小玲"),
        ("*(市民在中心外排隊)", "海灣晚報記者 黃小明 攝"),
        ("港鐵東鐵線延長服務至凌晨", ""),
        ("青農返鄉種香蕉 年收破百萬", "記者陳小華／屏東報導"),
        ("*(阿宏在蕉園)", "記者陳小華／攝影"),
    ]
    assert "每日可為2萬名市民服務。" in page.items[0].body
    assert _headings(page.items[0]) == ["專家：長者宜先問醫生"]
    assert page.items[3].place == "屏東"
    assert (page.source, page.section) == ("海灣晚報", "A12 港聞")


def test_rows_of_a_table_stay_rows():
    (item,) = _read("table").items
    rows = "\n指标 金额（亿元） 同比（%）\n进出口 54400 32.2\n出口 30600 50.1\n进口 23800 14.5\n"
    assert rows in item.body
    assert _headings(item) == ["主要数据", "机电产品出口占比超六成"]
    assert (item.title, item.deck) == ("前两月外贸开局良好", "同比增长32.2%")


def test_advertisements_are_furniture_and_notices_are_not():
    page = _read("ads")
    assert [item.title for item in page.items] == ["遗失声明", "滨城市自然资源局"]
    assert page.items[1].body.endswith("\n滨城市自然资源局\n2022年8月9日")
    assert page.furniture[-4:] == ("金秋楼市", "海景洋房", "首付20万起", "售楼热线 0535-8888888")


def test_ocr_blanks_hide_no_byline_and_are_not_rewritten():
    page = _read("ocr_noise")
    assert _titles(page) == [
        ("海 水 淡 化 扩 能 工 程 投 产", "□ 记 者 王 海 洋 报 道"),
        ("跨 年 灯 光 秀 今 晚 上 演", "□ 记 者 李 静 报 道"),
    ]
    assert [item.reporters for item in page.items] == [("王海洋",), ("李静",)]
    assert page.items[0].body.startswith("本 报 讯 １２月３０日 ， 东 湾")
    assert page.published == date(2019, 12, 31)
    assert "- ５ -" in page.furniture


def test_signed_briefs_are_articles_of_their_own():
    page = _read("digest")
    assert _titles(page) == [
        ("一碗豆腐脑 三代人的记忆", "文/图 海湾晚报记者 孙晓超"),
        ("*(老周在店里忙碌)", ""),
        ("(市图书馆新馆试运行，周一闭馆)", "（记者 吴芳）"),
        ("(地铁6号线本月进行全线联调，预计明年开通)", "（记者 郑波）"),
    ]
    assert page.items[2].kicker == "【简讯】"
    assert "招聘服务员2名，月薪4000元，电话13800138000" in page.furniture


def test_briefs_with_a_headline_in_their_first_line():
    page = _read("run_in_briefs")
    assert _titles(page) == [
        ("(南欧山火蔓延至第三座城市)", ""),
        ("(月球着陆器进入休眠)", ""),
        ("(新航线将直飞南美)", ""),
    ]
    assert page.items[0].body.startswith("【南欧山火")
    assert (page.published, page.section) == (date(2023, 9, 5), "4")


def test_an_english_page_is_joined_with_blanks():
    page = _read("english")
    assert _titles(page) == [
        ("Port city bets on green hydrogen", "By Li Wen in Qingdao"),
        ("Museum reopens after two-year repair", "By Chen Yu"),
    ]
    assert "would build two hydrogen refuelling stations by the end" in page.items[0].body
    assert _headings(page.items[0]) == ["Costs fall"]
    assert (page.source, page.published) == ("HARBOR DAILY", date(2021, 3, 5))


def test_headlines_marked_by_position_only():
    titles = ["市民广场改造完工", "旧小区加装电梯提速", "夜间公交增开四条"]
    assert [item.title for item in _read("position_only").items] == titles


def test_a_correction_is_an_article_of_its_own_below_a_signed_report():
    report = "大桥通车\n\n□记者 王小明 报道\n\n本报讯 5月3日，大桥通车。\n\n桥长三公里。\n\n"
    page = segment_page(report + "更 正\n\n本报5月1日所载桥长有误，特此更正。\n")
    assert [item.title for item in page.items] == ["大桥通车", "更 正"]


def test_verse_keeps_its_lines():
    poem, prose = _read("verse").items
    assert (poem.title, poem.reporters, poem.headings) == ("清明帖", ("林深",), ())
    assert len(poem.body.split("\n")) == 7
    assert prose.reporters == ("陈默",)


def test_a_byline_in_brackets_closes_its_article():
    page = _read("closing_bylines")
    assert _titles(page) == [
        ("我县夏粮收购全面展开", "（通讯员 张静 王磊）"),
        ("党员先锋队下田帮收", "（记者 刘丽）"),
        ("“村晚”唱出好日子", "（通讯员 赵敏）"),
    ]
    assert (page.source, page.published) == ("禾川日报", date(2023, 6, 12))
    assert "全县设收购点26个" in page.items[0].body


@pytest.mark.parametrize(
    ("line", "reporters"),
    [
        ("□本报记者 王小明", ("王小明",)),
        ("□记者 王小明 李　芳 报道", ("王小明", "李芳")),
        ("■本报记者 王小明 本报通讯员 陈海", ("王小明", "陈海")),
        ("（记者 王小明 通讯员 陈海、刘洋）", ("王小明", "陈海", "刘洋")),
        ("新华社记者 王小明", ("王小明",)),
        ("文/图 王小明", ("王小明",)),
        ("记者王小李芳", ("王小", "李芳")),
        ("记者 阿依古丽·买买提 报道", ("阿依古丽·买买提",)),
        ("本报评论员", ()),
        ("By Li Wen and Chen Yu", ("Li Wen", "Chen Yu")),
    ],
)
def test_bylines(line: str, reporters: tuple[str, ...]):
    byline = parse_byline(line)
    assert byline is not None
    assert byline.reporters == reporters


@pytest.mark.parametrize(
    "line",
    [
        "记者手记",
        "记者走基层",
        "记者从市财政局获悉",
        "图书馆开放",
        "作者见面会举行",
        "记者节",
        "摄影展开幕",
    ],
)
def test_what_is_no_byline(line: str):
    assert parse_byline(line) is None


@pytest.mark.parametrize(
    ("opening", "place", "reporters"),
    [
        ("本报青岛讯 7月16日，", "青岛", ()),
        ("本报讯（记者 王小明）昨日", "", ("王小明",)),
        ("新华社日内瓦７月１５日电（记者王小明、陈海）", "日内瓦", ("王小明", "陈海")),
        ("据新华社电 ", "", ()),
        ("【記者王小明／高雄報導】", "高雄", ("王小明",)),
        ("BEIJING, July 15 (Xinhua) -- The", "Beijing", ()),
    ],
)
def test_datelines(opening: str, place: str, reporters: tuple[str, ...]):
    dateline = parse_dateline(opening)
    assert dateline is not None
    assert (dateline.place, dateline.reporters) == (place, reporters)


@pytest.mark.parametrize(
    "opening", ["本报电子版今日上线", "本报热线电话开通", "家电下乡", "资讯丰富"]
)
def test_what_is_no_dateline(opening: str):
    assert parse_dateline(opening) is None


def test_headline_lines_are_told_apart():
    assert arrange_headline(["海陆联动 双城互访", "一江春水", "——考察团纪行"]) == (
        "海陆联动 双城互访",
        "一江春水",
        "——考察团纪行",
    )
    assert arrange_headline(["时评", "别让好事跑偏"]) == ("时评", "别让好事跑偏", "")
    assert arrange_headline(["一江春水向东流", "三百名企业家赴港口考察并签下二十个项目"])[1:] == (
        "一江春水向东流",
        "三百名企业家赴港口考察并签下二十个项目",
    )


def test_a_derived_title_is_the_first_clause_that_reports_something():
    body = "本报讯（记者 王小明）5月3日，市统计局公布，一季度，全市用电量增长一成。后面不要。"
    assert derive_title(body) == "一季度，全市用电量增长一成"
    assert derive_title("大桥" * 30 + "。") == "大桥" * 15 + "…"


@pytest.mark.parametrize("text", ["", " \n\u3000\n", "\n" * 1000])
def test_a_blank_page_has_no_items(text: str):
    assert segment_page(text) == Page((), (), "", "", None)


def test_a_lone_line_is_an_article():
    (item,) = segment_page("海边小城").items
    assert (item.body, item.title, item.title_derived) == ("海边小城", "海边小城", True)


@pytest.fixture(scope="module")
def page() -> Page:
    return segment_page(SEED.read_text(encoding="utf-8"))


@pytest.mark.skipif(not SEED.exists(), reason="the shared seed page is not here")
class TestSeedPage:
    """Landmarks only: the page itself is not ours to copy."""

    def test_seven_articles_and_a_caption(self, page: Page):
        kinds = [item.kind for item in page.items]
        assert kinds == [Kind.ARTICLE, Kind.CAPTION, *[Kind.ARTICLE] * 6]

    def test_headlines(self, page: Page):
        starts = [
            "打造长江以北",
            "",
            "国内首个城市",
            "浦江潮涌",
            "",
            "我省首家市级",
            "青岛垃圾分类",
            "胶东五市法治",
        ]
        lengths = [33, 0, 15, 7, 0, 17, 15, 17]
        printed = ["" if item.title_derived else item.title for item in page.items]
        assert [len(title) for title in printed] == lengths
        assert all(t.startswith(s) for t, s in zip(printed, starts, strict=True))
        assert [bool(item.title) for item in page.items] == [True] * 8
        assert [item.deck for item in page.items][2] == "让城市治理“更智慧”"
        assert sum(bool(item.deck) for item in page.items) == 1
        assert page.items[3].kicker.startswith("黄海东海同潮")
        assert sum(bool(item.kicker) for item in page.items) == 1

    def test_derived_titles_are_short_clauses(self, page: Page):
        assert page.items[4].title.endswith("突破2万亿元")
        assert len(page.items[4].title) <= 30
        assert page.items[1].title.endswith("剧场开幕")

    def test_bylines(self, page: Page):
        assert [item.reporters for item in page.items] == [
            ("薄克国",),
            ("薄克国",),
            ("李媛",),
            ("宋致", "澜涛"),
            ("白晓",),
            ("薄克国",),
            ("宋致", "李媛"),
            ("肖芳",),
        ]
        assert all(item.byline.startswith("□") for item in page.items)
        places = ["", "", "青岛", "", "青岛", "青岛", "青岛", "青岛"]
        assert [item.place for item in page.items] == places

    def test_bodies_are_whole(self, page: Page):
        assert [len(item.body.split("\n")) for item in page.items] == [16, 1, 4, 15, 5, 4, 3, 2]
        assert [len(item.headings) for item in page.items] == [3, 0, 0, 2, 0, 0, 0, 0]
        assert [item.body[:7] for item in page.items] == [
            *("深青相拥，共创", "7月18日，青", "本报青岛讯 7", "黄浦江畔的上海"),
            *("本报青岛讯 7", "本报青岛讯 7", "本报青岛讯 7", "本报青岛讯 7"),
        ]
        assert [item.body[-5:] for item in page.items] == [
            *("走向深入。", "逆行者”。", "合作平台。", "展新动能。"),
            *("资金储备。", "新的光彩。", "传播扩散。", "交流机制。"),
        ]

    @pytest.mark.parametrize(
        ("item", "joined"),
        [
            (0, "，今天又正式成立"),
            (0, "，商协会更应该"),
            (2, "共享，着力形成"),
            (2, "青岛构建适应"),
            (3, "青岛加快新旧"),
        ],
    )
    def test_joins_are_healed(self, page: Page, item: int, joined: str):
        assert joined in page.items[item].body

    def test_footer(self, page: Page):
        assert len(page.furniture) == 1
        assert page.furniture[0].startswith("更多内容请关注")
        assert (page.source, page.section, page.published) == ("", "", None)
