"""Cells of tables by what they hold: rates, money, numbers, texts, times. An undefined one is empty."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bt_risk.views.report.markup import Cell
from bt_risk.views.text import as_money, as_number, rate_text


def text(value: Any) -> Cell:
    """Return a text; None as nothing."""
    return Cell("" if value is None else str(value))


def rate(value: float | None, digits: int = 1) -> Cell:
    """Return a fraction as percent."""
    return _number(value, lambda known: rate_text(known, digits))


def money(value: float | None) -> Cell:
    """Return an amount in account currency."""
    return _number(value, as_money)


def number(value: float | None, digits: int = 2) -> Cell:
    """Return a plain number."""
    return _number(value, lambda known: as_number(known, digits))


def count(value: float | None) -> Cell:
    """Return a whole number."""
    return _number(value, as_money)


def day(value: str | None) -> Cell:
    """Return an ISO time, a midnight as its date."""
    return Cell("" if value is None else value.removesuffix("T00:00:00").replace("T", " "))


def missing(found: Mapping[str, Any], said: Iterable[str] = ()) -> str:
    """Return what an analysis could not tell and why, as one line of text; empty where it told all."""
    reasons = dict(found.get("missing") or {})
    lines = [f"{name.replace('_', ' ')}: {reason}" for name, reason in reasons.items() if name not in said]
    return "; ".join(lines)


def _number(value: float | None, write: Callable[[float], str]) -> Cell:
    known = math.nan if value is None else float(value)
    return Cell("" if math.isnan(known) else write(known), known)
