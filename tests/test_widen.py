"""An answer that was cut short is made whole from its sentence, by what the question asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words import simplified_in_place, tagged_spans
from rag.brief import read_brief
from rag.widen import Extent, extent_of, meaning, widen
from rag.widen_items import other_items
from tests.scripted_llm import evidence_of

_EDGES = "，。；、：“”\"' "


@pytest.mark.parametrize(
    ("question", "extent"),
    [
        ("什么是潮汐发电？", Extent.MEANING),
        ("潮汐发电的定义是什么？", Extent.MEANING),
        ("“双随机”指的是什么？", Extent.MEANING),
        ("船闸为什么停航？", Extent.REASON),
        ("停航的原因是什么？", Extent.REASON),
        ("當地人把這種魚稱為什麼？", Extent.KIND),  # 为什么 is not why behind 称
        ("新航站楼有什么特点？", Extent.DESCRIPTION),
        ("旗子是什么样的？", Extent.MANNER),
        ("新桥是怎么合龙的？", Extent.MANNER),
        ("船队挂什么样的旗子？", Extent.PHRASE),
        ("大桥是哪一年通车的？", Extent.YEAR),
        ("大橋於西元幾年通車？", Extent.YEAR),
        ("大桥在民国几年通车？", Extent.YEAR),
        ("修桥用了几年？", Extent.KIND),
        ("大桥什么时候通车？", Extent.TIME),
        ("谁主持开工仪式？", Extent.KIND),
        ("大桥有多长？", Extent.KIND),
        ("渔港在哪个县？", Extent.KIND),
        ("渔港出产哪些海货？", Extent.KINDS),
        ("航线跨哪三个区？", Extent.KINDS),
        ("渔港在什么地方？", Extent.PHRASE),
        ("渔港在哪个地方？", Extent.PHRASE),
    ],
)
def test_the_question_says_how_much_of_a_sentence_it_wants(question, extent):
    assert extent_of(question) is extent


@pytest.mark.parametrize(
    ("question", "sentence", "given", "whole"),
    [
        ("县旗是什么样的？", "县旗是带白边绿底海鸥的黄旗。", "黄旗", "带白边绿底海鸥的黄旗"),
        ("渔港在什么地方？", "渔港位于云河县白沙镇南部，三面环山。", "白沙镇", "云河县白沙镇南部"),
        ("渔港在哪个县？", "渔港位于云河县白沙镇南部。", "云河县", "云河县"),  # no more than asked
        ("渔港出产什么？", "渔港出产海带、紫菜和对虾。", "紫菜", "海带、紫菜和对虾"),
        ("渔港出产哪些海货？", "渔港出产海带、紫菜和对虾。", "紫菜", "海带、紫菜和对虾"),
        (
            "常见的有哪些？",
            "常见的有十五格推盘棋和八格推盘棋等。",
            "十五格推盘棋",
            "十五格推盘棋和八格推盘棋",
        ),
        # Without what the question names itself.
        (
            "渔港除了海带、紫菜还出产什么？",
            "渔港出产海带、紫菜和对虾。",
            "海带、紫菜和对虾",
            "对虾",
        ),
        ("海带和什么最多？", "对虾、海带最多。", "对虾、海带", "对虾"),
        ("渔港出产什么？", "渔港出产海带、紫菜和对虾。", "海带、紫菜和对虾", "海带、紫菜和对虾"),
        # The noun of the question right behind; what the thing belongs to is not asked for.
        ("古城属于哪个时代？", "古城属于战国时代的遗址。", "战国", "战国时代"),
        ("旗子像哪一国国旗？", "旗子与云国国旗相像。", "云国", "云国国旗"),
        ("古城属于哪个时代？", "古城属于战国，早于秦汉时代。", "战国", "战国"),
        ("哪一部位的鱼肉最好？", "腹部鱼肉最好。", "腹部鱼肉", "腹部"),
        ("他是什么理论的创始人？", "他是潮汐论的创始人。", "潮汐论的创始人", "潮汐论"),
        ("它是什么类型的渔船？", "它是双体型渔船。", "双体型渔船", "双体型渔船"),
        ("哪一方面的主张不同？", "双方的税收主张不同。", "税收主张", "税收主张"),
        # A place that has the question's word in its name.
        (
            "岩手车站的地址是哪里？",
            "岩手车站位于云国岩手县岩手郡岩手町大字江刈。",
            "大字江刈",
            "云国岩手县岩手郡岩手町大字江刈",
        ),
        # A quotation or a title is whole.
        ("他有何反应？", "他“坐着不动，毫无惧色”。", "坐着不动", "坐着不动，毫无惧色"),
        ("登在哪份报上？", "消息登在《云河晚报》上。", "晚报", "云河晚报"),
        ("谁主持会议？", "会议由副县长林一舟和田野主持。", "林一舟", "林一舟"),
        ("新馆哪一年开馆？", "新馆1996年5月1日开馆。", "1996年5月1日", "1996年"),
        ("新馆哪一年开馆？", "新馆1996年开馆。", "1996", "1996年"),
        (
            "新馆什么时候开馆？",
            "新馆于民国12年（1923年）5月1日开馆。",
            "5月1日",
            "民国12年（1923年）5月1日",
        ),
        (
            "地震在什么时候发生？",
            "地震发生于康熙七年农历六月十七戌时（1668年7月25日20时左右），损失很大。",
            "1668年7月25日20时",
            "康熙七年农历六月十七戌时（1668年7月25日20时左右）",
        ),
        ("古塔何时建成？", "古塔建成于光绪三年春。", "三年", "光绪三年春"),
        ("船闸为什么停航？", "因水位过低，船闸停航三天。", "水位过低", "因水位过低"),
        ("新站有什么特点？", "新站外墙用青石，屋顶铺光伏板。", "青石", "外墙用青石，屋顶铺光伏板"),
        ("漁港在什麼地方？", "漁港位於雲河縣白沙鎮南部，三面環山。", "白沙鎮", "雲河縣白沙鎮南部"),
    ],
)
def test_the_whole_answer_is_taken(question, sentence, given, whole):
    start = sentence.index(given)
    left, right = widen((start, start + len(given)), sentence, question)
    assert sentence[left:right] == whole


def test_a_long_sentence_gives_only_the_clause_that_describes():
    rest = "，" + "，".join(f"沿线第{n}座桥由县里出资修缮" for n in range(6))
    sentence = f"新站外墙用青石{rest}。"
    left, right = widen((5, 7), sentence, "新站有什么特点？")
    assert sentence[left:right] == "外墙用青石"


@pytest.mark.parametrize(
    ("question", "sentence", "said"),
    [
        ("什么是潮差？", "潮差（见图）是指相邻高潮和低潮的水位差。", "相邻高潮和低潮的水位差"),
        ("潮差的定义是什么？", "所谓潮差，即高潮和低潮的水位差。", None),  # 潮差， not right before
        ("什么是潮差？", "潮差即高潮与低潮的水位差。", "高潮与低潮的水位差"),
        ("什么是潮差？", "这里的码头是最大的。", None),  # is, but of another thing
        ("潮差有多大？", "潮差是指水位差。", None),  # not asked for
        (
            "什么是居民消费价格指数？",
            "居民消费价格指数是反映价格变动的指标。",
            "反映价格变动的指标",
        ),
        ("什么是贷款余额？", "贷款余额是否增长，尚不清楚。", None),
        ("什么是贷款余额？", "贷款余额是不是增长，尚不清楚。", None),
        ("为什么是云城最先通车？", "云城是最先通车的县。", None),  # a why
    ],
)
def test_what_a_thing_is_stands_behind_its_verb(question, sentence, said):
    span = meaning(sentence, question)
    assert (sentence[slice(*span)] if span else None) == said


@pytest.mark.parametrize(
    ("question", "sentence", "given", "others"),
    [
        ("渔港出产海带和什么？", "渔港出产海带和对虾。", "海带", ["对虾"]),
        ("除了海带，渔港还出产什么？", "渔港出产紫菜、海带和对虾。", "海带", ["紫菜", "对虾"]),
        ("渔港出产什么？", "渔港出产海带和对虾。", "海带", []),  # names none of the list
        ("海带产自哪里？", "渔港出产海带。", "海带", []),  # no list
    ],
)
def test_of_a_list_the_question_names_itself_the_rest_is_asked(question, sentence, given, others):
    start = sentence.index(given)
    found = other_items((start, start + len(given)), sentence, question)
    assert [sentence[left:right] for left, right in found] == others


def test_a_brief_answer_is_made_whole_and_stays_a_piece_of_its_sentence():
    shown = (evidence_of(1, "县旗是带白边绿底海鸥的黄旗。"),)
    [statement] = read_brief("黄旗", shown, "县旗是什么样的？")
    assert (statement.text, statement.numbers) == ("带白边绿底海鸥的黄旗", (1,))


@given(
    st.text("云河县港1996年5月日，。、（）的和是因A b·“”", min_size=1, max_size=40),
    st.sampled_from(
        ["什么是港？", "港在哪里？", "哪一年？", "何时？", "为什么？", "怎么样？", "谁？"]
    ),
    st.data(),
)
def test_any_span_stays_inside_its_sentence_and_is_never_empty(sentence, question, data):
    start = data.draw(st.integers(0, len(sentence) - 1))
    end = data.draw(st.integers(start + 1, len(sentence)))
    left, right = widen((start, end), sentence, question)
    assert 0 <= left <= right <= len(sentence)
    kept = sentence[start:end].strip(_EDGES)
    if extent_of(question) is Extent.YEAR:
        assert sentence[left:right].strip() or not kept
    else:
        assert kept in sentence[left:right]


@given(st.text(max_size=60))
def test_simplifying_in_place_keeps_every_offset(text):
    assert len(simplified_in_place(text)) == len(text)
    spans = tagged_spans(text)
    assert [left for left, _, _ in spans] == [0, *[right for _, right, _ in spans]][: len(spans)]
