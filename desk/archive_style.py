"""How the Archive tab looks (CSS) and what it does by itself (JavaScript). No text, no data."""

from desk.ingest_style import CSS_INGEST

# A click, or Enter on a bar, is sent to the server as what the element carries.
JS_BROWSE = """
const NAMES = [
  'article', 'version', 'set', 'value', 'since', 'until', 'drop', 'page', 'intake', 'takedown',
];
const CARRIES = NAMES.map((name) => `[data-${name}]`).join(', ');
const carrier = (event) => {
  const target = event.target.closest(CARRIES);
  return target && element.contains(target) && !target.disabled ? target : null;
};
const send = (event) => {
  const target = carrier(event);
  if (!target || String(window.getSelection())) return;
  if (target.dataset.article) {
    const inside = target.tagName === 'BUTTON' ? target : target.querySelector('button');
    if (!element.querySelector('.sy-article')) window.suyuanOpener = inside;
  }
  if (target.dataset.intake) window.suyuanOpener = target;
  const sent = {};
  if (target.dataset.takedown) {
    target.disabled = true;
    sent.reason = target.closest('details').querySelector('input').value;
  }
  for (const name of NAMES) if (name in target.dataset) sent[name] = target.dataset[name];
  trigger('select', sent);
};
element.addEventListener('click', (event) => {
  const jump = event.target.closest('a[href^="#"]');
  if (jump) {  // Gradio's <base> would make it a link to another page
    event.preventDefault();
    document.querySelector(jump.getAttribute('href'))?.scrollIntoView();
    return;
  }
  if (!event.target.closest('summary, a[href], [data-close]')) send(event);
});
element.addEventListener('keydown', (event) => {
  if (!event.target.closest('g[role]') || !['Enter', ' '].includes(event.key)) return;
  event.preventDefault();
  send(event);
});
const tell = (event) => {
  const said = element.querySelector('.sy-plot output');
  if (!said) return;
  const left = ['mouseout', 'focusout'].includes(event.type);
  const bar = left ? null : event.target.closest('g[role]');
  said.textContent = bar ? bar.getAttribute('aria-label') : said.dataset.idle;
};
for (const kind of ['mouseover', 'mouseout', 'focusin', 'focusout']) {
  element.addEventListener(kind, tell);
}
"""

# The form shows what the list was narrowed by, however that came about.
JS_LISTED = (
    JS_BROWSE
    + """
let shown = '';
watch('value', () => {
  const shelf = element.querySelector('.sy-shelf');
  const form = document.querySelector('.sy-finder');
  if (!shelf || !form) return;
  const { text, from, to } = shelf.dataset;
  if (form.elements.text !== document.activeElement) form.elements.text.value = text;
  form.elements.since.value = from;
  form.elements.until.value = to;
  const now = shelf.textContent;
  if (shown && now !== shown) {
    const left = element.closest('.sy-left');
    if (left) left.scrollTop = 0;
    if (innerWidth <= 860) document.querySelector('#sy-finder').scrollIntoView();
  }
  shown = now;
});
"""
)

JS_FINDER = """
element.addEventListener('submit', (event) => {
  event.preventDefault();
  trigger('submit', Object.fromEntries(new FormData(event.target)));
});
element.addEventListener('click', (event) => {
  const target = event.target.closest('[data-intake]');
  if (!target) return;
  window.suyuanOpener = target;
  trigger('select', { intake: target.dataset.intake });
});
"""

CSS_ARCHIVE = (
    CSS_INGEST
    + """
#sy-finder {
  padding-top: 20px; padding-bottom: 4px; position: sticky; top: 0; z-index: 4;
  background: var(--sy-paper);
}
.sy-finder, .sy-finder div { display: flex; gap: 8px; }
.sy-finder { flex-direction: column; }
.sy-finder input, .sy-finder button {
  font-size: 15px; line-height: 1.5; padding: 8px 14px; border-radius: 10px;
  border: 1px solid var(--sy-line); background: var(--sy-sheet); color: var(--sy-ink); min-width: 0;
}
.sy-finder input[type="search"] { flex: 1 1 0; font-size: 16px; }
.sy-finder input::placeholder { color: var(--sy-soft); opacity: 1; }
.sy-finder input:focus { border-color: var(--sy-red); outline: none; }
.sy-finder button {
  background: #a3291f; border-color: #a3291f; color: #fff; cursor: pointer; min-width: 76px;
}
.sy-finder button:hover { background: #87211a; }
.sy-finder .sy-way-in {
  padding: 5px 14px; font-size: 14px; background: var(--sy-sheet); color: var(--sy-ink);
  border-color: var(--sy-line); min-width: 0; white-space: nowrap;
}
.sy-finder .sy-way-in:hover { background: var(--sy-wash); }
.sy-finder label {
  display: flex; align-items: center; gap: 8px; flex: 1 1 0; min-width: 0; font-size: 14px;
  color: var(--sy-soft); white-space: nowrap;
}
.sy-finder label input { flex: 1 1 0; width: 0; padding: 5px 10px; font-size: 14px; }
.sy-shelf { padding-bottom: 32px; }
.sy-chips { display: flex; flex-wrap: wrap; gap: 6px; margin: 10px 0 0; }
.sy-chips button {
  display: inline-flex; gap: 8px; align-items: center; padding: 2px 12px; border-radius: 999px;
  border: 1px solid var(--sy-red); background: var(--sy-red-wash); color: var(--sy-red);
  font-size: 14px; line-height: 1.7; cursor: pointer; max-width: 100%; overflow-wrap: anywhere;
}
.sy-chips .sy-clear { border-color: transparent; background: none; color: var(--sy-soft); }
.sy-shown {
  display: flex; justify-content: space-between; gap: 12px; margin: 12px 0 2px; font-size: 13px;
  color: var(--sy-soft);
}
.sy-jump { display: none; color: var(--sy-blue); }
.sy-list { list-style: none; margin: 0; padding: 0; }
.sy-list > li {
  padding: 12px 12px; margin: 0 -12px; border-bottom: 1px solid var(--sy-line); cursor: pointer;
}
.sy-list > li:hover { background: var(--sy-wash); }
.sy-list .sy-head { margin: 0; }
.sy-list .sy-open { font: 700 17px/1.5 var(--sy-serif); color: var(--sy-ink); }
.sy-list .sy-open:hover { color: var(--sy-blue); }
.sy-passage {
  margin: 2px 0 0; font-size: 14.5px; line-height: 1.7; color: var(--sy-soft);
  overflow-wrap: anywhere;
}
.sy-passage mark { background: var(--sy-mark); color: var(--sy-ink); border-radius: 2px; }
.sy-pager {
  display: flex; align-items: center; justify-content: center; gap: 16px; padding: 18px 0 0;
  font-size: 14px; color: var(--sy-soft);
}
.sy-pager button {
  padding: 5px 16px; border-radius: 8px; border: 1px solid var(--sy-line); color: var(--sy-ink);
  background: var(--sy-sheet); cursor: pointer;
}
.sy-pager button:disabled { opacity: .45; cursor: default; }

.sy-plot { margin: 0 0 6px; position: relative; }
.sy-plot figcaption {
  display: flex; justify-content: space-between; gap: 12px; font-size: 14px; font-weight: 600;
  color: var(--sy-soft);
}
.sy-plot output { font-weight: 400; font-size: 13px; font-variant-numeric: tabular-nums; }
.sy-plot svg {
  display: block; width: 100%; height: 120px;
  border-bottom: 1px solid var(--sy-soft); overflow: visible;
}
.sy-plot-area { position: relative; margin-top: 26px; }
.sy-plot-area span {  /* above its line: the tallest bar reaches it */
  position: absolute; bottom: 100%; left: 0; width: 100%; border-bottom: 1px dotted var(--sy-line);
  font-size: 12px; line-height: 1.4; color: var(--sy-soft); pointer-events: none;
}
.sy-bin { cursor: pointer; outline: none; }
.sy-hit { fill: transparent; }
.sy-ink { fill: var(--sy-blue); }
.sy-gap { fill: var(--sy-red); opacity: .13; }
.sy-found .sy-gap { fill: transparent; }
.sy-bin:hover .sy-hit, .sy-bin:focus-visible .sy-hit { fill: var(--sy-wash); }
.sy-bin:hover .sy-ink, .sy-bin[aria-pressed="true"] .sy-ink { fill: var(--sy-red); }
.sy-bin:focus-visible .sy-hit {
  stroke: var(--sy-focus); stroke-width: 2px; vector-effect: non-scaling-stroke;
}
.sy-hole { cursor: default; pointer-events: all; }
.sy-plot-labels {
  position: relative; height: 20px; font-size: 12px; color: var(--sy-soft);
  font-variant-numeric: tabular-nums;
}
.sy-plot-labels span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.sy-plot-labels span:first-child { transform: translateX(-12px); }
.sy-facet .sy-more { margin-top: 4px; }
.sy-meta time { white-space: nowrap; }
.sy-holes { margin: 2px 0 0; font-size: 13px; line-height: 1.7; color: var(--sy-soft); }
.sy-holes i {
  display: inline-block; width: 10px; height: 10px; margin-right: 6px; background: var(--sy-red);
  opacity: .3;
}
.sy-undated { margin: 4px 0 0; }
.sy-facet { margin-top: 18px; }
.sy-panel .sy-facet h3 { margin: 0 0 4px; }
.sy-facet ul {
  list-style: none; margin: 0; padding: 0; display: grid;
  grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: 0 16px;
}
.sy-facet button, .sy-undated button {
  display: flex; align-items: baseline; justify-content: space-between; gap: 10px; width: 100%;
  padding: 3px 8px; margin: 0 -8px; border: 0; border-radius: 6px; background: none;
  text-align: left; color: var(--sy-ink); font-size: 14px; line-height: 1.65; cursor: pointer;
}
.sy-undated button { width: auto; }
.sy-facet button span { overflow-wrap: anywhere; }
.sy-facet button b, .sy-undated b {
  font-weight: 400; color: var(--sy-soft); font-variant-numeric: tabular-nums;
}
.sy-facet button:hover, .sy-undated button:hover { background: var(--sy-wash); }
.sy-facet button[aria-pressed="true"], .sy-undated button[aria-pressed="true"] {
  background: var(--sy-red-wash); color: var(--sy-red); font-weight: 600;
}
.sy-ingest p { margin: 0; font-size: 14px; line-height: 1.7; color: var(--sy-soft); }
.sy-ingest pre {
  margin: 4px 0 0; padding: 4px 12px; border-radius: 6px; border: 1px solid var(--sy-line);
  width: fit-content; font: 13px/1.6 ui-monospace, Menlo, Consolas, monospace;
}
.sy-more-of { margin-top: 18px; padding-top: 12px; border-top: 1px solid var(--sy-line); }
.sy-more-of h3 { font-size: 14px; font-weight: 600; color: var(--sy-soft); margin: 12px 0 4px; }
.sy-same-page { margin: 0; padding-left: 28px; font-size: 14px; }
.sy-same-page li { padding: 3px 0; }
.sy-same-page li[aria-current] { font-weight: 600; }
.sy-same-page .sy-open { font-weight: 400; }
.sy-versions { margin: 0; font-size: 14px; color: var(--sy-soft); }
@media (max-width: 860px) {
  #sy-finder { position: static; padding-top: 14px; scroll-margin-top: 104px; }
  .sy-finder .sy-way-in { display: none; }  /* the one below the counts stays */
  .sy-jump { display: inline; white-space: nowrap; }
  .sy-plot-labels span:nth-child(even) { display: none; }
  #sy-overview { scroll-margin-top: 104px; }
}
"""
)
