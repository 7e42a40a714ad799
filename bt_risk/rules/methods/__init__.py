"""The sizing methods: each proposes units, the smallest proposal wins. A new one is a module and a line here.

A method whose input is not there proposes nothing and says what is `Missing`.
"""

from __future__ import annotations

from collections.abc import Callable

from bt_risk.rules.decision import Missing
from bt_risk.rules.methods import (
    atr_risk,
    cash_fraction,
    confidence,
    dynamic,
    fixed_fraction,
    inverse_volatility,
    kelly,
    regime,
    risk_per_trade,
)
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

Propose = Callable[[EntryRequest, UnitTerms, Book, RiskProfile], float | Missing]

METHODS: dict[str, Propose] = {
    module.NAME: module.propose
    for module in (
        risk_per_trade,
        kelly,
        fixed_fraction,
        inverse_volatility,
        atr_risk,
        confidence,
        dynamic,
        regime,
        cash_fraction,
    )
}
