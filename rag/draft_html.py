"""A checked draft as one HTML page: no script, no network, all text escaped.

Its words are Chinese or English; what the draft and the archive print stays as it is.
"""

import re
from collections import Counter
from collections.abc import Sequence
from html import escape

from rag.draft_labels import ReportLabels, report_labels
from rag.draft_lines import summary
from rag.draft_out import is_unchecked
from rag.draft_types import DraftReport, Finding, Verdict
from rag.draft_words import draft_words
from rag.types import Citation

# Colour is never the only sign: each mark also carries its verdict's sign and its number.
_STYLE = """
:root { color-scheme: light dark; --ok: #1a7f37; --bad: #c62828; --part: #8a5a00; --none: #57606a;
  --bad-back: #fdecea; --part-back: #fff5d6; --line: #d0d7de; --back: #fff; --ink: #1f2328;
  --panel: #f6f8fa; --mark: #ffe08a; }
@media (prefers-color-scheme: dark) { :root { --ok: #57d364; --bad: #ff7b72; --part: #e3b341;
  --none: #9da7b3; --bad-back: #3b1b1b; --part-back: #332a10; --line: #3d444d; --back: #0d1117;
  --ink: #e6edf3; --panel: #161b22; --mark: #5c4a12; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem; max-width: 48rem; background: var(--back);
  color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.75 "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif; }
/* A Chinese font sets English quotation marks a whole character wide. */
:lang(en) body { font-family: system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei",
  sans-serif; }
h1 { font-size: 1.35rem; line-height: 1.4; margin: 0 0 .75rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; padding-bottom: .2rem;
  border-bottom: 1px solid var(--sign); }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; margin: 0 0 1rem; list-style: none; }
.counts a { display: block; border: 1px solid var(--sign); border-radius: 1rem; padding: 0 .75rem;
  text-decoration: none; color: inherit; }
.draft { white-space: pre-wrap; border: 1px solid var(--line); border-radius: .5rem;
  padding: 1rem 1.25rem; line-height: 2.1; }
.draft a { color: inherit; text-decoration: none; border-bottom: 2px solid var(--sign);
  padding: .1em .15em; }
.draft a:hover, .draft a:focus { outline: 2px solid; }
.draft a::after { font-size: .65em; vertical-align: super; content: attr(data-mark); }
.draft a.contradicted { background: var(--bad-back); } .draft a.partly { background: var(--part-back); }
.draft a.not_found { border-bottom-style: dashed; } .draft a.unchecked { border-bottom: 1px dotted; }
.supported { --sign: var(--ok); } .contradicted { --sign: var(--bad); }
.partly { --sign: var(--part); } .not_found, .unchecked { --sign: var(--none); }
.sign { font-weight: 600; color: var(--sign); }
ol { list-style: none; padding: 0; margin: 0; }
li.claim { border-left: 4px solid var(--sign); background: var(--panel); margin: .6rem 0; padding: .5rem .9rem;
  border-radius: 0 .4rem .4rem 0; scroll-margin-top: 1rem; }
li.claim:target { outline: 2px solid var(--ink); }
li p { margin: .15rem 0; } .difference { font-weight: 600; } .kind { color: var(--none); }
mark { background: var(--mark); color: inherit; border-radius: .15em; padding: 0 .1em; }
blockquote { margin: .5rem 0 .2rem; padding-left: .7rem; border-left: 2px solid var(--line); }
.source, .note, footer { font-size: .85rem; color: var(--none); line-height: 1.5; }
.source b { color: var(--ink); font-weight: 600; } .place { opacity: .8; }
summary { cursor: pointer; font-size: .85rem; color: var(--none); }
.back { float: right; text-decoration: none; color: var(--none); padding: 0 .3rem; }
footer { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: .5rem; }
@media print { .back { display: none; } li.claim { break-inside: avoid; } }
"""  # noqa: E501
# The state of a claim, what has to be looked at first, with its sign.
_SIGNS = {
    str(Verdict.CONTRADICTED): "✗",
    str(Verdict.PARTLY): "≈",
    str(Verdict.NOT_FOUND): "?",
    "unchecked": "–",
    str(Verdict.SUPPORTED): "✓",
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_DIFFERS = re.compile(r"【([^【】]*)】")
_THEIRS = re.compile(r"库中(?:当时|另有)?\s*“?([^“”，；、（）]+)")


def report_html(report: DraftReport, *, name: str = "", lang: str = "zh") -> str:
    """The draft with its claims marked, each leading to its evidence below; ``name`` is its file's.

    Pointing at a claim shows the difference, a click goes to the sentence and back. What is
    contradicted stands first in the list. ``report.notes`` are shown as they are; ``lang`` is zh
    or en.
    """
    words = report_labels(lang)
    heading = escape(words.heading.format(name=name or words.unnamed))
    facts = "".join(f"<p>{escape(line)}</p>" for line in summary(report, words))
    return (
        f'<!doctype html>\n<html lang="{words.html_lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{heading} · 溯源 Suyuan</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{heading}</h1>\n{_counted(report, words)}\n"
        f'<div class="draft">{_marked(report, words)}</div>\n'
        f"{_sections(report.findings, words)}\n"
        f"<footer>{facts}</footer>\n</body>\n</html>\n"
    )


def _state(finding: Finding) -> str:
    return "unchecked" if is_unchecked(finding) else str(finding.verdict)


def _state_word(state: str, words: ReportLabels) -> str:
    return words.unchecked if state == "unchecked" else words.verdict[Verdict(state)]


def _counted(report: DraftReport, words: ReportLabels) -> str:
    count = Counter(map(_state, report.findings))
    chips = (
        f'<li><a class="{state}" href="#{state}"><span class="sign">{sign} '
        f"{_state_word(state, words)}</span> {count[state]}</a></li>"
        for state, sign in _SIGNS.items()
        if count[state]
    )
    return f'<ul class="counts">{"".join(chips)}</ul>'


def _marked(report: DraftReport, words: ReportLabels) -> str:
    """The draft with a link around each claim; of two that overlap the first is marked."""
    pieces: list[str] = []
    at = 0
    ordered = sorted(enumerate(report.findings, 1), key=lambda pair: pair[1].claim.start)
    for number, finding in ordered:
        claim = finding.claim
        if claim.start < at:
            continue
        state = _state(finding)
        hint = " ".join(
            part for part in (_state_word(state, words), _said(finding, words.lang)) if part
        )
        pieces.append(escape(report.text[at : claim.start]))
        pieces.append(
            f'<a id="m{number}" href="#c{number}" class="{state}" '
            f'data-mark="{_SIGNS[state]}{number}" title="{escape(hint)}">'
            f"{escape(report.text[claim.start : claim.end])}</a>"
        )
        at = claim.end
    return "".join([*pieces, escape(report.text[at:])])


def _said(finding: Finding, lang: str) -> str:
    quote = finding.evidence[0].quote if finding.evidence else ""
    difference, note = (draft_words(text, lang) for text in (finding.difference, finding.note))
    return " — ".join(part for part in (difference, quote, note) if part)


def _sections(findings: Sequence[Finding], words: ReportLabels) -> str:
    parts = []
    for state, sign in _SIGNS.items():
        held = [
            _item(number, finding, words)
            for number, finding in enumerate(findings, 1)
            if _state(finding) == state
        ]
        if held:
            items = "\n".join(held)
            count = words.bracketed.format(text=len(held))
            parts.append(
                f'<h2 id="{state}" class="{state}"><span class="sign">{sign} '
                f"{_state_word(state, words)}{count}</span></h2>\n<ol>{items}</ol>"
            )
    return "\n".join(parts)


def _item(number: int, finding: Finding, words: ReportLabels) -> str:
    claim, state = finding.claim, _state(finding)
    parts = [
        f'<a class="back" href="#m{number}" aria-label="{words.back}">↑</a>'
        f'<p><span class="sign">{number} {_state_word(state, words)}</span> '
        f'<span class="kind">{words.kind[claim.kind]}</span> {escape(claim.text)}</p>'
    ]
    if finding.difference:
        difference = draft_words(finding.difference, words.lang)
        parts.append(f'<p class="difference">{_highlighted(difference)}</p>')
    if finding.note:
        parts.append(f'<p class="note">{escape(draft_words(finding.note, words.lang))}</p>')
    quoted = "".join(_quoted(item, finding, words) for item in finding.evidence)
    if finding.verdict is Verdict.SUPPORTED and quoted:
        # What is right is looked up seldom: one line each until it is opened.
        source = _source(finding.evidence[0], words)
        quoted = f"<details><summary>{source}</summary>{quoted}</details>"
    return f'<li id="c{number}" class="claim {state}">{"".join([*parts, quoted])}</li>'


def _highlighted(difference: str) -> str:
    """The characters that differ in a quotation, marked."""
    return _DIFFERS.sub(r"<mark>\1</mark>", escape(difference))


def _quoted(item: Citation, finding: Finding, words: ReportLabels) -> str:
    quote = " ".join(item.quote.split())
    place = f"{item.article_id} {item.start}:{item.end}"
    return (
        f'<blockquote>{_with_mark(quote, finding)}<div class="source">{_source(item, words)} '
        f'<span class="place">{escape(place)}</span></div></blockquote>'
    )


def _with_mark(quote: str, finding: Finding) -> str:
    """The sentence with what decides marked: the archive's value, else the claim itself."""
    theirs = _THEIRS.search(finding.difference)
    for wanted in (theirs[1].strip() if theirs else "", finding.claim.text.strip("。，,. ")):
        at = quote.find(wanted) if wanted else -1
        if at >= 0:
            end = at + len(wanted)
            return f"{escape(quote[:at])}<mark>{escape(wanted)}</mark>{escape(quote[end:])}"
    return escape(quote)


def _source(item: Citation, words: ReportLabels) -> str:
    """Day and paper first: they say how much the sentence weighs."""
    day = item.published.isoformat() if item.published else ""
    head = " ".join(part for part in (day, item.source) if part)
    known = words.bracketed.format(text=words.known[item.date_known])
    derived = words.bracketed.format(text=words.title_derived) if item.title_derived else ""
    title = f"{words.headline.format(title=item.title)}{derived}"
    rest = " ".join(part for part in (title, item.section, item.byline) if part)
    return f"<b>{escape(head)}</b>{escape(known)} {escape(rest)}"
