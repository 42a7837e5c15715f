"""How the page looks: fonts, its mark and CSS. No text, no data."""

FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")

# The page's own mark, inline: Gradio's favicon would be somebody else's.
HEAD = (
    '<meta name="color-scheme" content="light dark">'
    '<link rel="icon" href="data:image/svg+xml,'
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='6' fill='%23a8322a'/%3E"
    "%3Ctext x='16' y='23' font-size='20' text-anchor='middle' fill='white' "
    "font-family='serif'%3E溯%3C/text%3E%3C/svg%3E\">"
)

CSS = """
:root {
  --sy-paper: #f5f3ee; --sy-sheet: #fffefb; --sy-ink: #1d1b18; --sy-soft: #6a655c;
  --sy-line: #e2ddd2; --sy-red: #a3291f; --sy-blue: #1f4e79; --sy-wash: #efece4;
  --sy-mark: #ffe58f; --sy-mark-soft: #fff5cf; --sy-amber: #8a5a00; --sy-amber-wash: #fdf2d8;
  --sy-red-wash: #fbe9e6; --sy-focus: #1f6fb2;
  --sy-serif: "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif;
}
.dark {
  --sy-paper: #161513; --sy-sheet: #1f1d1a; --sy-ink: #ece8df; --sy-soft: #a8a195;
  --sy-line: #38342e; --sy-red: #f08a7c; --sy-blue: #8fc1ee; --sy-wash: #2a2723;
  --sy-mark: #6b5410; --sy-mark-soft: #3d341a; --sy-amber: #f0c36a; --sy-amber-wash: #37301c;
  --sy-red-wash: #3d2320; --sy-focus: #7ab8ee;
}
html, body { height: 100%; background: var(--sy-paper); }
body, gradio-app { background: var(--sy-paper) !important; }
.gradio-container {
  max-width: none !important; padding: 0 !important; background: var(--sy-paper) !important;
  color: var(--sy-ink); font-size: 16px; line-height: 1.75;
  overflow: clip !important;  /* hidden would scroll by focus, and let nothing inside be sticky */
}
.gradio-container .main.fillable { padding: 0 !important; max-width: none; }
#sy-page { height: 100dvh; display: flex; flex-direction: column; gap: 0; flex-wrap: nowrap; }
.gradio-container .html-container { padding: 0; }
.gradio-container :focus-visible { outline: 2px solid var(--sy-focus); outline-offset: 2px; }
.sy-hidden {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}

#sy-head {
  flex: none; align-items: center; gap: 8px; padding: 10px 24px; min-height: 60px;
  border-bottom: 1px solid var(--sy-line); background: var(--sy-sheet); flex-wrap: nowrap;
}
.sy-brand { display: flex; align-items: center; gap: 12px; min-width: 0; }
.sy-brand h1 { font: 700 21px/1.2 var(--sy-serif); margin: 0; white-space: nowrap; }
.sy-brand h1 span {
  font: 500 14px/1 system-ui, sans-serif; color: var(--sy-soft); margin-left: 2px;
}
.sy-brand p {
  margin: 0 0 0 8px; font-size: 13px; line-height: 1.4; color: var(--sy-soft); overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap;
}
.sy-seal {
  flex: none; width: 34px; height: 34px; border-radius: 7px; background: #a3291f; color: #fff;
  font: 700 21px/34px var(--sy-serif); text-align: center;
}
#sy-head button {
  flex: none; min-width: 0; width: auto; padding: 6px 14px; border-radius: 8px;
  font-size: 14px; font-weight: 500;
  background: transparent; border: 1px solid var(--sy-line); color: var(--sy-ink);
  box-shadow: none;
}
#sy-head button:hover { background: var(--sy-wash); }

#sy-desk { flex: 1 1 0; min-height: 0; gap: 0; flex-wrap: nowrap; align-items: stretch; }
#sy-talk { flex: 1 1 0; min-width: 0; min-height: 0; gap: 0; flex-wrap: nowrap; }
#sy-side {
  flex: 1 1 0; min-width: 0; min-height: 0; position: relative; gap: 0; flex-wrap: nowrap;
  border-left: 1px solid var(--sy-line); background: var(--sy-sheet);
}
#sy-thread {
  flex: 1 1 0; min-height: 0; overflow-y: auto; gap: 0; flex-wrap: nowrap; padding: 8px 0;
}
#sy-thread > * { flex: none; }
.sy-turn, .sy-welcome, #sy-composer, #sy-notice { max-width: 760px; margin: 0 auto; width: 100%; }
.sy-turn { padding: 16px 28px 12px; }
.sy-asked {
  font-size: 17px; font-weight: 600; line-height: 1.6; margin: 0 0 0 auto; padding: 8px 16px;
  width: fit-content; max-width: 88%; background: var(--sy-wash);
  border-radius: 14px 14px 4px 14px;
  overflow-wrap: anywhere; white-space: pre-wrap;
}
.sy-answer { margin-top: 14px; }
.sy-read { margin: 0 0 8px; font-size: 13px; color: var(--sy-soft); }
.sy-read span { display: inline-block; margin-right: 14px; }
.sy-text { font-size: 17px; line-height: 1.85; white-space: pre-wrap; overflow-wrap: anywhere; }
.sy-marker {
  display: inline-block; min-width: 20px; padding: 0 5px; margin: 0 2px; border-radius: 5px;
  font: 600 12px/18px system-ui, sans-serif; text-align: center; vertical-align: 3px;
  color: var(--sy-blue); background: var(--sy-wash); border: 1px solid var(--sy-line);
}
.sy-ref { white-space: nowrap; }
.sy-ref::before, .sy-ref::after { content: "\\2060"; }
button.sy-marker { cursor: pointer; }
button.sy-marker:hover {
  background: var(--sy-blue); border-color: var(--sy-blue); color: var(--sy-sheet);
}
.sy-doubt {
  color: var(--sy-red); text-decoration: underline wavy var(--sy-red) 1px;
  text-underline-offset: 4px;
  background: var(--sy-red-wash); border-radius: 3px; padding: 0 2px;
}
.sy-caret {
  display: inline-block; width: 9px; height: 18px; margin-left: 3px; vertical-align: -3px;
  background: var(--sy-red); animation: sy-blink 1s steps(2) infinite;
}
.sy-waiting { color: var(--sy-soft); margin: 4px 0; }
.sy-waiting::before {
  content: ""; display: inline-block; width: 10px; height: 10px; margin-right: 10px;
  border-radius: 50%; background: var(--sy-red); animation: sy-pulse 1.2s ease-in-out infinite;
}
@keyframes sy-blink { to { visibility: hidden; } }
@keyframes sy-pulse { 50% { opacity: .25; transform: scale(.7); } }
@media (prefers-reduced-motion: reduce) { .sy-caret, .sy-waiting::before { animation: none; } }
.sy-flag {
  margin: 10px 0; padding: 8px 14px; border-radius: 8px; font-size: 14px; line-height: 1.65;
  background: var(--sy-wash); border-left: 3px solid var(--sy-soft); overflow-wrap: anywhere;
}
.sy-flag b { font-weight: 600; margin-right: 8px; }
.sy-warn { background: var(--sy-amber-wash); border-color: var(--sy-amber); }
.sy-warn b { color: var(--sy-amber); }
.sy-error { background: var(--sy-red-wash); border-color: var(--sy-red); }
.sy-error b { color: var(--sy-red); }
.sy-flag pre, .sy-welcome pre {
  margin: 8px 0 2px; padding: 6px 12px; border-radius: 6px; background: var(--sy-sheet);
  border: 1px solid var(--sy-line); font: 14px/1.6 ui-monospace, Menlo, Consolas, monospace;
  width: fit-content; max-width: 100%; overflow-x: auto; color: var(--sy-ink);
}
.sy-status { margin-top: 12px; font-size: 12.5px; line-height: 1.7; color: var(--sy-soft); }
.sy-status span:not(:last-of-type)::after { content: " · "; }
.sy-status span:last-of-type { margin-right: 8px; }
.sy-show {
  padding: 0; color: var(--sy-blue); background: none; border: 0; font-size: inherit;
  cursor: pointer;
}
.sy-show:hover { text-decoration: underline; }
.sy-answer h3, .sy-welcome h3, .sy-panel h3 {
  font-size: 14px; font-weight: 600; margin: 16px 0 4px; color: var(--sy-soft);
}
.sy-headlines { margin: 0; padding: 0; list-style: none; }
.sy-headlines li { padding: 6px 0; border-bottom: 1px solid var(--sy-line); }
.sy-headlines .sy-meta { display: block; }
.sy-covers { margin: 0; font-size: 14px; }

.sy-welcome { padding: 9vh 28px 24px; }
.sy-welcome h2 { font: 700 29px/1.4 var(--sy-serif); margin: 0 0 8px; }
.sy-welcome > p {
  font-size: 16px; line-height: 1.75; color: var(--sy-soft); margin: 0; max-width: 34em;
}
.sy-welcome h3 { margin-top: 28px; }
.sy-go-to {
  display: inline-block; margin: 12px 0 16px; padding: 8px 22px; border-radius: 10px;
  background: #a3291f; color: #fff; font-size: 16px; text-decoration: none;
}
.sy-go-to:hover { background: #87211a; color: #fff; }
.sy-examples { list-style: none; margin: 6px 0 20px; padding: 0; display: grid; gap: 10px;
  grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); }
.sy-example {
  width: 100%; height: 100%; text-align: left; padding: 11px 15px; border-radius: 10px;
  border: 1px solid var(--sy-line); background: var(--sy-sheet); color: var(--sy-ink);
  font-size: 15px; line-height: 1.6; cursor: pointer;
}
.sy-example:hover { border-color: var(--sy-red); }

#sy-notice .sy-alert {
  margin: 0 28px 8px; padding: 6px 14px; border-radius: 8px; background: var(--sy-red-wash);
  color: var(--sy-red); font-size: 14px;
}
#sy-composer {
  flex: none; padding: 8px 28px 20px; gap: 8px; flex-wrap: nowrap; align-items: flex-end;
}
#sy-box { flex: 1 1 0; min-width: 0; padding: 0; border: 0; background: none; box-shadow: none; }
#sy-box textarea {
  font-size: 16px; line-height: 1.6; padding: 11px 15px; border-radius: 12px; min-height: 48px;
  background: var(--sy-sheet); border: 1px solid var(--sy-line); color: var(--sy-ink);
  box-shadow: none;
}
#sy-box textarea:focus { border-color: var(--sy-red); outline: none; }
#sy-box textarea::placeholder { color: var(--sy-soft); opacity: 1; }
#sy-send, #sy-stop {
  flex: none; min-width: 76px; width: auto; height: 48px; border-radius: 12px; font-size: 16px;
  box-shadow: none;
}
#sy-send { background: #a3291f; color: #fff; border: 1px solid #a3291f; }
#sy-send:hover { background: #87211a; }
#sy-stop { background: var(--sy-sheet); color: var(--sy-red); border: 1px solid var(--sy-red); }

#sy-evidence { height: 100%; overflow-y: auto; }
.sy-panel { padding: 18px 24px 32px; }
.sy-panel > h2 {
  display: flex; align-items: baseline; gap: 8px; margin: 0 0 12px; font-size: 16px;
  font-weight: 700;
}
.sy-panel > h2 span { font-size: 13px; font-weight: 400; color: var(--sy-soft); }
.sy-idle { color: var(--sy-soft); font-size: 15px; margin: 8px 0; }
.sy-legend {
  display: grid; grid-template-columns: max-content 1fr; gap: 4px 12px; margin: 6px 0 0;
  font-size: 13px; line-height: 1.7;
}
.sy-legend dt, .sy-legend dd { margin: 0; color: var(--sy-soft); }
.sy-legend .sy-known { margin: 0; }
.sy-cards { list-style: none; margin: 0; padding: 0; }
.sy-card {
  position: relative; padding: 14px 12px 14px 44px; margin: 0 -12px;
  border-bottom: 1px solid var(--sy-line); cursor: pointer;
}
.sy-card:hover { background: var(--sy-wash); }
.sy-number {
  position: absolute; left: 12px; top: 17px; min-width: 22px; height: 22px; border-radius: 6px;
  font: 600 12px/22px system-ui, sans-serif; text-align: center; color: var(--sy-soft);
  background: var(--sy-wash);
}
.sy-sources .sy-number { background: var(--sy-blue); color: var(--sy-sheet); }
.sy-card blockquote {
  margin: 0; padding: 0; border: 0; font-size: 16px; line-height: 1.75; color: var(--sy-ink);
  overflow-wrap: anywhere;
}
.sy-lead { color: var(--sy-soft); }
.sy-around { color: var(--sy-soft); font-size: 14px; }
.sy-card mark {
  background: var(--sy-mark-soft); color: inherit; border-radius: 2px; padding: 1px 0;
  -webkit-box-decoration-break: clone; box-decoration-break: clone;
}
.sy-head { margin: 6px 0 0; line-height: 1.5; }
.sy-open {
  padding: 0; border: 0; background: none; text-align: left; font-size: 14px; font-weight: 600;
  line-height: 1.55; color: var(--sy-blue); cursor: pointer; overflow-wrap: anywhere;
}
.sy-open:hover { text-decoration: underline; }
.sy-meta { margin: 2px 0 0; font-size: 13px; line-height: 1.6; color: var(--sy-soft); }
.sy-meta .sy-byline { margin-left: 10px; }
.sy-known { margin-left: 6px; font-size: 12px; }
.sy-known[data-known="inferred"] {
  color: var(--sy-amber); background: var(--sy-amber-wash); padding: 1px 6px; border-radius: 4px;
}
.sy-tag {
  display: inline-block; margin-left: 8px; padding: 0 6px; border-radius: 4px; font-size: 12px;
  line-height: 1.6; font-weight: 400; color: var(--sy-soft); border: 1px solid var(--sy-line);
}
.sy-out {
  margin-left: 10px; color: var(--sy-blue); white-space: nowrap; text-decoration: underline;
  text-underline-offset: 3px; text-decoration-thickness: 1px;
}
.sy-out:hover { text-decoration-thickness: 2px; }
.sy-more { margin-top: 16px; }
.sy-more summary { cursor: pointer; font-size: 14px; color: var(--sy-soft); padding: 4px 0; }
.sy-copies { margin-top: 4px; }
.sy-copies summary { cursor: pointer; width: fit-content; font-size: 13px; color: var(--sy-soft); }
.sy-copies .sy-headlines {
  margin: 4px 0 0; padding-left: 10px; border-left: 2px solid var(--sy-line);
}
.sy-copies .sy-headlines li { padding: 4px 0; border: 0; }
.sy-copies .sy-open { font-weight: 400; }

.sy-article {
  position: absolute; inset: 0; z-index: 5; overflow-y: auto; background: var(--sy-sheet);
  padding: 0 28px 48px;
}
.sy-bar {
  position: sticky; top: 0; display: flex; align-items: center; gap: 14px; margin: 0 -28px;
  padding: 10px 20px; background: var(--sy-sheet); border-bottom: 1px solid var(--sy-line);
}
.sy-bar > span {
  min-width: 0; font-size: 14px; color: var(--sy-soft); overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap;
}
.sy-close {
  flex: none; padding: 5px 12px; border-radius: 8px; border: 1px solid var(--sy-line);
  background: transparent;
  font-size: 14px; color: var(--sy-ink); cursor: pointer;
}
.sy-close:hover { background: var(--sy-wash); }
.sy-article header { padding: 20px 0 14px; border-bottom: 1px solid var(--sy-line); }
.sy-article h2 {
  font: 700 25px/1.45 var(--sy-serif); margin: 0; outline: none; overflow-wrap: anywhere;
}
.sy-kicker, .sy-deck {
  font-family: var(--sy-serif); font-size: 16px; line-height: 1.6; color: var(--sy-soft);
  margin: 0 0 4px;
}
.sy-deck { margin: 6px 0 0; }
.sy-article .sy-meta { margin-top: 12px; }
.sy-article header .sy-byline { margin: 2px 0 0; font-size: 13px; color: var(--sy-soft); }
.sy-article header .sy-byline .sy-out:first-child { margin-left: 0; }
.sy-article header .sy-where { margin: 2px 0 0; font-size: 13px; color: var(--sy-soft); }
.sy-body { padding-top: 14px; }
.sy-body p {
  margin: 0 0 12px; font-size: 16.5px; line-height: 1.95; text-align: justify;
  overflow-wrap: anywhere; text-indent: 2em;
}
.sy-body h3 { margin: 18px 0 8px; font-size: 17px; font-weight: 700; }
.sy-article mark {
  background: var(--sy-mark-soft); color: inherit; padding: 2px 0; border-radius: 2px;
}
.sy-article mark.sy-chosen { background: var(--sy-mark); box-shadow: 0 2px 0 var(--sy-red); }

@media (max-width: 860px) {
  html, body { height: auto; }
  #sy-page { height: auto; min-height: 100dvh; }
  #sy-head { padding: 8px 14px; position: sticky; top: 0; z-index: 20; }
  .sy-brand p, .sy-brand h1 span { display: none; }
  #sy-desk { flex: none; flex-direction: column; padding-bottom: 84px; }
  #sy-talk, #sy-side { flex: none; width: 100%; }
  #sy-side { border-left: 0; border-top: 1px solid var(--sy-line); min-height: 140px; }
  #sy-thread { overflow: visible; flex: none; }
  .sy-turn { padding: 14px 16px 10px; scroll-margin-top: 92px; /* below the head */ }
  .sy-welcome { padding: 28px 16px 16px; }
  .sy-welcome h2 { font-size: 25px; }
  #sy-composer {
    position: fixed; left: 0; right: 0; bottom: 0; z-index: 30; max-width: none;
    padding: 10px 12px calc(12px + env(safe-area-inset-bottom)); background: var(--sy-paper);
    border-top: 1px solid var(--sy-line);
  }
  #sy-notice { position: fixed; left: 0; right: 0; bottom: 74px; z-index: 31; }
  #sy-notice .sy-alert { margin: 0 12px 6px; }
  .sy-panel { padding: 16px 16px 28px; }
  #sy-evidence { height: auto; overflow: visible; }
  .sy-article { position: fixed; inset: 0; z-index: 50; padding: 0 18px 48px; }
  .sy-bar { margin: 0 -18px; padding: 10px 12px; }
}
"""
