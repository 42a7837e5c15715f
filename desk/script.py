"""The little that the page does by itself (JavaScript): one piece a gr.HTML. No text, no data."""

# Runs once per gr.HTML. A click is sent to the server as a reference; text that is being selected
# is no click.
JS = """
const refOf = (event, name) => {
  const target = event.target.closest('[' + name + ']');
  return target && element.contains(target) ? target : null;
};
element.addEventListener('click', (event) => {
  const way = refOf(event, 'data-go');
  const tab = way && document.querySelector(`#sy-tabs [data-tab="${way.dataset.go}"]`);
  if (tab) { event.preventDefault(); tab.click(); return; }
  if (event.target.closest('a, summary')) return;
  const example = refOf(event, 'data-example');
  if (example) { trigger('example_select', { number: Number(example.dataset.example) }); return; }
  const opener = refOf(event, 'data-ref');
  if (!opener || String(window.getSelection())) return;
  window.suyuanOpener = event.target.closest('button') || opener.querySelector('button');
  trigger('select', { ref: opener.dataset.ref });
});
"""

# The conversation follows the answer down unless the reader has scrolled up. On a phone the page
# itself scrolls: there a new question comes to the top and stays until the reader touches the page.
JS_NOW = (
    JS
    + """
element.setAttribute('aria-live', 'polite');
// Who has no mouse scrolls it by its own keys: while an answer comes nothing in it takes the focus.
element.closest('#sy-thread')?.setAttribute('tabindex', '0');
let number = '', followed = true, held = false;
for (const touch of ['pointerdown', 'wheel']) {
  document.addEventListener(touch, () => { held = false; }, { capture: true, passive: true });
}
const thread = () => document.querySelector('#sy-thread');
document.addEventListener('scroll', (event) => {
  if (event.target !== thread()) return;
  followed = thread().scrollHeight - thread().scrollTop - thread().clientHeight < 160;
}, true);
watch('value', () => {
  const turn = element.querySelector('.sy-turn');
  if (!thread() || !turn) return;
  const fresh = turn.dataset.number !== number;
  number = turn.dataset.number;
  if (fresh || followed) thread().scrollTop = thread().scrollHeight;
  if (fresh) held = true;
  if (!held || innerWidth > 860) return;
  requestAnimationFrame(() => element.querySelector('.sy-turn')?.scrollIntoView());
});
"""
)

# Closing needs no server; the focus goes back to what opened the article.
JS_CLOSING = """
const close = () => {
  if (!element.querySelector('.sy-article')) return;
  props.value = '';
  if (window.suyuanOpener && window.suyuanOpener.isConnected) window.suyuanOpener.focus();
};
element.addEventListener('click', (event) => {
  if (event.target.closest('[data-close]')) close();
});
"""

JS_ARTICLE = (
    JS_CLOSING
    + """
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
watch('value', () => {
  const article = element.querySelector('.sy-article');
  if (!article) return;
  const heading = article.querySelector('[tabindex]');
  if (heading) heading.focus({ preventScroll: true });
  const mark = article.querySelector('mark.sy-chosen');
  article.scrollTop = 0;
  if (mark) mark.scrollIntoView({ block: 'center' });
});
"""
)

# Chinese input methods confirm a word with Enter; that Enter must not send the question.
JS_HEADER = """
// The language is kept for the next visit, and by the address for a reload.
watch('value', () => {
  const brand = element.querySelector('[data-lang]');
  if (!brand) return;
  const lang = brand.dataset.lang, short = lang.slice(0, 2), address = new URL(location.href);
  document.documentElement.lang = lang;
  document.cookie = 'suyuan_lang=' + short + '; path=/; max-age=31536000; samesite=lax';
  if ((address.searchParams.get('lang') || short) === short) return;
  address.searchParams.set('lang', short);
  history.replaceState(history.state, '', address);
});
document.documentElement.lang = 'zh-CN';
for (const kind of ['keydown', 'keypress']) {
  document.addEventListener(kind, (event) => {
    if (event.key === 'Enter' && (event.isComposing || event.keyCode === 229)) {
      event.stopImmediatePropagation();
    }
  }, true);
}
"""
