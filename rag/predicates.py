"""What a statement says of its things: are its verbs and adjectives, yes or no, those of a source?

Numbers and names are the number lock's; this catches "永久关闭" told of a sentence that only gives
a length, and 不收费 told of one that says 收费. Knows nothing of evidence.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from index.words import fold, tagged_words

_VERBS = frozenset({"v", "vi", "vq"})
_QUALITIES = frozenset({"a", "ad", "i", "l", "z", "vd"})
_NOUNS = frozenset({"n", "vn", "j", "an", "nz"})  # 通车 and 裁员 are tagged so too
# Verbs that carry the sentence, not the claim: saying, being, holding, doing.
_LIGHT = frozenset(
    """
    是 有 为 达 达到 达成 共 共有 计 占 称 说 指 指出 表示 介绍 显示 说明 提到 提及 报道 透露 宣布
    公布 发布 通报 认为 强调 据 根据 按照 截至 位于 属于 包括 包含 含 涉及 关于 进行 开展 举行
    举办 召开 实施 实现 完成 推进 开始 成为 作为 可以 可 能 能够 会 将 将要 应 应该 需 需要 要 来
    去 到 在 让 使 使得 获 获得 取得 得到 受 受到 予以 给予 提供 具有 拥有 存在 出现 发生 产生
    带来 作出 做出 做 用于 用 采取 采用 分别 总计 合计 累计 目前 主要 具体 相关 有关 大 小 多 新
    好 高 低 长 同 可能 明确 相比 记 记者 叫 名叫 名为 称为 被称为 没有 无 不 未 未能 无法 不能 起
    出 上 下 过 给 对 把 被 由 以 向 比 从 于 参加 参与 出席 前往 来自 通过 预计 计划 拟 正在 继续
    已经 引发 导致 造成 安排 因为 由于 负责 担任 任 现任 出任 回答 提出 要求 希望 建成 建设
    """.split()  # noqa: SIM905
)
# Words that may stand for one another in a paraphrase; one line is one meaning.
_ALIKE = tuple(
    frozenset(line.split())
    for line in """
    增长 增加 上升 提高 上涨 攀升 提升 增 升 涨 多 扩大 新增 增至 升至 涨至 增幅 涨幅 增速 回升
    下降 减少 下跌 降低 回落 下滑 降 减 跌 少 缩减 降至 减至 跌至 降幅 跌幅 走低
    开幕 揭幕 启幕 举办 举行 召开 开始
    闭幕 落幕 结束 收官 完结
    开业 营业 开张 迎客
    开通 通车 运营 投运 启用 投用 投入 开行 运行 开放 开业 通航
    建成 落成 竣工 完工 建好 建立 建设 修建 新建 兴建 建造 建 完成 成立 设立 组建
    开工 动工 启动 开建 奠基 破土
    死亡 遇难 身亡 丧生 去世 逝世 罹难 死
    受伤 负伤 伤 伤者 伤亡
    关闭 闭馆 关停 停业 停用 关门 停运 歇业 封闭
    取消 撤销 废止 废除 停止 终止 叫停
    批准 同意 通过 核准 获批 审议 批复
    否决 反对 拒绝 驳回 不同意
    当选 选举 推选 任命 担任 出任 就任 任 获任 选为
    获得 夺得 摘得 赢得 获 夺 拿到 斩获 荣获 摘 拿下 得到
    战胜 击败 胜 胜出 取胜 获胜 打败 力克 淘汰
    失利 负于 不敌 落败 输 败 惨败
    销售 出售 卖 售出 售卖 售 销
    购买 采购 收购 买 购入 购 买入 购置
    出口 外销 输出
    进口 引进 输入
    投资 投入 出资 斥资 注资
    来自 产自 源自 出自
    免费 不收费 无偿 免票
    收费 收取 付费
    种植 栽种 栽植 新栽 栽 种 植
    发现 查出 检出 查获 检测
    逮捕 抓获 拘留 落网 被捕
    支持 赞成 拥护 力挺
    吸引 接待 迎来 到访 游览
    签署 签订 签约 签
    超过 突破 超 逾 高于 多于 超出
    低于 不足 不到 少于 未满
    首次 第一次 首度 首个
    前往 赶赴 奔赴 抵达 到达 到
    发射 升空 飞天
    便宜 低廉 降价
    昂贵 贵 涨价
    推迟 延期 延后 延迟 改期
    提前 提早
    延误 晚点 误点
    """.strip().splitlines()
)
# A shared character is no likeness between these: 上调 and 下调, 开工 and 停工.
# 不收费 is 免费: the one negated says the other.
_CONTRARY = (
    ("收费", "免费"), ("允许", "禁止"), ("同意", "反对"), ("同意", "拒绝"), ("通过", "否决"),
    ("支持", "反对"), ("开放", "关闭"), ("盈利", "亏损"), ("增加", "减少"), ("上升", "下降"),
)  # fmt: skip
_VOCABULARY = frozenset().union(*_ALIKE)
_OPPOSED = (
    ("上升涨增加高提扩多", "下降跌减低缩少"), ("开启始动复", "关闭停终止撤歇"),
    ("进入购买引", "出售卖退"), ("胜赢夺", "败负输失"), ("盈", "亏"), ("赞支同", "反否拒驳"),
    ("允准许批", "禁拒驳"), ("宽松", "严紧"), ("前早", "后迟延晚"), ("安", "危"), ("真", "假伪"),
    ("生活", "死亡"), ("收", "支付免"), ("新", "旧老"), ("建成", "拆毁"), ("合", "分裂"),
    ("好优良", "坏劣差"), ("快", "慢"), ("强", "弱"), ("有", "无"),
)  # fmt: skip
# Too common in verbs to make two of them alike.
_COMMON = frozenset("进行出来去得到成为发开动有作做可能会以于了化用加大上下不没无未实现")
_FUNCTION = frozenset("后前时内中里能可将会已再又也都还就才便并且等被把由为是在有其")
_NEGATION = re.compile(
    r"不(?!断|仅|少|但|同|久|只|光|过|论|管|足|到|满|乏|超过|低于|少于|含|锈|等)|未(?!来|满|央)|没有?"
    r"|无(?!论|人机|锡|偿|线|疑)|从未|并非|绝非|禁止|严禁|拒绝|停止|取消|暂停|终止|难以|避免|防止|杜绝|叫停"
)
_NEGATED = re.compile(rf"(?:{_NEGATION.pattern})[^，。；！？,;!?\n]{{0,3}}\Z")
# 发生火灾: what such a verb brings is the claim.
_BRINGS = frozenset("发生 出现 造成 导致 引发 遭遇 遭到 存在 爆发".split())  # noqa: SIM905
_CLAUSES = re.compile(r"[，。；！？,;!?\n]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a clause; ``told``: what the clause says, so that its absence counts too."""

    text: str
    start: int
    told: bool


def unsaid_predicates(text: str, source: str) -> tuple[str, ...]:
    """Verbs and adjectives of a statement that its source does not say, or says the opposite of.

    () where all are said, by the word, one like it, or one that begins alike (增长/增加), and are
    negated where the source negates them. Light verbs (是, 举行, 表示) claim nothing.
    """
    said = fold(source)
    spoken = _predicates(said)
    missing = [
        word.text
        for clause in _CLAUSES.split(fold(text))
        for word in _claims(clause)
        if not _is_said(clause, word, said, spoken)
    ]
    return tuple(dict.fromkeys(missing))


@lru_cache(maxsize=2048)
def _predicates(folded: str) -> frozenset[str]:
    """Every word of a source that can say what happens; nouns too, as 竣工 is often tagged one."""
    return frozenset(
        word for word, tag in tagged_words(folded) if _HAN.search(word) and tag[:1] in "vainlzdjp"
    )


def _claims(clause: str) -> list[_Word]:
    """The words of a clause that say something of its things."""
    tagged = tagged_words(clause)
    acting = any(tag in _VERBS and word not in _LIGHT for word, tag in tagged)
    found, pos = [], 0
    for at, (word, tag) in enumerate(tagged):
        start = clause.find(word, pos)
        if start < 0:
            continue
        pos = start + len(word)
        # jieba cuts 扩建/后能/停靠.
        if not _HAN.search(word) or set(word) <= _FUNCTION:
            continue
        if word in _LIGHT:
            if len(word) > 1 and _negation(clause, start) is True:
                found.append(_Word(word, start, told=False))
            continue
        after = tagged[at + 1][1] if at + 1 < len(tagged) else ""
        before = tagged[at - 1][0] if at else ""
        brought = before in _BRINGS and tag in _NOUNS
        final = tag in _NOUNS and not acting and at + 1 == len(tagged) and _acts(word)
        quality = tag == "a" and not acting  # 价格昂贵, not 积极拓宽
        acts = (tag in _VERBS or quality) and len(word) > 1
        told = acts or word in _VOCABULARY or brought or final
        if told or (tag == "vn" and after in ("ul", "ug", "uz")):
            found.append(_Word(word, start, told=True))
        elif tag in _QUALITIES or (tag in _NOUNS and (tag != "n" or _acts(word))):
            found.append(_Word(word, start, told=False))
    return found


@lru_cache(maxsize=4096)
def _acts(word: str) -> bool:
    """Whether a two-character noun begins with a verb: 闭馆, 裁员, 退赛."""
    return len(word) == 2 and [tag[:1] for _, tag in tagged_words(word[0])] == ["v"]


def _is_said(clause: str, word: _Word, said: str, spoken: frozenset[str]) -> bool:
    negated = _negation(clause, word.start)
    if word.text in said:
        return _says_so(word.text, said, negated=negated)
    if not word.told:
        return True
    likes = [other for other in spoken if _alike(word.text, other)]
    likes += [other for group in _ALIKE if word.text in group for other in group if len(other) > 1]
    return any(_says_so(other, said, negated=negated) for other in likes) or (
        negated is not None
        and any(_says_so(other, said, negated=not negated) for other in _contraries(word.text))
    )


def _says_so(word: str, said: str, *, negated: bool | None) -> bool:
    """Whether a text has the word, negated or not as asked; None: either will do."""
    told = [_negation(said, found.start()) for found in re.finditer(re.escape(word), said)]
    return any(negated is None or one is None or one == negated for one in told)


def _negation(text: str, at: int) -> bool | None:
    """True for a word right behind a negation; None where one stands farther off in its clause."""
    if _NEGATED.search(text, max(0, at - 12), at):
        return True
    clause = _CLAUSES.split(text[max(0, at - 30) : at])[-1]
    return None if _NEGATION.search(clause) else False


def _contraries(word: str) -> list[str]:
    return [b if word == a else a for a, b in _CONTRARY if word in (a, b)]


def _alike(word: str, other: str) -> bool:
    if any(word in group and other in group for group in _ALIKE):
        return True
    # 增长 and 增加 share the act; 丰收 and 绝收, 投产 and 破产 only its object.
    shared = word[0] == other[0] or (min(len(word), len(other)) == 1 and set(word) & set(other))
    return bool(shared) and word[0] not in _COMMON and not _opposed(word, other)


def _opposed(word: str, other: str) -> bool:
    return any(
        (set(word) & set(a) and set(other) & set(b)) or (set(word) & set(b) and set(other) & set(a))
        for a, b in _OPPOSED
    )
