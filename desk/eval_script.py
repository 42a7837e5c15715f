"""What the Evaluate tab does by itself, in the browser (JavaScript). No text, no data."""

from desk.script import JS_CLOSING

# A click is sent to the server as what the element carries; with data-form its form's fields too.
JS_EVAL = """
const send = (target) => {
  const form = target.closest('form');
  const fields = form && target.dataset.form ? Object.fromEntries(new FormData(form)) : {};
  const home = target.closest('[data-key]');
  trigger('select', {
    ...fields, ...(home ? { key: home.dataset.key } : {}), ...target.dataset,
  });
};
element.addEventListener('click', (event) => {
  const target = event.target.closest('[data-do]');
  if (!target || !element.contains(target) || target.disabled) return;
  if (String(window.getSelection()) && !target.dataset.form) return;
  if (['question', 'source', 'look'].includes(target.dataset.do)) window.suyuanOpener = target;
  if (['accept', 'reject', 'start', 'resume'].includes(target.dataset.do)) target.disabled = true;
  if (target.dataset.said) { target.textContent = target.dataset.said; target.disabled = true; }
  const shows = ['run', 'compare', 'judge', 'accept', 'reject', 'skip'];
  if (shows.includes(target.dataset.do)) window.suyuanSide = true;
  send(target);
  if ('dismiss' in target.dataset) props.value = '';
});
element.addEventListener('change', (event) => {
  const name = event.target.dataset.change;
  if (name) trigger('select', { do: name, [name]: event.target.value });
});
"""

JS_EVAL_FORM = (
    JS_EVAL
    + """
element.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!event.target.matches('.sy-eval-form')) return;
  trigger('submit', Object.fromEntries(new FormData(event.target)));
});
element.addEventListener('change', (event) => {
  const input = event.target;
  if (input.type !== 'file' || !input.files.length) return;
  const file = input.files[0], form = input.closest('form');
  if (file.size > Number(input.dataset.most)) {
    trigger('upload', { name: file.name, data: null });
    return;
  }
  const reader = new FileReader();
  reader.onload = () => trigger('upload', {
    name: file.name, data: String(reader.result).split(',')[1] || '',
  });
  reader.readAsDataURL(file);
});
"""
)

JS_EVAL_STRIP = (
    JS_EVAL
    + """
let followed = '';
const follow = () => {
  const strip = element.querySelector('[data-running]');
  if (!strip || strip.dataset.running === followed) return;
  followed = strip.dataset.running;
  trigger('tick', { follow: followed });
};
element.addEventListener('click', (event) => {
  const target = event.target.closest('[data-dismiss]');
  if (target && !target.dataset.do) props.value = '';
});
watch('value', follow);
follow();
"""
)

# A run that was just chosen is brought into view: on a phone it stands below the list.
JS_EVAL_SIDE = (
    JS_EVAL
    + """
element.addEventListener('submit', (event) => event.preventDefault());
let before = '';
const side = () => document.querySelector('#sy-eval-side');  // what scrolls, around the element
watch('value', () => {
  const panel = element.querySelector('.sy-panel');
  const now = panel ? panel.className + (panel.dataset.panel || '') : '';
  if (now !== before) side().scrollTop = 0;
  before = now;
  element.querySelector('[role="alert"]')?.scrollIntoView({ block: 'center' });
  if (!window.suyuanSide) return;
  window.suyuanSide = false;
  if (innerWidth <= 860) side().scrollIntoView();
  element.querySelector('h2[tabindex]')?.focus({ preventScroll: true });
});
"""
)

# Escape closes what lies on top: an article over a question.
JS_EVAL_OVER = (
    JS_CLOSING
    + """
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || document.querySelector('#sy-eval-source .sy-article')) return;
  close();
});
watch('value', () => {
  const opened = element.querySelector('.sy-article');
  if (!opened) return;
  opened.scrollTop = 0;
  opened.querySelector('[tabindex]')?.focus({ preventScroll: true });
});
"""
)
