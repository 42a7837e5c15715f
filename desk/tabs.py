"""The page's tabs: Ask, Check, Archive. The browser shows one; the server only says their names."""

from dataclasses import dataclass
from html import escape

TABS = ("ask", "check", "archive")


@dataclass(frozen=True, slots=True)
class TabLabels:
    """One language's names."""

    parts: str  # what the bar is, for who cannot see it
    ask: str
    check: str
    archive: str


_BY_LANG = {
    "zh": TabLabels(parts="栏目", ask="问答", check="核稿", archive="资料库"),
    "en": TabLabels(parts="Sections", ask="Ask", check="Check", archive="Archive"),
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
    return f'<nav class="sy-tabs" aria-label="{escape(words.parts)}">{links}</nav>'


# ``:root[data-tab]`` decides what is seen; a click changes the address, so that going back works.
JS_TABS = """
const root = document.documentElement;
const known = (name) => ['ask', 'check', 'archive'].includes(name) ? name : 'ask';
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
watch('value', mark);
show(asked());
"""

CSS_TABS = """
:root[data-tab="check"] #sy-desk, :root[data-tab="archive"] #sy-desk,
:root:not([data-tab="check"]) #sy-check, :root:not([data-tab="archive"]) #sy-archive,
:root[data-tab="check"] #sy-new, :root[data-tab="archive"] #sy-new { display: none !important; }
#sy-head > * { min-width: 0; }
#sy-tabs { flex: 0 0 auto; width: auto; margin: 0 12px; }
#sy-brand { flex: 1 1 0; width: auto; }
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
#sy-evidence, #sy-check-claims, #sy-archive-side { height: 100%; overflow-y: auto !important; }
.sy-opened { position: static; overflow: visible; }
@media (max-width: 860px) {
  #sy-head { flex-wrap: wrap; gap: 4px 8px; }
  #sy-brand { flex: 1 1 auto; }
  #sy-tabs { order: 3; flex: 1 0 100%; margin: 0; }
  .sy-tabs { justify-content: stretch; }
  .sy-tabs a { flex: 1; text-align: center; padding: 6px 4px; font-size: 15px; }
  .sy-two { flex-direction: column; flex: none; }
  .sy-left, .sy-right { flex: none; width: 100%; overflow: visible; }
  .sy-left > * { padding: 0 16px; }
  .sy-right { border-left: 0; border-top: 1px solid var(--sy-line); }
  #sy-evidence, #sy-check-claims, #sy-archive-side {
    height: auto; overflow: visible !important;
  }
}
"""
