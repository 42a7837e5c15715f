"""The words and patterns that example_rules reads sentences by. Knows nothing of articles."""

import re

LINE = re.compile(r"[^\n]+")
LONGEST_SENTENCE = 130
SHORTEST, LONGEST = 9, 36
DATELINE = re.compile(r"\A(?:本报|据)?[一-鿿]{2,12}[讯电](?:（[^）]{1,20}）)?\s+")
DATELINE_PLACE = re.compile(r"\A\s*本报([一-鿿]{2,4})讯\s")
CLAUSE = re.compile(r"[^，；。：！？]+[，；。：！？]?")
# Words by which a clause leans on something outside it, or says more than a subject should.
LEANING = re.compile(
    r"其中|分别|此外|另外|同时|其余|其他|该|这|那|我们|本届|本次|此次|[它他她你我]|有关|某|相关"
    r"|截至|预计|有望|力争|计划|目标|每年|每天|分之|以上|以下|不[足到少超]|[了着过吗呢吧]"
    r"|改扩建|[将拟兼]|继续|为期|连接|双方|两国|当地|当天|当日|一些|多个|[“”（）、]"
)
SOURCE_SAYS = re.compile(
    r"(?:发布|公布|获悉|介绍|显示|统计|表示|通报|透露|了解到|说|称|消息|数据|指出|宣布)\Z"
)
PLACE_WORD = re.compile(r"全[市区县省]|[我本][市区县省]")
FORMER = re.compile(r"更\s*正|有误|应为|辟谣|不实")

REPEATED = re.compile(r"([一-鿿]{2,})\1")

PERIOD_NOISE = re.compile(r"[（(].*[)）]|\s|份")
MEASURE_WORDS = (
    "余额|总额|总值|产值|增加值|收入|支出|吞吐量|客运量|货运量|发送量|成交额|销售额|交易额|贸易额|产量|面积"
    "|里程|装机容量|发电量|用电量|售电量|人口|指数|均价|利率|水位|浓度|优良率|库存量|票房|规模|外汇储备|营收"
    "|利润|净利润|总投资|投资额|价格|进出口|数量|总量|人数|运量|业务量|投递量|揽收量|装机|占比|比重"
)
MEASURE = re.compile(rf"(?:{MEASURE_WORDS})(?:（[A-Z.0-9]+）)?\Z")
AMOUNT = re.compile(
    rf"([^，]{{2,26}}?(?:{MEASURE_WORDS})(?:（[A-Z.0-9]+）)?)(?:[共约]?[为是达](?:到|成)?|共计?|合计|约)?(?:约)?"
)
CHANGE = re.compile(
    r"([^，]{2,24}?)?(?:按可比价格计算|按不变价格计算)?((?:同|环)比)(增长|下降|上涨|上升|回落|增加|减少|下跌)"
)
DEEDS = "新增|完成|建成|开行|实施|新建|改造|减免|投放|培育|引进|新签|接待|运送|发送"
DEED = re.compile(rf"(?:{DEEDS})(?![量额])")
DONE = re.compile(
    r"([^，]{0,16}?)(?:共计?|已?累计|已)?"
    rf"({DEEDS})(?![量额])"
    r"([^，]{2,14}?)(?:约|共|达到?|为)?"
)
BUILT = re.compile(r"([^，]{2,18}?)(全长|正线长|设计时速|总投资|总建筑面积|占地面积)(?:约|为|达)?")
OFFICES = (
    "局|厅|部|院|委|中心|集团|公司|协会|学会|促进会|商会|联盟|大学|学院|学校|中学|小学|医院|银行|研究所|保护站"
    "|办公室|委员会|基金会|博物馆|图书馆|美术馆|港|分会|总会"
)
TITLES = "局长|主任|院长|校长|会长|董事长|总经理|站长|馆长|所长|秘书长|厅长|理事长|行长"
PERSON = re.compile(
    rf"(?:[^，]{{0,12}}?[，：])?(?P<office>[一-鿿A-Za-z0-9]{{2,20}}(?:{OFFICES}))"
    rf"(?P<title>{TITLES})"
    r"(?P<name>[一-鿿]{2,3}?)"
    r"(?:\d{1,2}月\d{1,2}日)?(?=说|表示|介绍|指出|透露|宣布|今年|在|告诉|认为|称|做客|坦言|强调)"
)
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶"
    "阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚"
    "文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜"
    "詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉"
    "饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖"
    "糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺慕"
)
EVENT_VERBS = (
    "开幕|闭幕|拉开帷幕|落下帷幕|通车|开通|开通运营|通车运营|投入运营|投用|投产|投入使用|成立|揭牌|开工"
    "|竣工|轨通|空载试运行|试运行|启用|举行|举办|贯通|并网发电|首飞|下水|交付"
)
EVENT = re.compile(
    r"(?P<subject>[^，]{4,24}?)(?:在(?P<where>[^，在]{1,12}?))?(?:正式|顺利|成功|隆重)?(?P<manner>全线|开始)?"
    rf"(?P<verb>{EVENT_VERBS})"
)
REPEATED_VERBS = {"开幕", "闭幕", "拉开帷幕", "落下帷幕", "举行", "举办"}
# Held every week or every year: a date of one of them is nothing a reader asks for.
MEETINGS = (
    "会议",
    "年会",
    "座谈会",
    "发布会",
    "仪式",
    "活动",
    "大会",
    "论坛",
    "讲座",
    "例会",
    "会谈",
    "会见",
)
NAMED_TAGS = frozenset({"ns", "nt", "nz", "nrt"})
WHOLE = re.compile(r"(?:全国|我国|中国|全球|世界)")
LINE_NAME = re.compile(r"[A-Z]?\d+号线|[A-Z]\d+线|《[^》]+》|“[^”]+”|第[一二三四五六七八九十\d]+届")
# Looked for before a sentence is parsed: parsing all of them takes ten times as long.
PROMISING = re.compile(
    rf"(?:{MEASURE_WORDS}|{DEEDS})(?:（[A-Z.0-9]+）)?[^，。；：\d]{{0,14}}\d|全长约?\d|正线长\d|设计时速\d"
    rf"|(?:总投资|总建筑面积|占地面积)约?\d|日，[^，。]{{4,40}}(?:{EVENT_VERBS})[，。；]|(?:{TITLES})[一-鿿]{{2,3}}"
)
UNIT = re.compile(r"[\d.,]+(?P<scale>[十百千]?[万亿]+|)(?P<unit>.*)")
PLACE_END = re.compile(r"(?:[省市区县镇村州盟旗岛]|新区|中心|[展场]馆|体育[馆场])\Z")

COMMON = frozenset(
    {"城市", "全市", "全省", "市", "省", "五市", "东部", "西部", "南部", "北部", "沿海", "国家"}
)
