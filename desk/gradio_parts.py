"""Small Gradio pieces that the page's tabs share. Import it through desk.page."""

from typing import Any

import gradio as gr

# No event is listed or has an address of its own, and nothing blinks while one runs. All can still
# be sent to the page's queue by their number, with any values: desk.guard says by whom.
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

Changes = dict[Any, Any]  # component -> its new value


def html_part(
    value: str, script: str | None, elem_id: str | None = None, style: str | None = None
) -> gr.HTML:
    """A piece of the page that the server writes and ``script`` listens to."""
    return gr.HTML(
        value, elem_id=elem_id, elem_classes=style, js_on_load=script, apply_default_css=False
    )


def sent(event: gr.EventData, key: str) -> object:
    """What the browser sent with a click; None where it sent something else."""
    data = event._data
    return data.get(key) if isinstance(data, dict) else None


def all_sent(event: gr.EventData) -> dict[str, object]:
    """Everything the browser sent with a click, by its names."""
    data = event._data
    return {str(key): value for key, value in data.items()} if isinstance(data, dict) else {}
