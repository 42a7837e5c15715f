"""The page's tabs. The browser shows one; the server only says their names."""

from dataclasses import dataclass
from html import escape

TABS = ("ask", "check", "archive", "eval")


@dataclass(frozen=True, slots=True)
class TabLabels:
    """One language's names."""

    parts: str  # what the bar is, for who cannot see it
    ask: str
    check: str
    archive: str
    eval: str
    sign_out: str


_BY_LANG = {
    "zh": TabLabels(
        parts="栏目", ask="问答", check="核稿", archive="资料库", eval="评测", sign_out="退出"
    ),
    "en": TabLabels(
        parts="Sections",
        ask="Ask",
        check="Check",
        archive="Archive",
        eval="Evaluate",
        sign_out="Sign out",
    ),
}


def tab_labels(lang: str) -> TabLabels:
    """The names in ``lang``; Chinese for any other value."""
    return _BY_LANG.get(lang, _BY_LANG["zh"])


def render_tabs(lang: str) -> str:
    """Links, so that a tab has an address and opens in a window of its own."""
    words = tab_labels(lang)
    links = "".join(
        f'<a href="?tab={tab}" data-tab="{tab}">{escape(getattr(words, tab))}</a>' for tab in TABS
    )
    return (
        f'<nav class="sy-tabs" aria-label="{escape(words.parts)}" '
        f'data-sign-out="{escape(words.sign_out)}">{links}</nav>'
    )


# ``:root[data-tab]`` decides what is seen; a click changes the address, so that going back works.
JS_TABS = """
const root = document.documentElement;
const known = (name) => ['ask', 'check', 'archive', 'eval'].includes(name) ? name : 'ask';
const mark = () => {
  for (const link of element.querySelectorAll('a[data-tab]')) {
    if (link.dataset.tab === root.dataset.tab) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
};
const show = (name) => { root.dataset.tab = name; mark(); };
const asked = () => known(new URLSearchParams(location.search).get('tab'));
element.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-tab]');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const address = new URL(location.href);
  address.searchParams.set('tab', link.dataset.tab);
  address.hash = '';
  history.pushState({}, '', address);
  show(link.dataset.tab);
  trigger('select', { tab: link.dataset.tab });
});
addEventListener('popstate', () => {
  if (asked() === root.dataset.tab) return;
  show(asked());
  trigger('select', { tab: root.dataset.tab });
});
// Who is signed in is in a cookie that is there to be shown; without a login there is none.
const signed = () => {
  const said = document.cookie.split('; ').find((pair) => pair.startsWith('suyuan_name='));
  const head = document.querySelector('#sy-head');
  if (!said || !head) return;
  const form = document.querySelector('#sy-user') || document.createElement('form');
  form.id = 'sy-user';
  form.method = 'post';
  form.action = '/logout' + (document.documentElement.lang.startsWith('zh') ? '' : '?lang=en');
  const name = document.createElement('span');
  try { name.textContent = decodeURIComponent(said.slice(12)); } catch (error) { return; }
  name.title = name.textContent;
  const out = document.createElement('button');
  out.textContent = element.querySelector('[data-sign-out]').dataset.signOut;
  form.replaceChildren(name, out);
  if (!form.isConnected) head.append(form);
};
watch('value', () => { mark(); signed(); });
show(asked());
signed();
"""

CSS_TABS = """
:root:is([data-tab="check"], [data-tab="archive"], [data-tab="eval"]) :is(#sy-desk, #sy-new),
:root:not([data-tab="check"]) #sy-check, :root:not([data-tab="archive"]) #sy-archive,
:root:not([data-tab="eval"]) #sy-eval { display: none !important; }
#sy-head > * { min-width: 0; }
#sy-tabs { flex: 0 0 auto; width: auto; margin: 0 12px; }
#sy-brand { flex: 1 1 0; width: auto; }
#sy-user { display: flex; align-items: center; gap: 8px; flex: none; margin: 0; }
#sy-user span {
  max-width: 110px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  font-size: 14px; color: var(--sy-soft);
}
.sy-tabs { display: flex; gap: 4px; justify-content: center; }
.sy-tabs a {
  padding: 7px 16px; border-radius: 8px; font-size: 16px; line-height: 1.4; font-weight: 500;
  color: var(--sy-soft); text-decoration: none; white-space: nowrap;
}
.sy-tabs a:hover { background: var(--sy-wash); color: var(--sy-ink); }
.sy-tabs a[aria-current] { color: var(--sy-red); background: var(--sy-red-wash); font-weight: 600; }

.sy-two { flex: 1 1 0; min-height: 0; gap: 0; flex-wrap: nowrap; align-items: stretch; }
.sy-left {
  flex: 1 1 0; min-width: 0; min-height: 0; gap: 0; flex-wrap: nowrap; overflow-y: auto;
  position: relative;
}
.sy-left > * { flex: none; width: 100%; max-width: 820px; margin: 0 auto; padding: 0 28px; }
.sy-right {
  flex: 1 1 0; min-width: 0; min-height: 0; position: relative; gap: 0; flex-wrap: nowrap;
  border-left: 1px solid var(--sy-line); background: var(--sy-sheet);
}
/* Gradio writes overflow: visible on the block itself. */
#sy-evidence, #sy-check-claims, #sy-archive-side, #sy-eval-side {
  height: 100%; overflow-y: auto !important;
}
.sy-opened { position: static; overflow: visible; }
@media (max-width: 860px) {
  #sy-head { flex-wrap: wrap; gap: 4px 8px; }
  #sy-brand { flex: 1 1 auto; }
  #sy-tabs { order: 3; flex: 1 0 100%; margin: 0; }
  .sy-tabs { justify-content: stretch; }
  #sy-user span { display: none; }
  .sy-tabs a { flex: 1; text-align: center; padding: 6px 4px; font-size: 15px; }
  .sy-two { flex-direction: column; flex: none; }
  .sy-left, .sy-right { flex: none; width: 100%; overflow: visible; }
  .sy-left > * { padding: 0 16px; }
  .sy-right { border-left: 0; border-top: 1px solid var(--sy-line); }
  #sy-evidence, #sy-check-claims, #sy-archive-side, #sy-eval-side {
    height: auto; overflow: visible !important;
  }
}
"""
