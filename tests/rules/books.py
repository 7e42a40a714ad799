"""Requests and books in round numbers: 100 000 of equity, a price of 100, a stop 5 below."""

from __future__ import annotations

import dataclasses

from bt_risk import MODERATE
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.request import Book, EntryRequest, TradeHistory, UnitTerms
from bt_risk.rules.tiers import Tier

# One trade risks 1 % to its stop and nothing else binds.
PLAIN = MODERATE.replace(
    name="plain", risk_per_trade=0.01, max_position=None, max_leverage=None, entry_gap_buffer=0.0
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


def book(**changes) -> Book:
    return dataclasses.replace(EMPTY, **changes)


def terms(price=100.0, stop=95.0, *, is_long=True, entry_costs=0.0, exit_costs=0.0) -> UnitTerms:
    """Return the terms of one share without a multiplier."""
    loss = price if stop is None else abs(price - stop)
    return UnitTerms(loss, entry_costs, exit_costs, notional=price, cash=price if is_long else 0.0)


def request(
    price=100.0, stop=95.0, *, is_long=True, entry_costs=0.0, exit_costs=0.0, **changes
) -> EntryRequest:
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
        terms=terms(price, stop, is_long=is_long, entry_costs=entry_costs, exit_costs=exit_costs),
    )
    return dataclasses.replace(base, **changes)


def decide(*, profile=PLAIN, held=EMPTY, **changes):
    """Return the ruling on a request that differs from the round one in `changes`."""
    return decide_entry(request(**changes), held, profile)


def units_of(ruling):
    """Return what each method and each cap allowed, by name."""
    return {candidate.rule: candidate.units for candidate in ruling.candidates}
