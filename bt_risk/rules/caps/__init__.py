"""The caps: each says how many units it allows, None when it is off. A new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable

from bt_risk.rules.caps import cash, max_heat, max_leverage, max_position, risk_per_trade_max
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

Allow = Callable[[EntryRequest, UnitTerms, Book, RiskProfile], "float | None"]

CAPS: tuple[tuple[str, Allow], ...] = tuple(
    (module.NAME, module.allow) for module in (max_heat, risk_per_trade_max, max_position, max_leverage, cash)
)
