"""A checked draft as one HTML page: no script, no network, all text escaped."""

from collections.abc import Sequence
from html import escape

from rag.draft_out import KIND_WORDS, VERDICT_WORDS, summary_lines
from rag.draft_types import DraftReport, Finding, Verdict
from rag.export import source_line
from rag.types import Citation

# Colour is never the only sign: each mark also carries its verdict's word or underline.
_STYLE = """
:root { color-scheme: light dark; --ok: #1a7f37; --bad: #c62828; --part: #9a6700; --none: #57606a;
  --line: #d0d7de; --back: #fff; --ink: #1f2328; --panel: #f6f8fa; }
@media (prefers-color-scheme: dark) { :root { --ok: #57d364; --bad: #ff7b72; --part: #e3b341;
  --none: #9da7b3; --line: #3d444d; --back: #0d1117; --ink: #e6edf3; --panel: #161b22; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 46rem; background: var(--back); color: var(--ink);
  font: 1.05rem/1.8 "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.draft { white-space: pre-wrap; border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; }
.draft a { color: inherit; text-decoration: none; border-bottom: 3px solid; padding: 0 .1em; }
.draft a:hover, .draft a:focus { background: var(--panel); }
.draft a::after { font-size: .7em; vertical-align: super; content: attr(data-mark); }
.supported { border-color: var(--ok) !important; } .contradicted { border-color: var(--bad) !important; }
.partly { border-color: var(--part) !important; }
.not_found { border-color: var(--none) !important; border-bottom-style: dashed !important; }
ol { list-style: none; padding: 0; }
li { border-left: 4px solid; background: var(--panel); margin: .75rem 0; padding: .5rem .75rem;
  border-radius: 0 .5rem .5rem 0; scroll-margin-top: 1rem; }
li:target { outline: 2px solid var(--ink); }
li p { margin: .2rem 0; } .word { font-weight: 600; } .difference { font-weight: 600; }
blockquote { margin: .4rem 0; padding-left: .6rem; border-left: 2px solid var(--line); }
.source, .note, footer { font-size: .85rem; color: var(--none); }
"""  # noqa: E501
_MARKS = {
    Verdict.SUPPORTED: "✓",
    Verdict.CONTRADICTED: "✗",
    Verdict.PARTLY: "≈",
    Verdict.NOT_FOUND: "?",
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def report_html(report: DraftReport, *, name: str = "") -> str:
    """The draft with its claims marked, each leading to its evidence below; ``name`` is its file's.

    Pointing at a claim shows the difference, a click goes to the sentence and back.
    """
    title = escape(name or "稿件")
    summary = "".join(f"<p>{escape(line)}</p>" for line in summary_lines(report))
    return (
        '<!doctype html>\n<html lang="zh-Hans">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>核稿 {title} · 溯源 Suyuan</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>核稿结果 Draft check：{title}</h1>\n{_legend()}\n"
        f'<div class="draft">{_marked(report)}</div>\n'
        f"<h2>逐条核对 Claims</h2>\n<ol>{_listed(report.findings)}</ol>\n"
        f"<footer>{summary}</footer>\n</body>\n</html>\n"
    )


def _legend() -> str:
    return "<p>" + "　".join(
        f"{_MARKS[verdict]} {VERDICT_WORDS[verdict]} {verdict}" for verdict in Verdict
    ) + "</p>"  # fmt: skip


def _marked(report: DraftReport) -> str:
    """The draft with a link around each claim; of two that overlap the first is marked."""
    pieces: list[str] = []
    at = 0
    ordered = sorted(enumerate(report.findings, 1), key=lambda pair: pair[1].claim.start)
    for number, finding in ordered:
        claim = finding.claim
        if claim.start < at:
            continue
        hint = " ".join(part for part in (VERDICT_WORDS[finding.verdict], _said(finding)) if part)
        pieces.append(escape(report.text[at : claim.start]))
        pieces.append(
            f'<a id="m{number}" href="#c{number}" class="{finding.verdict}" '
            f'data-mark="{_MARKS[finding.verdict]}" title="{escape(hint)}">'
            f"{escape(report.text[claim.start : claim.end])}</a>"
        )
        at = claim.end
    return "".join([*pieces, escape(report.text[at:])])


def _said(finding: Finding) -> str:
    quote = finding.evidence[0].quote if finding.evidence else ""
    return " — ".join(part for part in (finding.difference, quote, finding.note) if part)


def _listed(findings: Sequence[Finding]) -> str:
    return "\n".join(_item(number, finding) for number, finding in enumerate(findings, 1))


def _item(number: int, finding: Finding) -> str:
    claim = finding.claim
    parts = [
        f'<p><span class="word">{_MARKS[finding.verdict]} {VERDICT_WORDS[finding.verdict]}</span> '
        f"{KIND_WORDS[claim.kind]}：{escape(claim.text)} "
        f'<a href="#m{number}" aria-label="回到稿件 back to the draft">↑</a></p>'
    ]
    if finding.difference:
        parts.append(f'<p class="difference">{escape(finding.difference)}</p>')
    if finding.note:
        parts.append(f'<p class="note">{escape(finding.note)}</p>')
    parts.extend(_quoted(item) for item in finding.evidence)
    return f'<li id="c{number}" class="{finding.verdict}">{"".join(parts)}</li>'


def _quoted(item: Citation) -> str:
    place = f"{source_line(item)}  {item.article_id} {item.start}:{item.end}"
    return (
        f"<blockquote>{escape(' '.join(item.quote.split()))}"
        f'<div class="source">{escape(place)}</div></blockquote>'
    )
