"""What every analyzer says the same way: plain values, and why there is no desk to ask. Gives: `plain`, `desk_of`."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from enum import Enum
from typing import Any

from bt_risk.desk import RiskDesk

NO_DESK = "the strategy has no risk desk: derive it from RiskStrategy, or wrap it with guard()"


def desk_of(strategy: Any) -> RiskDesk | None:
    """Return the strategy's risk desk; None where it has none."""
    desk = getattr(strategy, "bt_risk", None)
    return desk if isinstance(desk, RiskDesk) else None


def plain(value: Any) -> Any:
    """Return `value` as JSON knows it: numbers that are not finite as None, times as ISO text, keys as text.

    Mappings become dicts, other iterables lists, arrays of numpy lists and its numbers Python's.
    """
    if isinstance(value, Enum):
        return str(value) if isinstance(value, str) else value.name
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return [plain(each) for each in value]
