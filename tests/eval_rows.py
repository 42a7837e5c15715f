"""A small question set and a run over it, as ``suyuan eval qa`` writes them; our own writing."""

import copy
import json

QUESTIONS = (
    {
        "id": "loans",
        "type": "figure",
        "question": "2031年6月末云城各项贷款余额是多少？",
        "answerable": True,
        "as_of": "2031-07-21",
        "answers": [["512亿元"]],
        "gold": [{"article_id": "yc-1", "quote": "6月末，云城各项贷款余额512亿元。"}],
    },
    {
        "id": "index",
        "type": "period",
        "question": "2031年6月云城采购指数是多少？",
        "answerable": True,
        "as_of": "2031-07-21",
        "answers": [["50.2%"]],
        "gold": [{"article_id": "yc-2", "quote": ""}],
    },
    {
        "id": "both",
        "type": "multi",
        "question": "绿道和地铁二号线各有多少座站？",
        "answerable": True,
        "as_of": "2031-07-21",
        "answers": [["12座"], ["23座"]],
        "gold": [
            {"article_id": "yc-3", "quote": "绿道设驿站12座。"},
            {"article_id": "yc-4", "quote": "地铁二号线设车站23座。"},
        ],
    },
    {
        "id": "airport",
        "type": "unanswerable",
        "question": "云城机场什么时候扩建？",
        "answerable": False,
        "as_of": "2031-07-21",
    },
)
NOT_FOUND = "库中没有找到能回答这个问题的报道。"


def quote(article_id, text, *, published="2031-07-20", **fields):
    return {"article_id": article_id, "title": f"报道{article_id}", "source": "云城晚报",
            "published": published, "quote": text, **fields}  # fmt: skip


def answer(question, text, citations, **fields):
    return {
        "id": question["id"],
        "status": "answered",
        "text": text,
        "question": {"asked": question["question"]},
        "citations": [{**item, "marker": n} for n, item in enumerate(citations, 1)],
        "evidence": [{**item, "text": item["quote"], "quote": "", "number": n}
                     for n, item in enumerate(citations, 1)],
        "checks": [],
        "timings": {"understand": 0.1, "retrieve": 0.2, "evidence": 0.3, "total": 2.0},
        "model": "scripted",
        "notes": [],
        **fields,
    }  # fmt: skip


def good_rows():
    """Every answer right, every sentence the gold one, the unanswerable refused."""
    loans, index, both, airport = QUESTIONS
    return [
        answer(loans, "6月末，云城各项贷款余额512亿元[1]。",
               [quote("yc-1", "6月末，云城各项贷款余额512亿元。")]),
        answer(index, "云城采购指数为50.2%[1]。", [quote("yc-2", "6月，云城采购指数为50.2%。")]),
        answer(both, "绿道设驿站12座[1]，地铁二号线设车站23座[2]。",
               [quote("yc-3", "绿道设驿站12座。"), quote("yc-4", "地铁二号线设车站23座。")]),
        answer(airport, NOT_FOUND, [], status="not_found"),
    ]  # fmt: skip


def changed(number, change):
    """The good run with one row altered in place by ``change``."""
    rows = copy.deepcopy(good_rows())
    change(rows[number])
    return rows


def write_lines(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    return path


def write_set(folder):
    return write_lines(folder / "set.jsonl", QUESTIONS)


def write_run(folder, name, rows=None):
    return write_lines(folder / name / "answers.jsonl", rows or good_rows()).parent
