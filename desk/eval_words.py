"""Words for what ``eval`` names in code or in English: measures, faults of rows. No markup."""

import re

from desk.ingest_reasons import worded
from eval.metrics_measures import BY_NAME

# docs/metrics.md defines them; the Chinese ones are eval.metrics_measures'.
MEASURES_EN = {
    "right": "Right",
    "parts": "Answer parts",
    "em": "Exact match",
    "f1": "Overlap F1",
    "rouge_l": "ROUGE-L",
    "period_right": "Period right",
    "conflict_told": "Conflict told",
    "false_conflict": "False conflict",
    "misled": "Misled",
    "chars": "Characters",
    "figure_recall": "Figures given",
    "figure_precision": "Figures right",
    "unsupported": "Unsupported items",
    "cited": "Cites a gold article",
    "article_recall": "Gold articles cited",
    "article_precision": "Cited articles gold",
    "sentence_recall": "Gold sentences cited",
    "sentence_precision": "Cited sentences gold",
    "cite_recall": "Statements carried",
    "cite_precision": "Citations needed",
    "refusal_recall": "Rightly refused",
    "refusal_precision": "Refusals right",
    "over_refusal": "Over-refusal",
    "found": "Gold sentence found",
    "hit@1": "Hit in first",
    "hit@3": "Hit in first 3",
    "hit@5": "Hit in first 5",
    "hit@10": "Hit in first 10",
    "mrr@10": "MRR@10",
    "ndcg@10": "nDCG@10",
    "recall@10": "Recall@10",
    "allgroups@5": "All groups@5",
    "allgroups@10": "All groups@10",
    "answer@5": "Answer@5",
    "evidence_s": "Time to evidence",
    "first_word_s": "Time to first word",
    "total_s": "Time to the end",
    "tokens": "Tokens",
    "prompt_tokens": "Prompt tokens",
    "completion_tokens": "Reply tokens",
}
# What eval.questions, eval.rows, eval.review and eval.metrics_run say of a row, as a pattern; and
# the same in Chinese. Anything else is shown as it is.
_FAULTS = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        (r'unknown field "([^"]*)"', r"有不认识的字段 \1"),
        (r"unknown field in gold: (.+)", r"gold 里有不认识的字段 \1"),
        (r"(id|type|question) must be a text that is not empty", r"\1 须是非空的文字"),
        (r"language must be one of (.+?ko)", r"language 须是这些之一：\1"),
        (r"note must be a text", "note 须是文字"),
        (r"source must be an object", "source 须是对象"),
        (r"exactly one of question and turns is needed", "question 与 turns 须有且只有一个"),
        (r"turns must be a list of texts that are not empty", "turns 须是非空文字的列表"),
        (
            r"as_of must be a date such as (\S+) or null, not (\S+)",
            r"as_of 须是 \1 这样的日期或 null，不能是 \2",
        ),
        (
            r"answers must be a list of parts, each a list of accepted forms",
            "answers 须是要点的列表，每个要点是几种写法的列表",
        ),
        (r"answerable must be true or false", "answerable 须是 true 或 false"),
        (r"the accepted form (.+?) has no letter or digit", r"写法 \1 里没有字或数字"),
        (r"not answerable, but with answers or gold", "标为库中没有，却有 answers 或 gold"),
        (r"answerable without answers", "标为可答，却没有 answers"),
        (r"gold must be a list", "gold 须是列表"),
        (r"gold without article_id", "gold 没有 article_id"),
        (r"gold without quote \(.*?meant\)", 'gold 没有 quote（指整篇时写 ""）'),
        (r"not JSON \(.*\)", "不是 JSON"),
        (r"not a JSON object", "不是 JSON 对象"),
        (r'id "(.*?)" is also on line (\d+)', r"id “\1”在第 \2 行已有"),
        (r"the answer (.+?) is in no gold sentence", r"答案“\1”不在任何一句金标原句里"),
        (r"^no gold sentence$", "没有金标原句"),
        (r"the archive has no article (\S+)", r"库中没有报道 \1"),
        (r"the gold sentence is not in (\S+?): (.*)", r"金标原句不在 \1 里：\2"),
        (r"^id and from must be texts, row an object$", "id 与 from 须是文字，row 须是对象"),
        (r"^(\w+) is missing$", r"缺少 \1"),
        (r"^no id, or a verdict that there is not$", "没有 id，或 verdict 不是这里有的"),
        (
            r"^answers: an answerable question needs one at least$",
            "answers：可答的题至少要有一个答案",
        ),
        # what Pydantic says behind a field's name
        (r"^(\S+): ", r"\1："),
        (r"Field required$", "必须有"),
        (r"Extra inputs are not permitted$", "不该有"),
        (r"String should have no control characters$", "不能有控制字符"),
        (r"Invalid JSON: .*", "不是 JSON"),
        (
            r"(?:String|List|Tuple) should have at least (\d+) (?:character|item)s?.*",
            r"至少要有 \1 个",
        ),
        (r"(?:String|List|Tuple) should have at most (\d+) (?:character|item)s?.*", r"最多 \1 个"),
        (r"Input should be a valid string.*", "须是文字"),
        (r"Input should be a valid (?:list|tuple|array).*", "须是列表"),
        (r"Input should be (?:a valid dictionary|an object).*", "须是对象"),
        (r"Input should be a valid (?:integer|number).*", "须是数字"),
        (r"Input should be a valid boolean.*", "须是 true 或 false"),
        (r"Input should be (.+)", r"须是 \1"),
    )
)


# eval.review tells a reviewer in both languages at once where a proposal comes from.
_TOLD = tuple(
    (re.compile(pattern), {"zh": chinese, "en": english})
    for pattern, chinese, english in (
        (r"^检索第 (\d+) 句 found as sentence \d+$", r"检索到的第 \1 句", r"found as sentence \1"),
        (r"^当时的回答 Answer then: ", "当时的回答：", "Answer then: "),
        (r"^读者给的答案 Reader's answer: ", "读者给的答案：", "Reader's answer: "),
        (r"^当时所引 Cited then: ", "当时所引：", "Cited then: "),
    )
)


def measure_label(name: str, lang: str) -> str:
    """What a measure is called."""
    return MEASURES_EN[name] if lang == "en" else BY_NAME[name].label


def fault_words(fault: str, lang: str) -> str:
    """What is wrong with a row, in ``lang``.

    >>> fault_words("gold must be a list, answerable without answers", "zh")
    'gold 须是列表，标为可答，却没有 answers'
    """
    if lang == "en":
        return fault
    if (reason := worded(fault, lang)) != fault:  # of a line that is no text that is read
        return reason
    for pattern, chinese in _FAULTS:
        fault = pattern.sub(chinese, fault)
    return fault.replace(", ", "，")


def told_words(line: str, lang: str) -> str:
    """One line on where a proposal comes from, in ``lang`` alone.

    >>> told_words("检索第 2 句 found as sentence 2", "en")
    'found as sentence 2'
    """
    for pattern, said in _TOLD:
        line = pattern.sub(said[lang], line)
    return line
