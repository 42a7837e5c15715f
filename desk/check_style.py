"""How the Check tab looks (CSS) and what it does by itself (JavaScript). No text, no data."""

from desk.script import JS

# The draft's length, and a file that is chosen or dropped: read here, sent as base64, never stored.
JS_DRAFTING = """
const MAX_FILE = __MAX_FILE__;
const box = () => document.querySelector('#sy-draft textarea');
const count = () => {
  const shown = element.querySelector('.sy-count');
  if (!shown || !box()) return;
  const length = [...box().value].length, limit = Number(shown.dataset.limit);
  shown.classList.toggle('sy-too-long', length > limit);
  const said = length > limit ? shown.dataset.over : shown.dataset.fits;
  shown.textContent = said.replace('{count}', length.toLocaleString('en'))
    .replace('{limit}', limit.toLocaleString('en'));
};
const send = (file) => {
  if (!file) return;
  if (file.size > MAX_FILE) { trigger('upload', { name: file.name, data: null }); return; }
  const reader = new FileReader();
  reader.onload = () => trigger('upload', {
    name: file.name, data: String(reader.result).split(',')[1] || '',
  });
  reader.readAsDataURL(file);
};
element.addEventListener('change', (event) => {
  if (event.target.type !== 'file') return;
  send(event.target.files[0]);
  event.target.value = '';
});
document.addEventListener('input', (event) => {
  if (event.target.closest('#sy-draft')) count();
});
document.addEventListener('click', (event) => {
  if (!event.target.closest('#sy-check-go') || !element.querySelector('.sy-too-long')) return;
  event.stopPropagation();
  event.preventDefault();
}, true);
for (const kind of ['dragover', 'drop']) {
  document.addEventListener(kind, (event) => {
    if (!event.target.closest('#sy-draft') || !event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    if (kind === 'drop') send(event.dataTransfer.files[0]);
  }, true);
}
const dated = (tries) => {
  const input = document.querySelector('#sy-draft-date :is(input, textarea)');
  if (input && input.tagName === 'INPUT') input.type = 'date';
  else if (tries) requestAnimationFrame(() => dated(tries - 1));
};
dated(200);
watch('value', count);
"""

# A claim is chosen in the draft or in the list, and shown in both; a verdict filters both.
_JS_CLAIMS = """
const root = document.querySelector('#sy-check');
const only = (verdict) => {
  root.dataset.only = verdict;
  for (const button of root.querySelectorAll('button[data-only]')) {
    const pressed = String(button.dataset.only === verdict);
    button.setAttribute('aria-pressed', pressed);
  }
  const none = root.querySelector('.sy-none');
  if (none) none.hidden = !verdict || !!root.querySelector(`.sy-claim[data-verdict="${verdict}"]`);
};
const choose = (number) => {
  for (const each of root.querySelectorAll('.sy-on')) each.classList.remove('sy-on');
  const found = [...root.querySelectorAll(`[data-claim="${number}"]`)];
  for (const each of found) each.classList.add('sy-on');
  return {
    mark: found.find((each) => each.classList.contains('sy-claim-mark')),
    card: found.find((each) => each.classList.contains('sy-claim')),
  };
};
element.addEventListener('click', (event) => {
  const filter = event.target.closest('button[data-only]');
  if (filter) { only(filter.dataset.only); return; }
  const action = event.target.closest('[data-do]');
  if (action) { trigger('select', { do: action.dataset.do }); return; }
  const link = event.target.closest('.sy-claim-mark, .sy-back-to');
  if (link) {
    event.preventDefault();
    const number = link.dataset.claim || link.dataset.mark;
    const there = choose(number);
    const to = link.dataset.claim ? there.card : there.mark;
    if (!to) return;
    if (root.dataset.only && root.dataset.only !== to.dataset.verdict) only('');
    to.scrollIntoView({ block: 'center' });
    to.focus({ preventScroll: true });
    return;
  }
  const card = event.target.closest('.sy-claim');
  if (!card || event.target.closest('[data-ref], a')) return;
  const { mark } = choose(card.dataset.claim);
  if (mark && innerWidth > 860) mark.scrollIntoView({ block: 'center' });
});
"""
JS_REPORT = (
    _JS_CLAIMS
    + """
let before = '';
watch('value', () => {
  const report = element.querySelector('[data-phase]');
  const phase = report ? report.dataset.phase : '';
  if (phase === before) return;
  before = phase;
  only('');
  const heading = element.querySelector('h2[tabindex]');
  if (heading) heading.focus({ preventScroll: true });
  const left = element.closest('.sy-left');
  if (innerWidth > 860) left.scrollTop = 0;
  else if (phase) document.querySelector('#sy-check-report').scrollIntoView();
});
"""
)
JS_CLAIMS = JS + _JS_CLAIMS

# A file for the reader: made in the browser, so nothing of it lies on the server's disk.
JS_SAVE = """
watch('value', () => {
  const file = element.querySelector('[data-file]');
  if (!file) return;
  const url = URL.createObjectURL(new Blob([file.textContent], { type: file.dataset.kind }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file.dataset.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
});
"""

CSS_CHECK = """
:root {
  --sy-ok: #1d6b3a; --sy-ok-wash: #e5f3e8; --sy-none: #66625b; --sy-none-wash: #efece6;
}
.dark {
  --sy-ok: #7fd69b; --sy-ok-wash: #1f3527; --sy-none: #aaa498; --sy-none-wash: #2d2a26;
}
#sy-check [data-verdict="supported"] { --v: var(--sy-ok); --w: var(--sy-ok-wash); }
#sy-check [data-verdict="contradicted"] { --v: var(--sy-red); --w: var(--sy-red-wash); }
#sy-check [data-verdict="partly"] { --v: var(--sy-amber); --w: var(--sy-amber-wash); }
#sy-check [data-verdict="not_found"] { --v: var(--sy-none); --w: var(--sy-none-wash); }

#sy-check:has(.sy-report) #sy-compose, #sy-check:has(.sy-report) #sy-check-intro { display: none; }
#sy-check:has(.sy-checking) :is(#sy-check-go, #sy-tools) { display: none; }
.sy-intro { padding: 26px 0 14px; }
.sy-intro h2 { font: 700 26px/1.4 var(--sy-serif); margin: 0 0 4px; }
.sy-intro p { margin: 0; color: var(--sy-soft); font-size: 15px; line-height: 1.7; }
#sy-compose { gap: 12px; padding-bottom: 24px; }
#sy-draft, #sy-draft-date, #sy-ask-model {
  padding: 0; border: 0; background: none; box-shadow: none; overflow: visible; min-width: 0;
}
#sy-draft textarea, #sy-draft-date input {
  font-size: 16px; line-height: 1.85; padding: 14px 18px; border-radius: 12px; box-shadow: none;
  background: var(--sy-sheet); border: 1px solid var(--sy-line); color: var(--sy-ink);
}
#sy-draft textarea {
  height: max(220px, calc(100dvh - 430px)) !important; overflow-y: auto !important;
}
#sy-draft textarea:focus, #sy-draft-date input:focus { border-color: var(--sy-red); outline: none; }
#sy-draft textarea::placeholder { color: var(--sy-soft); opacity: 1; }
#sy-draft-date input { width: 100%; padding: 5px 12px; line-height: 1.5; border-radius: 9px; }
#sy-dating { align-items: center; justify-content: flex-start; gap: 12px; flex-wrap: nowrap; }
#sy-draft-date { flex: 0 0 170px; margin: 0 !important; }
#sy-dating-hint { flex: 1 1 0; min-width: 0; }
.sy-hint { font-size: 13px; line-height: 1.6; color: var(--sy-soft); }
.sy-drafting {
  display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; font-size: 13px;
  color: var(--sy-soft);
}
.sy-upload { position: relative; }
.sy-upload input { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: pointer; }
.sy-upload span, .sy-do {
  display: inline-block; padding: 5px 14px; border: 1px solid var(--sy-line); border-radius: 8px;
  background: var(--sy-sheet); color: var(--sy-ink); font-size: 14px; line-height: 1.6;
  cursor: pointer;
}
.sy-upload:hover span, .sy-do:hover { background: var(--sy-wash); }
.sy-upload:focus-within span { outline: 2px solid var(--sy-focus); outline-offset: 2px; }
.sy-said { color: var(--sy-ok); }
.sy-count { margin-left: auto; font-variant-numeric: tabular-nums; }
.sy-too-long { color: var(--sy-red); font-weight: 600; }
#sy-check-go {
  align-self: flex-start; width: auto; min-width: 132px; height: 46px; border-radius: 12px;
  font-size: 16px; box-shadow: none; background: #a3291f; color: #fff; border: 1px solid #a3291f;
}
#sy-check-go:hover { background: #87211a; }
#sy-check-notice .sy-alert {
  margin: 0 0 12px; padding: 8px 14px; border-radius: 8px; background: var(--sy-red-wash);
  color: var(--sy-red); font-size: 14px;
}
.sy-checking {
  display: flex; flex-wrap: wrap; align-items: center; gap: 6px 16px; padding: 14px 0;
}
.sy-checking .sy-waiting { margin: 0; }
.sy-checking progress {
  flex: 1 1 160px; height: 8px; border: 0; border-radius: 4px; overflow: hidden;
  background: var(--sy-line); accent-color: #a3291f;
}
.sy-checking progress::-webkit-progress-bar { background: var(--sy-line); }
.sy-checking progress::-webkit-progress-value { background: #a3291f; border-radius: 4px; }
.sy-checking progress::-moz-progress-bar { background: #a3291f; }

.sy-report { padding: 18px 0 40px; }
.sy-report > header {
  position: sticky; top: 0; z-index: 4; padding: 8px 0 10px; background: var(--sy-paper);
  display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px;
}
.sy-report h2 { font-size: 18px; font-weight: 700; margin: 0; flex: 1 1 auto; outline: none; }
.sy-report h2 span { font-size: 13px; font-weight: 400; color: var(--sy-soft); margin-left: 10px; }
.sy-dos { margin: 0; display: flex; flex-wrap: wrap; gap: 6px; }
.sy-dos .sy-do { padding: 3px 10px; font-size: 13px; }
.sy-verdicts { display: flex; flex-wrap: wrap; gap: 6px; flex: 1 0 100%; }
.sy-verdicts button {
  display: inline-flex; align-items: center; gap: 6px; padding: 4px 12px; border-radius: 999px;
  border: 1px solid var(--sy-line); background: var(--sy-sheet); color: var(--sy-ink);
  font-size: 14px; line-height: 1.6; cursor: pointer;
}
.sy-verdicts button[data-only="supported"] { color: var(--sy-ok); }
.sy-verdicts button[data-only="contradicted"] { color: var(--sy-red); }
.sy-verdicts button[data-only="partly"] { color: var(--sy-amber); }
.sy-verdicts button[data-only="not_found"] { color: var(--sy-none); }
.sy-verdicts button:disabled { opacity: .5; cursor: default; }
.sy-verdicts button[aria-pressed="true"] {
  border-color: currentColor; box-shadow: inset 0 0 0 1px currentColor;
}
.sy-verdicts i, .sy-badge i { font-style: normal; font-weight: 700; }
.sy-draft-text {
  margin-top: 8px; padding: 22px 26px; border: 1px solid var(--sy-line); border-radius: 12px;
  background: var(--sy-sheet); font-size: 17px; line-height: 2.05; white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.sy-claim-mark {
  color: inherit; text-decoration: none; background: var(--w); border-bottom: 2px solid var(--v);
  padding: 1px 1px; border-radius: 3px 3px 0 0; cursor: pointer; scroll-margin: 120px;
}
.sy-claim-mark[data-verdict="not_found"] { background: none; border-bottom-style: dashed; }
.sy-claim-mark[data-verdict="contradicted"] { border-bottom-width: 3px; }
.sy-claim-mark sup { color: var(--v); font: 700 11px/1 system-ui, sans-serif; margin-left: 1px; }
.sy-claim-mark:hover, .sy-claim-mark.sy-on { background: var(--sy-mark); }
#sy-check[data-only]:not([data-only=""]) .sy-claim-mark {
  background: none; border-bottom-color: var(--sy-line);
}
#sy-check[data-only]:not([data-only=""]) .sy-claim-mark sup { opacity: .35; }
#sy-check[data-only]:not([data-only=""]) .sy-claim { display: none; }
__ONLY__

.sy-verdict-legend { grid-template-columns: max-content 1fr; gap: 8px 14px; margin-top: 14px; }
.sy-badge {
  display: inline-flex; gap: 5px; padding: 0 9px; border-radius: 6px; font-size: 13px;
  font-weight: 600; line-height: 1.75; color: var(--v); background: var(--w); white-space: nowrap;
}
.sy-claims { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; }
.sy-claim {
  border: 1px solid var(--sy-line); border-left: 4px solid var(--v); border-radius: 10px;
  padding: 10px 14px; scroll-margin: 12px; outline-offset: -2px;
}
.sy-claim.sy-on { box-shadow: 0 0 0 2px var(--v); }
.sy-claim-head { display: flex; align-items: center; gap: 10px; margin: 0; }
.sy-kind { font-size: 13px; color: var(--sy-soft); }
.sy-back-to {
  margin-left: auto; padding: 0 8px; color: var(--sy-soft); text-decoration: none; font-size: 15px;
}
.sy-claim-text {
  margin: 4px 0 0; font-size: 16px; font-weight: 600; line-height: 1.6; overflow-wrap: anywhere;
}
.sy-difference {
  margin: 2px 0 0; font-size: 15px; line-height: 1.65; color: var(--v); font-weight: 600;
}
.sy-note-line { margin: 2px 0 0; font-size: 13.5px; line-height: 1.65; color: var(--sy-soft); }
.sy-claim-sources { list-style: none; margin: 6px 0 0; padding: 0; }
.sy-claim .sy-more { margin-top: 2px; }
.sy-claim .sy-more summary { font-size: 13px; padding: 0; }
.sy-claim-sources > li { padding: 6px 10px; margin: 0 -10px; border-radius: 8px; cursor: pointer; }
.sy-claim-sources > li:hover { background: var(--sy-wash); }
.sy-claim-sources blockquote {
  margin: 0; padding: 0 0 0 10px; border: 0; border-left: 2px solid var(--sy-line); font-size: 15px;
  line-height: 1.75; color: var(--sy-ink); overflow-wrap: anywhere;
}
.sy-claim-sources .sy-head, .sy-claim-sources .sy-meta { padding-left: 12px; margin-top: 2px; }
.sy-corrected { margin: 2px 0 0; padding-left: 12px; color: var(--sy-red); font-size: 14px; }
@media (max-width: 860px) {
  .sy-intro { padding: 16px 0 10px; }
  .sy-intro h2 { font-size: 22px; }
  #sy-draft textarea { height: 34vh !important; }
  #sy-check-report { scroll-margin-top: 100px; }
  .sy-report > header { position: static; }
  .sy-draft-text { padding: 14px 16px; font-size: 16.5px; }
  .sy-count { margin-left: 0; flex: 1 0 100%; }
  .sy-claim { scroll-margin: 110px; }
  .sy-claim-mark { scroll-margin: 140px; }
  #sy-check-go { align-self: stretch; }
  #sy-dating { flex-wrap: wrap; }
  #sy-dating-hint { flex: 1 0 100%; }
}
"""


def _only(verdict: str) -> str:
    """With a verdict chosen, its claims look as before and all others step back."""
    here = f'#sy-check[data-only="{verdict}"] '
    return (
        f'{here}.sy-claim[data-verdict="{verdict}"] {{ display: block; }}\n'
        f'{here}.sy-claim-mark[data-verdict="{verdict}"] '
        "{ background: var(--w); border-bottom-color: var(--v); }\n"
        f'{here}.sy-claim-mark[data-verdict="{verdict}"] sup {{ opacity: 1; }}\n'
    )


_VERDICTS = ("supported", "contradicted", "partly", "not_found")
CSS_CHECK = CSS_CHECK.replace("__ONLY__", "".join(map(_only, _VERDICTS)))
