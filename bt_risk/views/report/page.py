"""The frame of every page: style, script and embedded numbers from the template files beside this one."""

from __future__ import annotations

import json
import math
from html import escape
from importlib.resources import files
from string import Template
from typing import Any


def fill_page(*, title: str, body: str, numbers: dict[str, Any]) -> str:
    """Return the page: `title` is escaped here, `body` is HTML, `numbers` become an embedded JSON block."""
    folder = files("bt_risk.views.report") / "templates"
    page = Template((folder / "page.html").read_text(encoding="utf-8"))
    return page.substitute(
        title=escape(title),
        style=(folder / "page.css").read_text(encoding="utf-8"),
        script=(folder / "page.js").read_text(encoding="utf-8"),
        numbers=embedded_json(numbers),
        body=body,
    )


def embedded_json(value: Any) -> str:
    """Return `value` as JSON that is safe inside a script element; a number that is not finite becomes null."""
    text = json.dumps(_finite(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    # "</script>" and "<!--" would end or break the element they stand in.
    return text.replace("<", "\\u003c")


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
