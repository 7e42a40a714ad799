"""The numbers of risk profiles side by side. Requires `RiskProfile`s; gives texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from bt_risk.rules.profile import RiskProfile
from bt_risk.views.text import as_band, exact_rate

# Fields that are a fraction of something; all other numbers are multiples, counts or periods.
_FRACTIONS = frozenset(
    {
        "risk_per_trade",
        "risk_per_trade_max",
        "cash_fraction",
        "kelly_floor",
        "max_heat",
        "target_heat",
        "heat_warning",
        "heat_critical",
        "heat_hysteresis",
        "heat_reserve",
        "max_stressed_heat",
        "max_correlated_heat",
        "max_position",
        "entry_gap_buffer",
        "fixed_stop",
    }
)


def profile_table(profiles: Sequence[RiskProfile]) -> pd.DataFrame:
    """Return every field but the name as text, a row a field and a column a profile."""
    fields = [field for field in profiles[0].to_dict() if field != "name"] if profiles else []
    columns = {p.name: [_written(field, p.to_dict()[field]) for field in fields] for p in profiles}
    return pd.DataFrame(columns, index=[field.replace("_", " ") for field in fields])


def _written(field: str, value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return as_band(*value) if field in _FRACTIONS else ", ".join(str(part) for part in value)
    if isinstance(value, (int, float)):
        return exact_rate(value) if field in _FRACTIONS else f"{value:g}"
    return str(value)
