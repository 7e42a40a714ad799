"""A profile as TOML. Requires: plain values. Gives: text; None, which TOML lacks, becomes the field's word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bt_risk.rules.profile.domains import DOMAINS


def to_toml_text(fields: Mapping[str, Any]) -> str:
    """Return a line ``key = value`` for each field of a valid profile."""
    return "".join(f"{field} = {_text(field, value)}\n" for field, value in fields.items())


def _text(field: str, value: Any) -> str:
    domain = DOMAINS[field]
    if domain.is_table:
        return "{" + ", ".join(f"{_value(name)} = {_value(given)}" for name, given in value) + "}"
    return _value(domain.none_word if value is None else value)


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    # The texts of a valid profile are printable, so that JSON's escapes are TOML's.
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
