"""How a report looks (CSS) and the little it does by itself (JavaScript). No text, no data."""

STYLE = """
:root { color-scheme: light dark; --ink: #1d2329; --soft: #5b6670; --line: #dde2e7; --back: #fff;
  --panel: #f5f7f9; --ok: #1a7f37; --bad: #b42318; --one: #1f5f8b; --two: #b7791f;
  --three: #5d4a8c; --mark: #fff3c9; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #9aa5af;
  --line: #353d45; --back: #14181c; --panel: #1d2329; --ok: #57d364; --bad: #ff8a80; --one: #6db3e0;
  --two: #e3b341; --three: #b3a1e6; --mark: #4a3f16; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 70rem; background: var(--back);
  color: var(--ink); overflow-wrap: anywhere; font: 1rem/1.65 system-ui, "PingFang SC",
  "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h1::before { content: "溯"; display: inline-block;
  width: 1.6em; margin-right: .5em; border-radius: .25em; background: #a8322a; color: #fff;
  text-align: center; font-family: serif; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; } h3 { font-size: .95rem; margin: 0 0 .5rem; }
.en, .faint, figcaption { color: var(--soft); font-weight: 400; } .en { font-size: .85em; }
.faint, figcaption { font-size: .85rem; }
.made { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin: 0; font-size: .9rem; }
.made div { display: flex; gap: .5rem; } dt { color: var(--soft); flex: none; } dd { margin: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.4rem, 1fr)); gap: .75rem;
  margin: 1.5rem 0 0; }
.tile { background: var(--panel); border-radius: .6rem; padding: .8rem .9rem; }
.tile .en { display: block; } .tile b { display: block; font-size: 1.75rem;
  line-height: 1.3; font-weight: 650; }
.plots { columns: 2 25rem; column-gap: 1.25rem; }
figure { margin: 0 0 1.25rem; padding: 1rem; break-inside: avoid; border-radius: .6rem;
  border: 1px solid var(--line); }
svg { display: block; width: 100%; height: auto; margin: .25rem 0; }
svg text { font-size: 13px; fill: var(--ink); } svg .faint { font-size: 11px; fill: var(--soft); }
svg .value { font-weight: 600; } .grid { stroke: var(--line); } .dot { fill: var(--one); }
.span { stroke: var(--one); stroke-width: 5; stroke-linecap: round; opacity: .3; }
.diagonal { stroke: var(--soft); stroke-dasharray: 4 4; }
.steps { fill: none; stroke-width: 2.25; } .s0 { stroke: var(--one); } .s1 { stroke: var(--two); }
.s2 { stroke: var(--three); }
.key { display: flex; flex-wrap: wrap; gap: .1rem 1rem; list-style: none; padding: 0; margin: 0;
  font-size: .85rem; }
.key i { display: inline-block; width: 1.1em; height: .25em; vertical-align: middle;
  margin-right: .4em; border-radius: 1em; } .key .s0 i { background: var(--one); }
.key .s1 i { background: var(--two); } .key .s2 i { background: var(--three); }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .88rem; width: 100%; }
th, td { padding: .3rem .6rem; text-align: right; white-space: nowrap; }
thead th { border-bottom: 2px solid var(--line); font-weight: 600; vertical-align: bottom; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--back);
  font-weight: 500; } tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody .head th { padding-top: 1.1rem; color: var(--soft); font-size: .85em; }
td small, th small { color: var(--soft); font-weight: 400; }
.bar { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem 1rem;
  align-items: center; padding: .6rem 0; background: var(--back);
  border-bottom: 1px solid var(--line); font-size: .9rem; }
.bar label { display: flex; gap: .4rem; align-items: center; }
select, button, input[type=search] { font: inherit; color: inherit; background: var(--panel);
  border: 1px solid var(--line); border-radius: .35rem; padding: .2rem .5rem; max-width: 12rem; }
button { cursor: pointer; }
.record { margin: .5rem 0; font-size: .9rem; } .record th { font-weight: 400; }
.record td { text-align: left; white-space: normal; }
details { border-bottom: 1px solid var(--line); } summary { display: grid; cursor: pointer;
  grid-template-columns: 1.4rem minmax(0, 1fr) minmax(0, auto); gap: .5rem; padding: .5rem .25rem;
  list-style: none; align-items: baseline; } summary::-webkit-details-marker { display: none; }
summary:hover { background: var(--panel); } summary:focus-visible { outline: 2px solid var(--one); }
.right .sign { color: var(--ok); } .wrong .sign { color: var(--bad); } .sign { font-weight: 700; }
summary .faint { text-align: right; } .said { display: block; color: var(--soft);
  font-size: .9rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
details[open] .said { display: none; }
.body { padding: .25rem .25rem 1.25rem 2.15rem; display: grid; gap: .9rem; font-size: .95rem; }
.body p, .body ol, .body ul { margin: 0; } .body ol, .body ul { padding-left: 1.4rem; }
.body h3 { margin-bottom: .15rem; font-size: .85rem; color: var(--soft); font-weight: 600; }
.text { white-space: pre-wrap; unicode-bidi: isolate; } .gold { background: var(--mark); }
.checks { display: flex; flex-wrap: wrap; gap: .3rem .5rem; list-style: none;
  padding: 0 !important; font-size: .85rem; } .checks li { background: var(--panel);
  border-radius: .3rem; padding: .05rem .5rem; } .checks .low { color: var(--bad); }
[hidden] { display: none; }
@media (max-width: 34rem) { summary { grid-template-columns: 1.2rem minmax(0, 1fr); }
  summary .faint { grid-column: 2; text-align: left; } .body { padding-left: .25rem; }
  body { padding: 1rem .9rem 3rem; } .bar { position: static; }
  svg text { font-size: 16px; } svg .faint { font-size: 14px; } figure { padding: .75rem; }
  .tiles { grid-template-columns: 1fr 1fr; } .tile b { font-size: 1.4rem; } }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --back: #fff;
  --panel: #f2f2f2; --one: #1f5f8b; } body { max-width: none; padding: 0; font-size: 10pt; }
  .plots { columns: 2; } .tiles { grid-template-columns: repeat(4, 1fr); }
  .bar { display: none; } figure, .tile, tr, summary { break-inside: avoid; }
  .wide { overflow: visible; }
  table { font-size: 7.5pt; } th, td { padding: .15rem .3rem; white-space: normal; }
  .said { display: none; } details::details-content { content-visibility: visible;
  block-size: auto; } .body { font-size: 9pt; gap: .3rem; padding-bottom: .6rem; line-height: 1.4; }
  summary { padding: .25rem; }
  .checks li:not(.low) { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""

# Shows the questions that fit the three filters; a link to one opens it; paper gets all of them.
SCRIPT = """
const items = [...document.querySelectorAll('details.q')];
const byId = (id) => document.getElementById(id);
const apply = () => {
  const type = byId('type').value, verdict = byId('verdict').value;
  const words = byId('words').value.trim().toLowerCase();
  let shown = 0;
  for (const item of items) {
    const fits = (!type || item.dataset.type === type)
      && (!verdict || item.classList.contains(verdict))
      && (!words || item.textContent.toLowerCase().includes(words));
    item.hidden = !fits;
    shown += fits;
  }
  byId('shown').textContent = shown + ' / ' + items.length;
};
for (const id of ['type', 'verdict', 'words']) byId(id).addEventListener('input', apply);
byId('open').addEventListener('click', () => {
  const shut = items.some((item) => !item.hidden && !item.open);
  for (const item of items) if (!item.hidden) item.open = shut;
});
addEventListener('beforeprint', () => { for (const item of items) item.open = true; });
apply();
"""
