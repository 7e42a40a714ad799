"""The caps: each says how many units it allows, None when it is off. A new one is a module and a line here.

A cap resizes, it does not deny; only what it leaves below one lot is skipped. A scale then takes a part of the
smallest size: it comes after the caps, so that the part is one of what would have been traded.
"""

from __future__ import annotations

from collections.abc import Callable

from bt_risk.rules.caps import (
    cash,
    concurrent,
    half_open,
    heat_reserve,
    max_correlated_exposure,
    max_correlated_heat,
    max_exposure,
    max_heat,
    max_leverage,
    max_participation,
    max_position,
    max_sector_exposure,
    max_stressed_heat,
    risk_per_trade_max,
    target_heat,
)
from bt_risk.rules.decision import Missing
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

Allow = Callable[[EntryRequest, UnitTerms, Book, RiskProfile], float | Missing | None]
Scale = Callable[[EntryRequest, Book, RiskProfile], float | None]

CAPS: tuple[tuple[str, Allow], ...] = tuple(
    (module.NAME, module.allow)
    for module in (
        target_heat,
        heat_reserve,
        max_heat,
        max_stressed_heat,
        max_correlated_heat,
        risk_per_trade_max,
        max_position,
        max_exposure,
        max_leverage,
        max_sector_exposure,
        max_correlated_exposure,
        max_participation,
        cash,
    )
)
SCALES: tuple[tuple[str, Scale], ...] = (
    (concurrent.NAME, concurrent.factor),
    (half_open.NAME, half_open.factor),
)
