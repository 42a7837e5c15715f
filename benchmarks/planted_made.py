"""Articles with a question that each alone answers: to see that nobody gets another's answer.

Our own writing. Names are put together from characters, each name once. Every other question asks
for a figure, which is quoted without the LLM; the rest need its words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.types import Article, DateKnown

MOST = 1_600
_FIRST = "云雾北南海滨松柏青沧清石金银玉白黑红紫翠东西上下大小长安永新宁泰和平康乐丰盛瑞昌"
_LAST = "湾岭港溪川泉原野坪岗塘洲堡寨屯庄铺桥渡口崖坞墩墟汀浦滩矶屿礁湖泽渊潭池沟峪谷峰坡"
_WORKS = ("大桥", "水厂", "隧道", "体育馆", "图书馆", "客运站", "水库", "医院", "码头", "展览馆")
_BUILDERS = ("第一工程处", "路桥公司", "城建集团", "水利工程局", "建设公司")
_STEP = 17  # over 40 characters: neighbours in the list share neither character


@dataclass(frozen=True, slots=True)
class Planted:
    """A question and the article that answers it."""

    question: str
    article_id: str
    answer: str  # verbatim in the article


def planted_article(number: int) -> tuple[Article, Planted]:
    """The article of this number below ``MOST``, and its question."""
    if not 0 <= number < MOST:
        raise ValueError(f"planted articles are numbered 0 to {MOST - 1}, not {number}")
    first = _FIRST[number % 40]
    last = _LAST[(number * _STEP + number // 40) % 40]
    place, work = first + last, _WORKS[number % len(_WORKS)]
    money = f"{number * 7 % 90 + 10}.{number % 9 + 1}亿元"
    begun = date(2023, 1, 1) + timedelta(days=number % 700)
    builder = _BUILDERS[number // 10 % len(_BUILDERS)]
    villages = f"附近{number % 50 + 3}个村的居民出行将更方便"
    body = (
        f"{place}{work}{begun.month}月{begun.day}日动工，总投资{money}。"
        f"工程由{place}{builder}承建，工期{number % 30 + 12}个月。\n"
        f"{place}{work}建成后，{villages}。"
    )
    article_id = f"planted-{number:04d}"
    article = Article(
        id=article_id,
        title=f"{place}{work}动工",
        body=body,
        source="筑路报",
        section="要闻",
        published=begun + timedelta(days=1),
        date_known=DateKnown.STATED,
        language="zh-Hans",
    )
    if number % 2:
        return article, Planted(f"{place}{work}建成后有什么好处？", article_id, villages)
    return article, Planted(f"{place}{work}总投资是多少？", article_id, money)


def planted_articles(count: int) -> Iterator[Article]:
    """The first so many."""
    return (planted_article(number)[0] for number in range(count))


def planted_questions(count: int) -> Sequence[Planted]:
    """Their questions, in the same order."""
    return [planted_article(number)[1] for number in range(count)]
