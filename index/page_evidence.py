"""Small signs in a paragraph or line that an article begins or ends there."""

import re

_NOTE = re.compile(
    r"\s*[【\[(（■●◆]?(?:编者按|编者的话|編者按|开栏(?:的话|语)|核心提示|内容提要|阅读提示|内容摘要|导读|引言|按语|核心阅读|提要)"
)
_NEWS = re.compile(
    r"(?:[^，。,]{0,14}[，,])?[^，。,]{0,10}?(?:昨[日天晚]|今[日天]|近日|日前|连日来|\d{1,2}月\d{1,2}日|"
    r"(?<![\d月])\d{1,2}日(?:上午|下午|晚)?[，,]|记者.{0,12}(?:从|了解|获悉)|記者.{0,12}(?:從|獲悉))|Xinhua"
)
_DIGEST = re.compile(
    r"简讯|快讯|短讯|簡訊|短訊|短波|速览|速递|集锦|要闻点击|一句话|快报|微新闻|简明新闻|新闻快递|一组消息|播报"
)
_NOTICE = re.compile(
    r"[■●◆【]?(?:更正|致歉|道歉|勘误|讣告|更正与致歉|.{0,10}(?:启事|声明|公告|通告|讣告|天气预报)|"
    r"更正说明|來函照登|来函照登|啟事|聲明)[】]?$"
)
_RUN_IN = re.compile(r"\s*[▲●◆■★○]?\s*【(?P<title>[^【】]{6,40})】\s*\S")
_BRIEF = re.compile(r"[▲●◆■★◎○△▶►◇▪•]\s*")
_END = re.compile(r"(?:[（(](?:完|下转.{1,12}|转.{1,8}版)[）)]|【完】)\s*$")


def is_digest_label(text: str) -> bool:
    """简讯, 一句话新闻 and the like head several briefs, not one report."""
    return len(text) <= 12 and bool(_DIGEST.search(text))


def is_notice(text: str) -> bool:
    """更 正, 遗失声明, 征稿启事: pieces of their own, whatever stands above them."""
    return bool(_NOTICE.match("".join(text[:30].split())))


def is_editors_note(text: str) -> bool:
    """编者按, 核心提示 and the like stand before the report, its byline and its dateline."""
    return bool(_NOTE.match(text))


def opens_with_news(text: str) -> bool:
    """The lead of a report says when, or from whom the reporter has it."""
    return bool(_NEWS.match(text[:60]))


def run_in_title(text: str) -> str:
    """The headline of a brief that is printed in its first line: 【…】; "" for none."""
    match = _RUN_IN.match(text)
    return match["title"].strip() if match and not is_editors_note(match["title"]) else ""


def strip_mark(text: str) -> tuple[str, str]:
    """The bullet in front of a headline, and the headline."""
    match = _BRIEF.match(text)
    if match is None or match.end() == len(text):
        return "", text
    return match[0].strip(), text[match.end() :]


def ends_piece(text: str) -> bool:
    """（完） or （下转第二版） closes an article."""
    return bool(_END.search(text[-24:]))
