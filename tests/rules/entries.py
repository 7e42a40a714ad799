"""Entries in round numbers: 100 000 of equity, a price of 100, a stop 5 below, and no limit in the way."""

from __future__ import annotations

import dataclasses

from bt_risk import RiskProfile
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.request import Book, EntryRequest, TradeHistory, UnitTerms
from bt_risk.rules.tiers import Tier

# One trade risks 1 %, which is 1 000, to its stop: 200 units.
OPEN = RiskProfile(
    name="open",
    allocation="risk_per_trade",
    risk_per_trade=0.01,
    risk_per_trade_max=None,
    max_heat=None,
    target_heat=None,
    max_positions=None,
    max_position=None,
    max_leverage=None,
    entry_gap_buffer=0.0,
)
EMPTY = Book(
    equity=100_000.0,
    cash=100_000.0,
    open_risk=0.0,
    reserved_risk=0.0,
    notional=0.0,
    pending_notional=0.0,
    pending_cash=0.0,
    positions=0,
    pending=0,
    holds_data=False,
    awaits_data=False,
    tier=Tier.NORMAL,
    halted="",
    history=TradeHistory(),
)


def terms(price, stop, *, is_long=True, multiplier=1.0, entry_costs=0.0, exit_costs=0.0):
    """Return the terms of one unit of a share, or of a contract with a multiplier."""
    loss = (price if stop is None else abs(price - stop)) * multiplier
    cash = price * multiplier if is_long else 0.0
    return UnitTerms(loss, entry_costs, exit_costs, notional=price * multiplier, cash=cash)


def request(price=100.0, stop=95.0, *, is_long=True, multiplier=1.0, costs=0.0, **changes):
    """Return a wish to open; `costs` is the commission of one unit, to open and to close alike."""
    base = EntryRequest(
        data="A",
        is_long=is_long,
        price=price,
        stop=stop,
        target=None,
        has_own_stop=False,
        wanted=None,
        sizer_units=None,
        atr=2.0,
        has_fresh_bar=True,
        terms=terms(price, stop, is_long=is_long, multiplier=multiplier, entry_costs=costs, exit_costs=costs),
    )
    return dataclasses.replace(base, **changes)


def book(**changes):
    return dataclasses.replace(EMPTY, **changes)


def decide(wish=None, *, held=EMPTY, rules=None, **changes):
    """Return the ruling on a wish under `OPEN` with `changes`; `rules` are the lists of `decide_entry`."""
    return decide_entry(wish or request(), held, OPEN.replace(**changes), **(rules or {}))


def units_of(ruling):
    """Return what each method and each cap said, by name."""
    return {candidate.rule: candidate.units for candidate in ruling.candidates}


def finding(ruling, rule):
    """Return what one gate found, None where it is off."""
    return next((found for found in ruling.findings if found.rule == rule), None)
