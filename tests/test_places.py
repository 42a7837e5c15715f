"""Which listed places a text names, and which province a city is in."""

import pytest

from rag.places import PROVINCE_OF, TOWNS, towns_in


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("运城机场扩建。", {"运城"}),
        ("亚运城市志愿者招募。", set()),  # 亚运|城市: 运城 begins inside a word
        ("亚运城市运城的志愿者", {"运城"}),  # the second one begins a word
        ("山东青岛港6月吞吐量", {"山东", "青岛"}),
        ("全市与全省", set()),
        ("", set()),
        ("Qingdao 🌊 Port", set()),
    ],
)
def test_a_place_begins_where_a_word_begins(text, named):
    assert towns_in(text) == named


@pytest.mark.parametrize(
    ("city", "province"),
    [("青岛", "山东"), ("运城", "山西"), ("深圳", "广东"), ("喀什", "新疆"), ("台北", "台湾")],
)
def test_a_city_has_its_province(city, province):
    assert PROVINCE_OF[city] == province
    assert {city, province} <= TOWNS


def test_municipalities_and_provinces_are_in_no_province():
    assert not {"北京", "上海", "天津", "重庆", "山东", "广东"} & PROVINCE_OF.keys()
    assert {"北京", "上海", "天津", "重庆"} <= TOWNS


def test_every_place_has_two_characters_at_least_and_stands_in_one_province():
    # one character (e.g. 沪) would be found in ordinary words
    assert min(map(len, TOWNS)) == 2
    assert all(
        province in TOWNS and province not in PROVINCE_OF for province in PROVINCE_OF.values()
    )
