"""The account and the market as an entry is decided on them. Requires: the desk. Gives: `Book`, to the entries."""

from __future__ import annotations

import math
from typing import Any

from bt_risk.desk import RiskDesk
from bt_risk.market.clock import is_session_over
from bt_risk.oversight.stressed import risks_by_name, stressed_risk
from bt_risk.positions.holding import Holding
from bt_risk.positions.plan import Plan
from bt_risk.rules.request import Book


def book_for(desk: RiskDesk, data: Any, *, is_long: bool, is_alternative: bool, entries_today: int) -> Book:
    """Return the account at this moment, as a request for `data` sees it.

    An alternative to an entry on its way takes no place of its own. What only some limits ask for is left unknown
    where the profile has none of them.
    """
    holding = desk.holdings.get(data)
    values = {
        desk.instruments[held].name: desk.view.notional(held, held_by.size, desk.instruments[held].mark)
        for held, held_by in desk.holdings.items()
    }
    notional = sum(values.values())
    plans = [(plan, plan.share_left()) for plan in desk.plans.values()]
    for plan, left in plans:
        name = desk.instruments[plan.data].name
        values[name] = values.get(name, 0.0) + plan.notional * left
    halted_by, halted = desk.halt
    is_breaker_open = halted_by == "breaker"
    return Book(
        equity=desk.equity,
        cash=desk.view.cash(),
        open_risk=desk.ledger.open_risk,
        reserved_risk=desk.ledger.reserved_risk,
        notional=notional,
        pending_notional=sum(plan.notional * left for plan, left in plans),
        pending_cash=sum(plan.cash * left for plan, left in plans),
        positions=len(desk.holdings),
        pending=len({plan.data for plan, _ in plans if plan.data not in desk.holdings}) - is_alternative,
        holds_data=holding is not None,
        awaits_data=not is_alternative and any(not plan.is_add for plan in desk.plans_for(data)),
        leaves_data=holding is not None and desk.cover.closing_units(holding) > 0.0,
        adds=0 if holding is None else desk.adding.count(holding),
        held_notional=0.0 if holding is None else values[desk.instruments[data].name],
        tier=desk.tier,
        halted="" if is_breaker_open else halted,
        halted_by="" if is_breaker_open else halted_by,
        is_breaker_open=is_breaker_open,
        size_factor=desk.account.size_factor,
        history=desk.tally.history(),
        entries_today=entries_today,
        correlation=_correlation(desk, data, is_long=is_long),
        values=values,
        groups=desk.groups,
        **_risks(desk, data),
    )


def _risks(desk: RiskDesk, data: Any) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if desk.profile.max_correlated_heat is not None:
        others = risks_by_name(desk)
        told["own_risk"] = others.pop(desk.instruments[data].name, 0.0)
        told["risks"] = tuple(others.values())
    if desk.profile.max_stressed_heat is not None:
        told["stressed_risk"] = stressed_risk(desk)
    return told


def _correlation(desk: RiskDesk, data: Any, *, is_long: bool) -> float:
    if desk.figures is None or desk.profile.max_correlation is None:
        return math.nan
    book: list[Holding | Plan] = [*desk.holdings.values(), *desk.plans.values()]
    return desk.figures.with_book(data, book, is_long=is_long)


def market_of(desk: RiskDesk, data: Any) -> dict[str, Any]:
    """Return what a request tells of its market, as far as a rule of the profile asks for it."""
    told: dict[str, Any] = {}
    if desk.profile.end_of_day is not None:
        told["session_start"] = data.p.sessionstart
        told["is_last_bar"] = is_session_over(data, desk.clock.local(data))
    if desk.figures is not None:
        told["annual_volatility"] = desk.figures.annual_volatility(data)
        told["liquidity"] = desk.view.convert(data, desk.figures.liquidity(data))
        if desk.instruments[data].bar == desk.bar:
            told["return_score"] = desk.figures.score(data)
    return told
