"""How the Evaluate tab looks (CSS). No text, no data."""

CSS_EVAL = """
#sy-eval [data-verdict="right"] { --v: var(--sy-ok); }
#sy-eval [data-verdict="wrong"] { --v: var(--sy-red); }
#sy-eval [data-verdict="open"] { --v: var(--sy-soft); }
.sy-eval-top {
  display: flex; align-items: center; justify-content: space-between; gap: 12px; flex-wrap: wrap;
  padding: 22px 0 6px;
}
.sy-eval-top h2 { font: 700 26px/1.4 var(--sy-serif); margin: 0; }
.sy-eval-lead { margin: 0 0 12px; color: var(--sy-soft); font-size: 15px; line-height: 1.7; }
.sy-panes {
  display: flex; width: fit-content; max-width: 100%; padding: 3px; gap: 2px; border-radius: 10px;
  background: var(--sy-wash); margin: 14px 0;
}
.sy-eval-top .sy-panes { margin: 0; }
.sy-panes button {
  padding: 4px 14px; border: 0; border-radius: 8px; background: none; color: var(--sy-soft);
  font-size: 14px; line-height: 1.6; cursor: pointer; white-space: nowrap;
}
.sy-panes button[aria-pressed="true"] {
  background: var(--sy-sheet); color: var(--sy-ink); font-weight: 600;
  box-shadow: 0 1px 2px rgba(0, 0, 0, .12);
}
.sy-panes b {
  margin-left: 6px; padding: 0 7px; border-radius: 999px; background: var(--sy-red);
  color: var(--sy-sheet); font-size: 12px; line-height: 1.5; font-weight: 600;
}
/* Without :is(): Gradio repeats every rule below its own class and cuts it at each comma. */
#sy-eval input:not([type="file"]):not([type="checkbox"]), #sy-eval select, #sy-eval textarea {
  width: 100%; min-width: 0; font: inherit; font-size: 15px; line-height: 1.6; padding: 7px 12px;
  border-radius: 9px; border: 1px solid var(--sy-line); background-color: var(--sy-sheet);
  color: var(--sy-ink);
}
#sy-eval select {
  text-overflow: ellipsis; padding-right: 30px; appearance: none; background-repeat: no-repeat;
  background-size: 5px 5px; background-position: right 15px center, right 10px center;
  background-image: linear-gradient(45deg, transparent 50%, var(--sy-soft) 50%),
    linear-gradient(-45deg, transparent 50%, var(--sy-soft) 50%);
}
#sy-eval textarea { resize: vertical; }
#sy-eval :is(input, select, textarea)::placeholder { color: var(--sy-soft); opacity: 1; }
.sy-fields { display: grid; grid-template-columns: 1fr 1fr; gap: 10px 12px; }
.sy-fields .sy-wide { grid-column: 1 / -1; }
.sy-fields label > span, .sy-area > span {
  display: flex; justify-content: space-between; gap: 10px; font-size: 13px; line-height: 1.7;
  color: var(--sy-soft);
}
.sy-acts {
  display: flex; flex-wrap: wrap; align-items: center; gap: 8px 10px; margin: 12px 0 4px;
}
.sy-acts small { flex: 1 1 180px; font-size: 12.5px; line-height: 1.5; color: var(--sy-soft); }
#sy-eval .sy-main {
  padding: 8px 24px; border-radius: 10px; border: 1px solid #a3291f; background: #a3291f;
  color: #fff; font-size: 15px; line-height: 1.5; cursor: pointer;
}
#sy-eval .sy-main:hover { background: #87211a; }
#sy-eval:has([data-running]) .sy-eval-form .sy-main { opacity: .5; }
#sy-eval .sy-main:disabled { opacity: .5; cursor: default; }
#sy-eval .sy-plain, .sy-pick span {
  display: inline-block; padding: 6px 14px; border-radius: 9px; border: 1px solid var(--sy-line);
  background: var(--sy-sheet); color: var(--sy-ink); font-size: 14px; line-height: 1.6;
  cursor: pointer;
}
#sy-eval .sy-plain:hover, .sy-pick:hover span { background: var(--sy-wash); }
.sy-pick { position: relative; }
.sy-pick input { position: absolute; inset: 0; opacity: 0; cursor: pointer; width: 100%; }
.sy-pick input:focus-visible + span { outline: 2px solid var(--sy-focus); outline-offset: 2px; }
#sy-eval .sy-flag ul { margin: 6px 0 0; padding-left: 20px; }
#sy-eval-strip progress {
  display: block; width: 100%; height: 6px; margin-top: 8px; border: 0; border-radius: 6px;
  appearance: none; background: var(--sy-wash); overflow: hidden;
}
#sy-eval-strip progress::-webkit-progress-bar { background: var(--sy-wash); }
#sy-eval-strip progress::-webkit-progress-value { background: var(--sy-red); }
#sy-eval-strip progress::-moz-progress-bar { background: var(--sy-red); }
.sy-none { padding: 26px 0; }
.sy-none h3 { font-size: 17px; font-weight: 600; margin: 0 0 4px; }
.sy-none p { margin: 0; font-size: 15px; line-height: 1.7; color: var(--sy-soft); max-width: 34em; }
.sy-none pre {
  margin: 8px 0 0; padding: 8px 12px; border-radius: 8px; border: 1px solid var(--sy-line);
  background: var(--sy-sheet); font: 13px/1.6 ui-monospace, Menlo, Consolas, monospace;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.sy-list-head { margin: 18px 0 2px; font-size: 14px; font-weight: 600; color: var(--sy-soft); }
.sy-runs-list, .sy-asked-list { list-style: none; margin: 0 0 20px; padding: 0; }
.sy-runs-list > li, .sy-asked-list > li { border-bottom: 1px solid var(--sy-line); }
.sy-runs-list button {
  display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 14px; width: calc(100% + 24px);
  margin: 0 -12px; padding: 10px 12px; border: 0; border-radius: 8px; background: none;
  text-align: left; color: var(--sy-ink); cursor: pointer;
}
.sy-runs-list button:hover, .sy-asked-list button:hover { background: var(--sy-wash); }
.sy-runs-list button[aria-current], .sy-asked-list button[aria-current] {
  background: var(--sy-red-wash);
}
.sy-run-name { font-size: 16px; font-weight: 600; line-height: 1.5; overflow-wrap: anywhere; }
.sy-score {
  grid-row: span 2; align-self: center; text-align: right; font-size: 13px; line-height: 1.4;
  color: var(--sy-soft); font-variant-numeric: tabular-nums; white-space: nowrap;
}
.sy-score b { font-size: 20px; font-weight: 650; color: var(--sy-ink); }
.sy-score small { display: block; font-size: 12px; }

#sy-eval .sy-run > h2, #sy-eval .sy-versus > h2, #sy-eval .sy-judge > h2 {
  font-size: 19px; outline: none; overflow-wrap: anywhere;
}
#sy-eval .sy-status { margin: 0; }
.sy-run .sy-delete { font-size: 14px; }
.sy-run .sy-delete summary { cursor: pointer; color: var(--sy-soft); padding: 6px 4px; }
.sy-run .sy-delete p { margin: 0 0 6px; color: var(--sy-soft); }
.sy-run .sy-delete button {
  padding: 4px 14px; border-radius: 8px; border: 1px solid var(--sy-red); background: none;
  color: var(--sy-red); font-size: 14px; cursor: pointer;
}
.sy-compare-form { display: flex; align-items: flex-end; gap: 10px; }
.sy-compare-form label { flex: 1 1 0; min-width: 0; font-size: 13px; color: var(--sy-soft); }
.sy-tiles {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(132px, 1fr)); gap: 10px;
}
.sy-tiles > div { padding: 10px 14px; border-radius: 10px; background: var(--sy-wash); }
.sy-tiles :is(span, small) { display: block; font-size: 13px; color: var(--sy-soft); }
.sy-tiles small { font-size: 12px; font-variant-numeric: tabular-nums; }
.sy-tiles b { display: block; font-size: 25px; line-height: 1.35; font-weight: 650; }
#sy-eval details > summary { cursor: pointer; }
.sy-gate { margin: 14px 0 0; padding: 8px 14px; border-radius: 8px; font-size: 14px; }
.sy-gate[data-passed="true"] { background: var(--sy-ok-wash); }
.sy-gate[data-passed="false"] { background: var(--sy-red-wash); }
.sy-gate p { margin: 6px 0 0; }
.sy-gate ul { list-style: none; margin: 6px 0 0; padding: 0; }
.sy-gate li { display: flex; justify-content: space-between; flex-wrap: wrap; gap: 0 12px; }
.sy-gate li span { color: var(--sy-soft); font-variant-numeric: tabular-nums; }
.sy-gate li[data-failed="true"] { color: var(--sy-red); font-weight: 600; }
.sy-figs { columns: 2 360px; column-gap: 18px; margin-top: 18px; }
.sy-figs figure {
  margin: 0 0 18px; padding: 12px 14px; break-inside: avoid; border-radius: 10px;
  border: 1px solid var(--sy-line);
}
.sy-figs h4 { margin: 0 0 4px; font-size: 14px; font-weight: 600; }
.sy-figs figcaption { font-size: 12.5px; line-height: 1.6; color: var(--sy-soft); }
.sy-figs svg { display: block; width: 100%; height: auto; }
.sy-figs svg text { font-size: 13px; fill: var(--sy-ink); }
.sy-figs svg .faint { font-size: 11px; fill: var(--sy-soft); }
.sy-figs svg .value { font-weight: 600; }
.sy-figs .grid { stroke: var(--sy-line); }
.sy-figs .dot { fill: var(--sy-blue); }
.sy-figs .span { stroke: var(--sy-blue); stroke-width: 5; stroke-linecap: round; opacity: .3; }
.sy-figs .diagonal { stroke: var(--sy-soft); stroke-dasharray: 4 4; }
.sy-figs .steps { fill: none; stroke-width: 2.25; }
.sy-figs .s0 { stroke: var(--sy-blue); --k: var(--sy-blue); }
.sy-figs .s1 { stroke: var(--sy-amber); --k: var(--sy-amber); }
.sy-figs .s2 { stroke: var(--sy-red); --k: var(--sy-red); }
.sy-figs figcaption ul {
  display: flex; flex-wrap: wrap; gap: 0 16px; list-style: none; margin: 0; padding: 0;
}
.sy-figs figcaption i {
  display: inline-block; width: 16px; height: 4px; margin-right: 6px; border-radius: 4px;
  vertical-align: middle; background: var(--k);
}
.sy-wide-table { overflow-x: auto; margin-top: 10px; }
.sy-wide-table table {
  border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums;
}
.sy-wide-table :is(th, td) { padding: 5px 10px; text-align: right; white-space: nowrap; }
.sy-wide-table td { border-top: 1px solid var(--sy-line); }
#sy-eval .sy-wide-table th:first-child {
  position: sticky; left: 0; background: var(--sy-sheet); text-align: left; font-weight: 500;
  border-top: 1px solid var(--sy-line);
}
#sy-eval .sy-wide-table thead :is(th, th:first-child) {
  border: 0; font-weight: 600; vertical-align: bottom;
}
#sy-eval .sy-wide-table .sy-group th:first-child {
  position: static; padding-top: 16px; color: var(--sy-soft); font-weight: 600; border: 0;
}
.sy-wide-table small { display: block; font-size: 11.5px; font-weight: 400; color: var(--sy-soft); }
.sy-versus .sy-wide-table :is(th, td) { padding: 5px 6px; }
.sy-wide-table [data-verdict] { color: var(--v); font-weight: 600; }

.sy-only { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
.sy-only button {
  padding: 3px 12px; border-radius: 999px; border: 1px solid var(--sy-line); font-size: 14px;
  line-height: 1.7; background: none; color: var(--sy-ink); cursor: pointer;
}
.sy-only button b { font-weight: 400; color: var(--sy-soft); }
.sy-only button[aria-pressed="true"] {
  border-color: var(--sy-red); background: var(--sy-red-wash); color: var(--sy-red);
}
#sy-eval .sy-only select {
  width: auto; max-width: 132px; padding: 3px 28px 3px 10px; font-size: 14px;
}
.sy-asked-list { margin-top: 10px; }
.sy-asked-list button {
  display: flex; gap: 10px; width: calc(100% + 20px); margin: 0 -10px; padding: 9px 10px; border: 0;
  border-radius: 8px; background: none; text-align: left; color: var(--sy-ink); cursor: pointer;
}
.sy-asked-list button > span:last-child { min-width: 0; flex: 1; }
.sy-asked-list b { display: block; font-size: 15px; font-weight: 600; line-height: 1.6; }
.sy-asked-list b + span, .sy-flips b ~ span {
  display: block; font-size: 14px; line-height: 1.6; color: var(--sy-soft); overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap;
}
.sy-asked-list small { font-size: 12.5px; color: var(--sy-soft); overflow-wrap: anywhere; }
.sy-sign { color: var(--v); font-weight: 700; flex: none; width: 18px; text-align: center; }

.sy-judged header { padding: 16px 0 4px; border: 0; }
.sy-judged h2 { font: 700 20px/1.5 var(--sy-serif); }
.sy-judged h3, .sy-versus h3, .sy-judge h3 {
  margin: 18px 0 4px; font-size: 13.5px; font-weight: 600; color: var(--sy-soft);
}
.sy-versus h3 b { font-weight: 400; }
.sy-verdict { margin: 0; color: var(--v); font-weight: 600; font-size: 15px; }
.sy-reply {
  margin: 0; font-size: 16px; line-height: 1.8; white-space: pre-wrap; overflow-wrap: anywhere;
}
.sy-judged :is(ul, ol) { margin: 0; padding-left: 22px; font-size: 15px; line-height: 1.7; }
.sy-judged ul:is(.sy-parts, .sy-quoted, .sy-checks) { list-style: none; padding: 0; }
.sy-parts li, .sy-quoted li { padding: 5px 0; border-bottom: 1px solid var(--sy-line); }
.sy-parts b { color: var(--v); margin-right: 6px; font-weight: 600; font-size: 14px; }
.sy-judged .sy-open { font-size: 13px; font-weight: 500; }
.sy-checks { display: flex; flex-wrap: wrap; gap: 5px 8px; }
.sy-checks li {
  padding: 1px 10px; border-radius: 6px; background: var(--sy-wash); font-size: 13px;
  color: var(--sy-soft);
}
.sy-checks b { color: var(--sy-ink); }
.sy-checks .sy-low b { color: var(--sy-red); }
.sy-sides { margin: 0; font-size: 14px; line-height: 1.7; }
.sy-sides > div { display: flex; gap: 10px; }
.sy-sides dt { font-weight: 700; }
.sy-sides dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.sy-turns {
  display: flex; flex-wrap: wrap; gap: 8px; list-style: none; margin: 8px 0; padding: 0;
  font-size: 14px; color: var(--sy-soft);
}
.sy-turns li { padding: 4px 12px; border-radius: 8px; background: var(--sy-wash); }
.sy-turns b { color: var(--sy-ink); font-size: 16px; }
.sy-made, .sy-differences details { margin: 10px 0; font-size: 14px; }
.sy-made summary { color: var(--sy-amber); }
.sy-change summary h3 { display: inline-block; margin: 10px 0 0; }
.sy-differences summary small { color: var(--sy-soft); }

.sy-judge-form fieldset {
  margin: 14px 0; padding: 8px 14px 14px; border: 1px solid var(--sy-line); border-radius: 10px;
}
.sy-judge-form legend { padding: 0 6px; font-size: 14px; font-weight: 600; }
.sy-judge-form details { margin-top: 10px; font-size: 14px; color: var(--sy-soft); }
.sy-area { display: block; margin-top: 10px; }
.sy-area small { font-size: 12.5px; text-align: right; }
.sy-tick { display: flex; align-items: center; gap: 8px; align-self: end; padding-bottom: 8px; }
#sy-eval .sy-tick span { font-size: 14px; color: var(--sy-ink); }
.sy-told {
  margin: 0; padding-left: 20px; font-size: 14px; line-height: 1.7; overflow-wrap: anywhere;
}
.sy-judge-form .sy-verdicts {
  position: sticky; bottom: 0; padding: 10px 0; margin-bottom: 0; background: var(--sy-sheet);
}
@media (max-width: 860px) {
  #sy-eval-side { scroll-margin-top: 104px; min-height: 0; }
  .sy-eval-top { padding-top: 14px; }
  .sy-figs { columns: 1; }
  .sy-figs svg text { font-size: 16px; }
  .sy-figs svg .faint { font-size: 14px; }
  .sy-tiles { grid-template-columns: 1fr 1fr; }
  .sy-fields { grid-template-columns: 1fr 1fr; }
  .sy-judge-form .sy-fields { grid-template-columns: 1fr; }
}
"""
