"""Hostile inputs by mutation of real-looking ones, the same for the same seed. Runs nothing."""

import gzip
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

_SAMPLES = Path(__file__).parents[1] / "samples"

# What readers and parsers look for, and what Unicode, JSON, HTML and PDF make hard.
_TOKENS = (
    *("□本报记者 ", "（记者 ", "【", "●", "据新华社电", "讯", "图为", "摄", "责任编辑", "更正："),
    *(
        "2024年2月30日",
        "十三月三十二日",
        "0000-00-00",
        "9999年",
        "去年同期",
        "上半年",
        "截至",
        "以来",
    ),
    *(
        "1" * 60,
        "1e9999",
        "-0.",
        "\uff13\uff0e\uff15％",
        "〇",
        "亿亿亿",
        "百分之",
        "个百分点",
        "两三万",
        "2.3倍",
    ),
    *("[1]", "【12】", "[来源", "[1,2", "]", "“", "”", "「", "《", "说：", "。", "；", "\n\n\n"),
    *("\x00", "\ufeff", "\u202e", "\u200b", "\ud800", "\udfff", "\u0301" * 40, "\u2028", "\x1b[2J"),
    *("﷽", "𠮷", "👩‍👩‍👧", "ﬀ", "İ", "ß", "ᄀ", "\U000e0041", "\x85", "\r", "\f", "\t"),
    *(
        "<div>" * 50,
        "</p>",
        "<!--",
        "<![CDATA[",
        "&#x110000;",
        "&lol;",
        "<script>",
        "<head",
        "<?xml",
    ),
    *('{"id":', '"text":', "[[[[", "}" * 9, "null", "NaN", "1E400", '"', "\\ud800", "\\", ","),
    *(
        "endobj",
        "stream",
        "/Length -1",
        "/Kids [1 0 R]",
        "xref",
        "trailer",
        "%PDF-1.7",
        "/Type /Page",
    ),
    *(
        "$evidence",
        "{0}",
        "%s",
        "../../etc/passwd",
        "'; DROP TABLE",
        "(" * 60,
        "a" * 600,
        " " * 300,
    ),
)
_BYTES = (
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\x84\x31\x95\x33", b"\x1f\x8b", b"PK\x03\x04", b"\x00" * 8),
    *(b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xa1\xa1", b"\x81"),
)
_HTML = (
    "<html><head><meta charset=utf-8><meta name=author content=林小舟><title>新桥通车</title>"
    "<meta property='article:published_time' content='2024-07-18'></head><body><article>"
    "<h1>新桥通车</h1><p>青岛7月18日讯，新桥今日通车，首日车流达到3.2万辆次，同比增长7.4%。</p>"
    "<h2>投资</h2><p>市长陈志远说：“总投资12.5亿元。”</p><table><tr><td>1</td></tr></table>"
    "</article></body></html>"
)
_MARKDOWN = (
    "---\ntitle: 新桥通车\ndate: 2024-07-18\n---\n# 新桥通车\n\n**记者**说[这里](http://a.example)。"
    "\n\n## 投资\n\n```\n# 不是标题\n```\n<!-- 注 -->总投资12.5亿元。\n"
)
_CSV = (
    "编号,标题,日期,正文,来源\n"
    'a1,新桥通车,2024-07-18,"新桥今日通车，""首日""车流3.2万辆次。\n第二段。",海湾日报\n'
    "a2,港口半年报,2024/7/19,6月吞吐量5800万吨。,半岛晨报\n"
)
_FEEDBACK = json.dumps(
    {
        "question": "步道多长？",
        "answer": "12公里[1]。",
        "verdict": "down",
        "reason": "wrong",
        "citations": [{"article_id": "a1", "quote": "步道总长12公里。"}],
        "time": "2024-07-18T08:00:00+08:00",
    },
    ensure_ascii=False,
)
_SAYINGS = (
    "6月末，云城本外币贷款余额31250.5亿元，比年初增加862亿元，同比增长7.4%，低于上年同期0.3个百分点。",
    "截至2024年7月15日，全市新登记企业1.2万户，约为去年同期的2.3倍，超过三成在新区。",
    "市长陈志远7月18日表示：“今年上半年要完成投资120亿元以上。”此前由副市长李建国主持。",
    "Exports rose 3.5 percent to $1.2 billion in the first half of 2024, up from 1,160 million.",
    "前三季度，雾城GDP为一万二千三百亿元，其中10月份不含；去年12月至今年2月为淡季，每斤二十五块六。",
    "青岛上半年贷款余额是多少？那存款呢？比去年同期多几个百分点？《海湾日报》怎么说？",
    "贷款余额31250亿元[1]，同比增长7.4%【2】。合计62公里（50+12）[1][2]。存款新增862亿元[3, 4]。",
)

Make = Callable[[random.Random], object]


def pdf(
    text: str = "BT /F1 12 Tf 72 720 Td (Bridge opened on Monday, 3.2 million.) Tj ET",
) -> bytes:
    """A small PDF of one page with ``text`` as its content stream."""
    parts = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size, start = len(parts) + 1, len(out)
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode()
    return out + f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()


def seeds() -> dict[str, list[bytes]]:
    """Well-formed files by suffix, from samples/ and from here."""
    pages = [path.read_bytes() for path in sorted((_SAMPLES / "pages").glob("*.txt"))[:6]]
    rows = (_SAMPLES / "export.jsonl").read_bytes().splitlines(keepends=True)[:6]
    asked = (_SAMPLES / "qa.jsonl").read_bytes().splitlines(keepends=True)[:6]
    return {
        ".txt": [*pages, pages[0].decode().encode("gb18030"), pages[0].decode().encode("utf-16")],
        ".html": [_HTML.encode(), _HTML.encode("gb18030")],
        ".md": [_MARKDOWN.encode()],
        ".pdf": [pdf()],
        ".jsonl": [b"".join(rows), *rows],
        ".json": [b"[" + b",".join(row.strip() for row in rows) + b"]", rows[0]],
        ".csv": [_CSV.encode(), _CSV.encode("gb18030"), _CSV.replace(",", "\t").encode()],
        ".txt.gz": [gzip.compress(page, mtime=0) for page in pages[:2]],
        "qa": [b"".join(asked), *asked],
        "feedback": [_FEEDBACK.encode() + b"\n"],
    }


def mutated(rng: random.Random, sources: Sequence[bytes]) -> bytes:
    """One of ``sources`` with one to eight changes: bits, cuts, copies, tokens, splices."""
    data = bytearray(rng.choice(sources))
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((1, 2, 8, 64, 512)))
        change = rng.randrange(7)
        if change == 0 and data:
            data[at % len(data)] ^= 1 << rng.randrange(8)
        elif change == 1:
            del data[at:end]
        elif change == 2:
            data[at:at] = data[at:end] * rng.choice((1, 2, 30))
        elif change == 3:
            data[at:at] = rng.choice(_TOKENS).encode(errors="surrogatepass")
        elif change == 4:
            data[at:at] = rng.choice(_BYTES)
        elif change == 5:
            other = rng.choice(sources)
            data[at:] = other[rng.randrange(len(other) + 1) :]
        else:
            data[at:] = b""
    return bytes(data[: 256 * 1024])


def text(rng: random.Random, longest: int = 4_000) -> str:
    """A text of sentences, tokens and odd characters, up to ``longest`` characters."""
    pieces: list[str] = []
    for _ in range(rng.randint(1, 12)):
        kind = rng.randrange(5)
        if kind == 0:
            pieces.append(rng.choice(_TOKENS))
        elif kind == 1:
            pieces.append(chr(rng.choice((rng.randrange(0x80), rng.randrange(0x11_0000)))))
        elif kind == 2:
            pieces.append("".join(rng.choices("0123456789.,，．%％万亿年月日一二十百千", k=8)))
        else:
            saying = rng.choice(_SAYINGS)
            start = rng.randrange(len(saying))
            pieces.append(saying[start : rng.randint(start, len(saying))])
    return "".join(pieces)[: rng.choice((40, 200, longest))]


def value(rng: random.Random, depth: int = 0) -> object:
    """Any JSON value, nested at most four deep, with odd texts, numbers and keys."""
    kind = rng.randrange(9 if depth < 4 else 6)
    if kind < 2:
        return text(rng, 600)
    if kind < 6:
        odd = (None, True, False, 0, -1, 10**30, 1.5, -0.0, 1e308, "", "2024-02-30", "2024-07-18")
        return rng.choice(odd)
    if kind == 6:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {key(rng): value(rng, depth + 1) for _ in range(rng.randrange(5))}


def key(rng: random.Random) -> str:
    """A field's name, mostly one that the API knows."""
    known = (
        *("question", "words", "text", "filters", "limit", "since", "until", "sources", "sections"),
        *("reporters", "history", "answer", "period", "today", "stream", "messages", "model"),
        *("role", "content", "name", "temperature", "n", "use_llm", "published"),
    )
    return rng.choice(known) if rng.random() < 0.9 else text(rng, 40)
