"""How chips, answers' tools and sheets look (CSS) and what they do (JavaScript). No text."""

# Below an answer: copying is the browser's own; asking again and the rest go to the server.
JS_TOOLS = """
const copyText = async (text) => {
  try { await navigator.clipboard.writeText(text); return true; } catch (error) { /* no https */ }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
};
element.addEventListener('click', async (event) => {
  const tool = event.target.closest('[data-act]');
  if (!tool || !element.contains(tool)) return;
  const { act, value = '', field = '' } = tool.dataset;
  const number = tool.closest('.sy-turn').dataset.number;
  if (act === 'copy') {
    const tools = tool.closest('.sy-tools-of');
    const text = tools.querySelector(`[data-copy="${value}"]`).textContent;
    const done = await copyText(text);
    const did = tools.querySelector('.sy-did');
    did.textContent = done ? tools.dataset.copied : tools.dataset.failed;
    tool.focus({ preventScroll: true });
    setTimeout(() => { did.textContent = ''; }, 2500);
    return;
  }
  trigger(act === 'retry' || act === 'drop' ? 'retry' : 'option_select',
    { act, value, field, number });
});
"""

# A sheet takes the focus, keeps Tab inside, and gives the focus back.
JS_SHEET = """
const sheet = () => element.querySelector('.sy-sheet');
let kind = '', opener = null;
const back = () => {
  const box = document.querySelector('#sy-box textarea');
  (opener && opener.isConnected ? opener : box)?.focus({ preventScroll: true });
};
const close = () => {
  if (!sheet()) return;
  props.value = '';
  kind = '';
  back();
};
const reachable = () => [...sheet().querySelectorAll('button, input:not([type=hidden]), textarea')]
  .filter((each) => !each.disabled && each.offsetParent !== null);
element.addEventListener('click', (event) => {
  if (event.target.closest('[data-close]') || !event.target.closest('.sy-sheet')) {
    close();
    return;
  }
  const tool = event.target.closest('[data-act]');
  if (tool) trigger('option_select', { ...tool.dataset });
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const act = event.target.dataset.form;
  const fields = Object.fromEntries(new FormData(event.target));
  trigger(act === 'narrow' ? 'submit' : 'option_select', { ...fields, act });
});
document.addEventListener('keydown', (event) => {
  if (!sheet()) return;
  if (event.key === 'Escape') {
    event.stopImmediatePropagation();
    close();
  } else if (event.key === 'Tab') {
    const all = reachable(), last = all[all.length - 1];
    const leaving = event.shiftKey ? all[0] : last;
    if (document.activeElement !== leaving && sheet().contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? last : all[0])?.focus();
  }
}, true);
watch('value', () => {
  const now = sheet() ? sheet().dataset.sheet : '';
  if (now && !kind) opener = document.activeElement;
  if (now && (now !== kind || !sheet().contains(document.activeElement))) {
    const first = sheet().querySelector('[data-first]') || reachable()[0];
    first?.focus({ preventScroll: true });
    const end = first?.value?.length;
    if (first?.tagName === 'TEXTAREA') first.setSelectionRange(end, end);
  }
  if (!now && kind) back();  // the server closed it
  kind = now;
});
"""

# The browser remembers which conversation it shows: in the address, and for its next visit.
JS_MARK = """
watch('value', () => {
  const mark = element.querySelector('[data-talk]');
  if (!mark) return;
  const talk = mark.dataset.talk, address = new URL(location.href);
  if (talk) address.searchParams.set('talk', talk);
  else address.searchParams.delete('talk');
  if (address.href !== location.href) history.replaceState(history.state, '', address);
  try {
    if (talk) localStorage.setItem('suyuan-talk', talk);
    else localStorage.removeItem('suyuan-talk');
  } catch (error) { /* storage is switched off: the address still has it */ }
});
"""

# Before the page asks for its content: a fresh tab shows the conversation of the last visit.
HEAD_TALK = """<script>
try {
  const talk = localStorage.getItem('suyuan-talk'), address = new URL(location.href);
  if (talk && !address.searchParams.has('talk')) {
    address.searchParams.set('talk', talk);
    history.replaceState(history.state, '', address);
  }
} catch (error) { /* storage is switched off */ }
</script>"""

# Drawn here: an emoji looks different everywhere, and is missing on some desks.
_THUMB = (
    "url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E"
    "%3Cpath d='M2 10h4v11H2zM8 21V10l4.5-8c1.6 0 2.7 1.3 2.3 2.9L13.9 9H20c1.3 0 2.3 1.2 2 2.5"
    "l-1.7 7.6c-.3 1.1-1.2 1.9-2.3 1.9z'/%3E%3C/svg%3E\")"
)

CSS_TALK = """
.sy-narrowed { display: flex; flex-wrap: wrap; gap: 6px; margin: 0 0 10px; }
.sy-chip {
  display: inline-flex; align-items: stretch; max-width: 100%; border-radius: 999px;
  font-size: 13px; border: 1px solid var(--sy-line); background: var(--sy-sheet); overflow: hidden;
}
.sy-chip > * {
  padding: 2px 11px; border: 0; background: none; color: var(--sy-ink); line-height: 1.75;
  text-align: left; overflow-wrap: anywhere; font-size: inherit;
}
.sy-chip small { color: var(--sy-soft); font-size: inherit; margin-right: 2px; }
.sy-chip button, .sy-limit { cursor: pointer; }
.sy-chip button:hover { background: var(--sy-wash); }
.sy-chip button + button { padding: 2px 10px 2px 7px; color: var(--sy-soft); font-size: 15px; }
.sy-chip button:focus-visible { outline-offset: -2px; border-radius: 999px; }
.sy-limit {
  padding: 2px 11px; border: 1px dashed var(--sy-line); border-radius: 999px; background: none;
  color: var(--sy-soft); font-size: 13px; line-height: 1.75;
}
.sy-limit:hover { color: var(--sy-ink); border-color: var(--sy-soft); }

.sy-tools-of {
  display: flex; flex-wrap: wrap; align-items: center; gap: 4px; margin: 8px 0 0 -9px;
  font-size: 13px; color: var(--sy-soft);
}
.sy-tools-of button {
  padding: 3px 9px; border: 0; border-radius: 7px; background: none; color: var(--sy-soft);
  font-size: inherit; line-height: 1.6; cursor: pointer;
}
.sy-tools-of button:hover { background: var(--sy-wash); color: var(--sy-ink); }
.sy-export { display: inline-flex; align-items: center; padding-left: 9px; }
.sy-thumb { display: inline-flex; align-items: center; min-height: 27px; }
.sy-thumb::before {
  content: ""; width: 16px; height: 16px; background: currentColor;
  mask: __THUMB__ center / contain no-repeat; -webkit-mask: __THUMB__ center / contain no-repeat;
}
.sy-thumb.sy-down::before { transform: rotate(180deg); }
.sy-tools-of .sy-thumb[aria-pressed="true"] { color: var(--sy-blue); background: var(--sy-wash); }
.sy-tools-of .sy-down[aria-pressed="true"] { color: var(--sy-red); }
.sy-did { color: var(--sy-blue); }
#sy-notice .sy-alert.sy-done { background: var(--sy-wash); color: var(--sy-ink); }
.sy-age { margin-left: 8px; }
.sy-corrected { margin: 2px 0 0; color: var(--sy-red); font-size: 14px; }
#sy-mark, #sy-pack { display: none; }

#sy-sheet { position: static; }
#sy-sheet:has(.sy-sheet) {
  position: fixed; inset: 0; z-index: 60; display: flex; align-items: flex-start;
  justify-content: center; padding: 9vh 16px 16px; background: rgb(0 0 0 / .38);
  overflow-y: auto !important; margin: 0; max-width: none;
}
#sy-sheet .html-container, #sy-sheet .html-container > div {
  width: 100%; display: flex; justify-content: center;
}
.sy-sheet {
  width: min(600px, 100%); padding: 16px 24px 22px; border-radius: 14px;
  background: var(--sy-sheet);
  color: var(--sy-ink); box-shadow: 0 12px 40px rgb(0 0 0 / .25); font-size: 15px;
}
.sy-sheet header { display: flex; align-items: center; justify-content: space-between; }
.sy-sheet h2 { font-size: 17px; font-weight: 700; margin: 0; }
.sy-x {
  width: 36px; height: 36px; margin-right: -8px; border: 0; border-radius: 8px; background: none;
  font-size: 22px; line-height: 1; color: var(--sy-soft); cursor: pointer;
}
.sy-x:hover { background: var(--sy-wash); }
.sy-sheet form { display: flex; flex-direction: column; gap: 12px; margin: 8px 0 0; }
.sy-sheet fieldset {
  display: flex; flex-wrap: wrap; gap: 8px 12px; margin: 0; padding: 0; border: 0; min-width: 0;
}
.sy-sheet legend { font-size: 13px; color: var(--sy-soft); padding: 0; margin-bottom: 4px; }
.sy-sheet label { display: flex; align-items: center; gap: 8px; flex: 1 1 0; min-width: 0; }
.sy-sheet label > span:not(.sy-hidden) { flex: none; font-size: 14px; color: var(--sy-soft); }
.sy-sheet .sy-lists { flex-direction: column; }
.sy-sheet .sy-lists label { flex: none; }
.sy-sheet .sy-lists label > span { width: 4.6em; }
.sy-sheet .sy-wide { flex-direction: column; align-items: stretch; gap: 4px; }
.sy-sheet :is(input, textarea) {
  flex: 1 1 0; width: 100%; min-width: 0; padding: 8px 12px; border-radius: 9px; font: inherit;
  font-size: 16px; line-height: 1.5; border: 1px solid var(--sy-line); background: var(--sy-paper);
  color: var(--sy-ink);
}
.sy-sheet label textarea { flex: none; min-height: 68px; resize: vertical; }
.sy-sheet :is(input, textarea):focus { border-color: var(--sy-red); outline: none; }
.sy-sheet :is(input, textarea)::placeholder { color: var(--sy-soft); opacity: 1; }
.sy-sheet input[type="date"] { font-size: 15px; padding: 6px 10px; }
.sy-sheet small, .sy-hint { font-size: 13px; line-height: 1.6; color: var(--sy-soft); margin: 0; }
.sy-of { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.sy-buttons { display: flex; align-items: center; gap: 8px; margin: 0; }
.sy-buttons button { margin: 0 !important; }
.sy-buttons button, .sy-find button {
  padding: 8px 18px; border-radius: 9px; border: 1px solid var(--sy-line); cursor: pointer;
  background: var(--sy-sheet); color: var(--sy-ink); font-size: 15px; line-height: 1.5;
}
.sy-buttons button:hover { background: var(--sy-wash); }
.sy-buttons .sy-go { background: #a3291f; border-color: #a3291f; color: #fff; }
.sy-buttons .sy-go:hover { background: #87211a; }
.sy-sheet .sy-find { flex-direction: row; gap: 8px; }
.sy-find button { flex: none; }
.sy-talks { list-style: none; margin: 10px 0 0; padding: 0; max-height: 52vh; overflow-y: auto; }
.sy-talks li {
  display: grid; grid-template-columns: 1fr auto; align-items: center; gap: 0 12px;
  padding: 8px 2px; border-bottom: 1px solid var(--sy-line);
}
.sy-talks .sy-open { font-size: 15px; grid-column: 1; }
.sy-talks .sy-meta { grid-column: 1; margin: 0; }
.sy-talks .sy-delete { grid-column: 2; grid-row: 1 / span 2; }
.sy-talks li[aria-current] { box-shadow: inset 3px 0 var(--sy-red); padding-left: 10px; }
.sy-talks .sy-delete, .sy-own button {
  padding: 4px 10px; border: 0; border-radius: 7px; background: none; color: var(--sy-soft);
  font-size: 13px; cursor: pointer;
}
.sy-talks .sy-delete:hover, .sy-own button:hover {
  background: var(--sy-red-wash); color: var(--sy-red);
}
.sy-own {
  display: flex; justify-content: space-between; align-items: center; gap: 12px; margin: 12px 0 0;
  font-size: 13px; color: var(--sy-soft);
}
.sy-own button { flex: none; }
.sy-sheet .sy-flag p { margin: 0 0 8px; }
:root:is([data-tab="check"], [data-tab="archive"]) #sy-history { display: none !important; }
@media (max-width: 860px) {
  #sy-head button { padding: 6px 10px; }
  #sy-sheet:has(.sy-sheet) { padding: 0; align-items: flex-end; }
  .sy-sheet {
    border-radius: 14px 14px 0 0; padding: 14px 16px 20px; max-height: 92dvh; overflow-y: auto;
  }
  .sy-sheet input[type="date"] { font-size: 14px; padding: 6px; }
  .sy-sheet label { gap: 5px; }
  .sy-tools-of { gap: 2px; }
  .sy-tools-of button { padding: 6px 9px; }
  .sy-chip > *, .sy-limit { padding-top: 5px; padding-bottom: 5px; }
}
""".replace("__THUMB__", _THUMB)
