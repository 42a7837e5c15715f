"""Short names of the news and what they are written out as. Knows nothing of questions.

Common abbreviations (简称) of statistics, bodies and events, so that 外贸 asked is found said by
货物贸易; what only some archive abbreviates is learnt from its articles (rag/abbreviations.py).
"""

from functools import cache

from index.words import words

# With spaces: the words as they are; else the whole words of the name.
_WRITTEN_OUT = {
    "gdp": "生产总值",
    "生产总值": "gdp",
    "cpi": "居民 消费 价格",
    "ppi": "工业 出厂 价格",
    "pmi": "采购 经理 指数",
    "lpr": "贷款市场报价利率",
    "mlf": "中期借贷便利",
    "增速": "增长",
    "增幅": "增长",
    "涨幅": "上涨",
    "降幅": "下降",
    "跌幅": "下跌",
    "营收": "营业收入",
    "净利": "净利润",
    "外贸": "货物贸易",
    "外储": "外汇储备",
    "外资": "外商投资",
    "社零": "社会消费品零售",
    "固投": "固定资产投资",
    "房贷": "住房贷款",
    "车贷": "汽车贷款",
    "居民": "住户",
    "住户": "居民",
    "个税": "个人所得税",
    "规上": "规模以上",
    "央行": "人民银行",
    "发改委": "发展改革委",
    "工信部": "工业和信息化部",
    "世卫": "世界卫生组织",
    "世贸": "世界贸易组织",
    "美联储": "联邦储备",
    "高铁": "高速铁路",
    "地铁": "轨道交通",
    "航母": "航空母舰",
    "新冠": "新型冠状病毒",
    "广交会": "进出口商品交易会",
    "进博会": "进口博览会",
    "服贸会": "服务贸易交易会",
    "消博会": "消费品博览会",
}


@cache
def other_names(term: str) -> tuple[frozenset[str], ...]:
    """What else says a term, each as words that all have to be there; () for most terms.

    >>> other_names("cpi") == (frozenset({"居民", "消费", "价格"}),)
    True
    """
    written = _WRITTEN_OUT.get(term)
    if not written:
        return ()
    if " " in written:
        return (frozenset(written.split()),)
    found = words(written)
    # 生产总值 is one word with parts; a text that has it has them too.
    whole = {word for word in found if not any(word != other and word in other for other in found)}
    return (frozenset(whole),)
