"""The sizing methods: each proposes units, the smallest proposal wins. A new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable

from bt_risk.rules.methods import cash_fraction, kelly, risk_per_trade
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

Propose = Callable[[EntryRequest, UnitTerms, Book, RiskProfile], float]

METHODS: dict[str, Propose] = {
    module.NAME: module.propose for module in (risk_per_trade, kelly, cash_fraction)
}
