"""The page where one signs in: a form without a script. Knows no users."""

from dataclasses import dataclass
from html import escape

from starlette.responses import HTMLResponse


@dataclass(frozen=True, slots=True)
class _Labels:
    """One language's words."""

    lang: str
    title: str
    lead: str
    name: str
    password: str
    go: str
    wrong: str
    wait: str
    other: str
    other_lang: str


_BY_LANG = {
    "zh": _Labels(
        lang="zh-CN",
        title="登录",
        lead="登录后才能查询资料库。",
        name="用户名",
        password="密码",
        go="登录",
        wrong="用户名或密码不对，请再试一次；忘了密码请找管理员重设。",
        wait="输错的次数太多，请在 {minutes} 分钟后再试。",
        other="English",
        other_lang="en",
    ),
    "en": _Labels(
        lang="en",
        title="Sign in",
        lead="Sign in to search the archive.",
        name="User name",
        password="Password",
        go="Sign in",
        wrong="User name or password is wrong: try again, or ask an administrator for a new one.",
        wait="Too many wrong passwords: try again in {minutes} min.",
        other="中文",
        other_lang="zh",
    ),
}
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # as in desk.guard
    "cache-control": "no-store",
}
_CSS = """
:root { color-scheme: light dark; --paper: #f5f3ee; --sheet: #fffefb; --ink: #1d1b18;
  --soft: #6a655c; --line: #cfc8ba; --red: #a3291f; --wash: #fbe9e6; --focus: #1f6fb2; }
@media (prefers-color-scheme: dark) { :root { --paper: #161513; --sheet: #1f1d1a;
  --ink: #ece8df; --soft: #a8a195; --line: #4a453d; --red: #f08a7c; --wash: #3d2320;
  --focus: #7ab8ee; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 24px;
  background: var(--paper); color: var(--ink);
  font: 16px/1.7 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { width: 100%; max-width: 380px; background: var(--sheet); border: 1px solid var(--line);
  border-radius: 14px; padding: 28px 28px 22px; }
header { display: flex; align-items: center; gap: 12px; margin-bottom: 4px; }
.seal { width: 38px; height: 38px; border-radius: 8px; background: #a3291f; color: #fff;
  font: 700 23px/38px "Songti SC", "Noto Serif CJK SC", SimSun, serif; text-align: center; }
h1 { font: 700 21px/1.2 "Songti SC", "Noto Serif CJK SC", SimSun, serif; margin: 0; flex: 1; }
p { margin: 6px 0 14px; color: var(--soft); font-size: 15px; }
p[role="alert"] { background: var(--wash); color: var(--red); padding: 8px 12px;
  border-radius: 8px; }
label { display: block; font-size: 14px; color: var(--soft); margin-top: 12px; }
input { width: 100%; font: inherit; padding: 9px 12px; border-radius: 9px; margin-top: 2px;
  border: 1px solid var(--line); background: var(--paper); color: var(--ink); }
button { width: 100%; font: inherit; font-weight: 600; padding: 10px; margin: 20px 0 0; border: 0;
  border-radius: 9px; background: #a3291f; color: #fff; cursor: pointer; }
button:hover { background: #87211a; }
a { color: var(--soft); font-size: 14px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
"""


def login_page(
    lang: str, *, name: str = "", wrong: bool = False, wait: int = 0, status: int = 200
) -> HTMLResponse:
    """The form in ``lang``; ``wait`` are seconds, ``name`` is what was typed before."""
    words = _BY_LANG.get(lang, _BY_LANG["zh"])
    said = words.wait.format(minutes=-(-wait // 60)) if wait else words.wrong if wrong else ""
    note = f'<p role="alert">{escape(said)}</p>' if said else f"<p>{escape(words.lead)}</p>"
    focus_name, focus_password = ("", " autofocus") if name else (" autofocus", "")
    html = (
        f'<!doctype html><html lang="{words.lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(words.title)} · 溯源 Suyuan</title><style>{_CSS}</style></head><body>"
        '<main><header><span class="seal" aria-hidden="true">溯</span><h1>溯源 Suyuan</h1>'
        f'<a href="/login?lang={words.other_lang}">{escape(words.other)}</a></header>{note}'
        f'<form method="post" action="/login?lang={"en" if words.lang == "en" else "zh"}">'
        f'<label>{escape(words.name)}<input name="name" value="{escape(name)}" maxlength="64" '
        f'autocomplete="username" autocapitalize="none" spellcheck="false" required{focus_name}>'
        f'</label><label>{escape(words.password)}<input name="password" type="password" '
        f'maxlength="200" autocomplete="current-password" required{focus_password}></label>'
        f"<button>{escape(words.go)}</button></form></main></body></html>"
    )
    return HTMLResponse(html, status_code=status, headers=HEADERS)
