"""How ingest and takedown look (CSS) and what they do by themselves (JavaScript). No text."""

# The chosen files live here and not in the form: the server may write the form anew.
JS_INTAKE = """
let files = [];
let busy = false;
const form = () => element.querySelector('.sy-upload-form');
const say = (text) => {
  const said = form() && form().querySelector('output');
  if (said) said.textContent = text;
};
const filled = (text, values) => text.replace(/\\{(\\w+)\\}/g, (all, name) => values[name] ?? all);
const list = () => {
  const shown = element.querySelector('.sy-files');
  if (!shown) return;
  shown.replaceChildren(...files.map((each) => {
    const item = document.createElement('li');
    const name = document.createElement('span');
    name.textContent = each.file.name;
    const size = document.createElement('small');
    size.textContent = each.file.size < 1024 ? each.file.size + ' B'
      : each.file.size < 1048576 ? Math.round(each.file.size / 1024) + ' KB'
      : (each.file.size / 1048576).toFixed(1) + ' MB';
    const out = document.createElement('button');
    out.type = 'button';
    out.textContent = '×';
    out.setAttribute('aria-label', filled(form().dataset.takeOut, { name: each.file.name }));
    out.addEventListener('click', () => {
      if (busy) return;
      files = files.filter((other) => other !== each);
      list();
    });
    item.append(name, size, out);
    return item;
  }));
};
const add = (chosen) => {
  if (busy) return;
  files = files.concat([...chosen].map((file) => ({ file, token: '' })));
  say('');
  list();
};
const close = () => {
  if (!element.querySelector('.sy-intake')) return;
  props.value = '';
  if (window.suyuanOpener && window.suyuanOpener.isConnected) window.suyuanOpener.focus();
};
const send = (each) => new Promise((resolve, reject) => {
  const call = new XMLHttpRequest();
  const lang = document.documentElement.lang.slice(0, 2);
  call.open('POST', '/upload?lang=' + lang + '&name=' + encodeURIComponent(each.file.name));
  call.setRequestHeader('Content-Type', 'application/octet-stream');
  call.upload.addEventListener('progress', (event) => {
    const share = event.total ? Math.floor(100 * event.loaded / event.total) : 100;
    say(filled(form().dataset.sending, { name: each.file.name, share }));
  });
  const failed = (reason) =>
    reject(filled(form().dataset.failed, { name: each.file.name, reason }));
  call.addEventListener('load', () => {
    let answer = {};
    try { answer = JSON.parse(call.responseText); } catch (error) { answer = {}; }
    if (call.status === 200) { each.token = answer.token; resolve(); }
    else if (call.status === 401) reject(form().dataset.expired);
    else failed((answer.error && answer.error.message) || 'HTTP ' + call.status);
  });
  call.addEventListener('error', () => failed('…'));
  call.send(each.file);
});
element.addEventListener('change', (event) => {
  if (event.target.type !== 'file') return;
  add(event.target.files);
  event.target.value = '';
});
element.addEventListener('dragover', (event) => {
  if (event.target.closest('.sy-drop')) event.preventDefault();
});
element.addEventListener('drop', (event) => {
  if (!event.target.closest('.sy-drop')) return;
  event.preventDefault();
  add(event.dataTransfer.files);
});
element.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (busy) return;
  if (!files.length) { say(form().dataset.noFiles); return; }
  busy = true;
  try {
    for (const each of files) if (!each.token) await send(each);
    const typed = Object.fromEntries(new FormData(event.target));
    trigger('upload', { ...typed, tokens: files.map((each) => each.token) });
    say('');
  } catch (reason) {
    say(String(reason));
  }
  busy = false;
});
element.addEventListener('click', (event) => {
  if (event.target.closest('[data-close]')) close();
});
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
watch('value', () => {
  const panel = element.querySelector('.sy-intake');
  if (!panel) { files = []; return; }
  list();
  panel.scrollTop = 0;
  panel.querySelector('h2').focus({ preventScroll: true });
});
"""

# Whoever looks on sees the ingest move: the page asks once for each ingest to be told of it.
JS_STRIP = """
let followed = '';
const follow = () => {
  const strip = element.querySelector('[data-running]');
  if (!strip || strip.dataset.running === followed) return;
  followed = strip.dataset.running;
  trigger('tick', { follow: followed });
};
element.addEventListener('click', (event) => {
  if (event.target.closest('[data-stop]')) {
    event.target.disabled = true;
    trigger('select', { stop: true });
  }
  if (event.target.closest('[data-dismiss]')) props.value = '';
});
watch('value', follow);
follow();
"""

CSS_INGEST = """
.sy-strip {
  margin: 12px 0 0; padding: 10px 14px; border-radius: 10px; border: 1px solid var(--sy-line);
  background: var(--sy-sheet); font-size: 14px; line-height: 1.6;
}
.sy-strip.sy-warn { background: var(--sy-amber-wash); border-color: var(--sy-amber); }
.sy-strip.sy-error { background: var(--sy-red-wash); border-color: var(--sy-red); }
.sy-strip p { margin: 0; display: flex; gap: 4px 12px; align-items: flex-start; }
.sy-strip p > span { flex: 1; overflow-wrap: anywhere; min-width: 0; color: var(--sy-soft); }
.sy-strip p b { color: var(--sy-ink); }
.sy-strip button {
  margin-left: auto; padding: 1px 12px; border-radius: 7px; border: 1px solid var(--sy-line);
  background: transparent; color: var(--sy-ink); font-size: 13px; cursor: pointer;
}
.sy-strip button:hover { background: var(--sy-wash); }
.sy-strip progress {
  display: block; width: 100%; height: 6px; margin: 6px 0; border: 0; border-radius: 3px;
  overflow: hidden; appearance: none; background: var(--sy-line);
}
.sy-strip progress::-webkit-progress-bar { background: var(--sy-line); }
.sy-strip progress::-webkit-progress-value { background: #a3291f; }
.sy-strip progress::-moz-progress-bar { background: #a3291f; }
.sy-rejected { margin-top: 4px; font-size: 13.5px; }
.sy-rejected summary { cursor: pointer; color: var(--sy-amber); width: fit-content; }
.sy-rejected ul {
  margin: 4px 0 0; padding-left: 18px; max-height: 240px; overflow-y: auto;
  overflow-wrap: anywhere; color: var(--sy-soft);
}
.sy-rejected b { font-weight: 600; color: var(--sy-ink); }
.sy-intake h2 { margin: 0 0 4px; }
.sy-intake h2:focus { outline: none; }
.sy-upload-form { padding-top: 14px; }
.sy-upload-form p { margin: 0; font-size: 14px; line-height: 1.7; }
.sy-upload-form .sy-idle { color: var(--sy-soft); padding: 0; text-align: left; }
.sy-drop {
  display: flex; justify-content: center; align-items: baseline; gap: 10px; flex-wrap: wrap;
  margin: 12px 0 0; padding: 22px 12px; border: 1.5px dashed var(--sy-line); border-radius: 10px;
  cursor: pointer; position: relative;
}
.sy-drop:hover, .sy-drop:focus-within { border-color: var(--sy-red); background: var(--sy-wash); }
.sy-drop input { position: absolute; inset: 0; opacity: 0; cursor: pointer; width: 100%; }
.sy-drop b { color: var(--sy-red); font-weight: 600; }
.sy-drop span { color: var(--sy-soft); font-size: 14px; }
.sy-files { list-style: none; margin: 8px 0 0; padding: 0; max-height: 200px; overflow-y: auto; }
.sy-files li {
  display: flex; gap: 10px; align-items: center; padding: 3px 0; font-size: 14px;
  border-bottom: 1px solid var(--sy-line);
}
.sy-files span { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.sy-files small { color: var(--sy-soft); white-space: nowrap; }
.sy-files button {
  border: 0; background: none; color: var(--sy-soft); font-size: 18px; cursor: pointer;
  padding: 0 10px; line-height: 28px;
}
.sy-upload-form fieldset {
  border: 0; margin: 14px 0 0; padding: 0; display: grid; gap: 4px 12px;
  grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
}
.sy-upload-form legend { font-size: 13px; color: var(--sy-soft); padding: 0 0 6px; }
.sy-upload-form label:not(.sy-drop), .sy-takedown label {
  display: block; font-size: 14px; color: var(--sy-soft);
}
.sy-upload-form input[type="text"], .sy-takedown input {
  display: block; width: 100%; margin-top: 2px; padding: 6px 10px; border-radius: 8px;
  border: 1px solid var(--sy-line); background: var(--sy-sheet); color: var(--sy-ink);
  font-size: 15px;
}
.sy-upload-form details { margin: 10px 0; font-size: 14px; }
.sy-upload-form summary, .sy-takedown summary { cursor: pointer; width: fit-content; }
.sy-upload-form summary { color: var(--sy-soft); }
.sy-upload-form input::placeholder { color: var(--sy-soft); opacity: 1; font-size: 14px; }
.sy-upload-form details input { margin-top: 6px !important; }
.sy-go { display: flex; gap: 14px; align-items: center; margin-top: 14px !important; }
.sy-go button, .sy-takedown button, .sy-welcome .sy-ingest button {
  padding: 7px 20px; border-radius: 9px; border: 0; background: #a3291f; color: #fff;
  font-size: 15px; cursor: pointer; flex: none;
}
.sy-go button:hover, .sy-takedown button:hover, .sy-welcome .sy-ingest button:hover {
  background: #87211a;
}
.sy-go output { color: var(--sy-red); overflow-wrap: anywhere; }
.sy-past { margin-top: 26px; padding-top: 10px; border-top: 1px solid var(--sy-line); }
.sy-past h3 { font-size: 15px; margin: 0 0 4px; }
.sy-runs { list-style: none; margin: 0; padding: 0; }
.sy-runs li { padding: 8px 0; border-bottom: 1px solid var(--sy-line); font-size: 14px; }
.sy-runs p { margin: 0; line-height: 1.65; overflow-wrap: anywhere; }
.sy-runs time { font-variant-numeric: tabular-nums; font-weight: 600; margin-right: 8px; }
.sy-runs span { color: var(--sy-soft); }
.sy-takedown { margin-top: 18px; font-size: 14px; }
.sy-takedown summary { color: var(--sy-red); }
.sy-takedown p { margin: 6px 0; line-height: 1.7; }
.sy-takedown button { margin-top: 10px; }
.sy-facet.sy-ingest button {
  width: auto; margin: 6px 0 0; padding: 4px 14px; border: 1px solid var(--sy-line);
  border-radius: 8px;
}
.sy-welcome .sy-ingest button { display: inline-block; margin: 8px 0 0; }
"""
