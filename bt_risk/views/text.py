"""Numbers and names as people read them. Gives texts to tables, plots and pages; percent exists only here."""

from __future__ import annotations

import math

UNDEFINED = "n/a"


def rate_text(fraction: float | None, digits: int = 1) -> str:
    """Return a fraction as percent, e.g. 0.0233 as ``2.3 %``; an undefined one as ``n/a``."""
    if fraction is None or math.isnan(fraction):
        return UNDEFINED
    if math.isinf(fraction):
        return "infinite" if fraction > 0 else "-infinite"
    return f"{fraction * 100:z,.{digits}f} %"  # z: a loss of nothing is no -0.0 %


def exact_rate(fraction: float) -> str:
    """Return a limit as percent with only the digits it has: 0.06 as ``6 %``, 0.076 as ``7.6 %``."""
    return f"{round(fraction * 100, 6):,.10g} %"


def as_band(low: float, high: float) -> str:
    """Return two limits as a band, e.g. 0.06 and 0.08 as ``6 to 8 %``."""
    return f"{exact_rate(low).removesuffix(' %')} to {exact_rate(high)}"


def as_money(amount: float | None, digits: int = 0) -> str:
    """Return an amount with thousands separators; an undefined one as ``n/a``."""
    if amount is None or math.isnan(amount):
        return UNDEFINED
    return f"{amount:z,.{digits}f}"


def as_number(value: float | None, digits: int = 2) -> str:
    """Return a plain number with `digits` decimals; an undefined one as ``n/a``."""
    return as_money(value, digits)


def shorten(name: str, length: int = 24) -> str:
    """Return `name`, or its beginning and an ellipsis where it is longer than `length`."""
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"
