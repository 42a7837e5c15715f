from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.publication import infer_published, published_from_name

SEED = Path(__file__).parents[1].parent / "shared" / "seed" / "page.txt"


@pytest.mark.parametrize(
    ("text", "published"),
    [
        # the latest reported day, in the latest year spoken of as reached
        ("早在2019年就已起步。2020年，两次扩建。\n本报讯 7月15日，大桥通车。", date(2020, 7, 15)),
        ("2020港城·国际帆船赛开赛。\n本报讯 7月15日，开赛。\n7月18日，决赛。", date(2020, 7, 18)),
        ("2020年7月15日，会议举行。", date(2020, 7, 15)),
        ("２０２０年，稳中有进。\n７月１５日，会议举行。", date(2020, 7, 15)),
        ("二〇二〇年七月十六日，会议举行。", date(2020, 7, 16)),
        # plans and other years say nothing of the day of print
        ("2020年。7月15日，论坛举行。到2025年建成，展望2035年远景。", date(2020, 7, 15)),
        ("2020年。7月15日、7月16日举行，将于8月1日公布。", date(2020, 7, 16)),
        ("2020年，7月15日开幕，报名截至9月30日。", date(2020, 7, 15)),
        ("2020年。展览7月10日开幕，持续至10月8日。", date(2020, 7, 10)),
        ("2021年。预计2022年完工。3月5日，开工。", date(2021, 3, 5)),
        ("成立于2019年7月1日。2020年以来，扩建两次。\n本报讯 3月5日，三期开工。", date(2020, 3, 5)),
        ("2020年。去年8月15日动工，7月3日，封顶。", date(2020, 7, 3)),
        # the turn of the year
        ("2021年到了，12月31日夜里放烟花，1月2日收摊。", date(2021, 1, 2)),
        ("2020年12月31日跨年。1月2日，市民登山。", date(2021, 1, 2)),
        ("2020年12月30日，年会举行。", date(2020, 12, 30)),
        # no day, no year, no such day
        ("2020年，昨日开会，今天闭幕。", None),
        ("7月15日开会。", None),
        ("1921年7月1日，建党。2020年，开馆。", None),
        ("花费2000元，3月5日到账。", None),
        ("投资2020亿元，3月5日签约。", None),
        ("2021年2月30日", None),
        ("", None),
    ],
)
def test_inferred_from_the_text(text: str, published: date | None):
    assert infer_published(text) == published


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("海滨日报-2025-07-16-A02.txt", date(2025, 7, 16)),
        ("20250716.txt", date(2025, 7, 16)),
        ("2025年7月6日.txt", date(2025, 7, 6)),
        ("２０２５年７月６日.txt", date(2025, 7, 6)),
        ("A02_20250716_海滨.txt", date(2025, 7, 16)),
        ("2025_7_6.md", date(2025, 7, 6)),
        ("2025.07.16", date(2025, 7, 16)),
        ("page.txt", None),
        ("2025-13-01.txt", None),
        ("120250716.txt", None),
        ("2025-07.txt", None),
    ],
)
def test_read_from_the_name(name: str, published: date | None):
    assert published_from_name(name) == published


@given(st.text(alphabet="0123456789年月日至到将—-.〇一二十，。 \n本报讯", max_size=200))
def test_any_text_gives_a_day_or_none(text: str):
    for found in (infer_published(text), published_from_name(text)):
        assert found is None or 1850 <= found.year <= 2101


@pytest.mark.skipif(not SEED.exists(), reason="the shared seed page is not here")
def test_the_seed_page_is_of_july_2020():
    assert infer_published(SEED.read_text(encoding="utf-8")) == date(2020, 7, 18)
