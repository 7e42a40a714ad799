"""Exits that one position calls for by itself: its loss, its age, the end of the day. Requires: the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bt_risk.market.clock import is_session_over
from bt_risk.positions.holding import Holding
from bt_risk.rules.exits.end_of_day import is_end_of_day
from bt_risk.rules.exits.time_limit import held_hours, is_held_too_long
from bt_risk.rules.halts.position_loss import position_loss
from bt_risk.rules.halts.position_timeout import position_timeout
from bt_risk.rules.notice import Action, Notice
from bt_risk.rules.profile import RiskProfile

if TYPE_CHECKING:
    from bt_risk.desk import RiskDesk


def by_loss(desk: RiskDesk, holding: Holding) -> Notice | None:
    """Leave a position that lost too much of the equity or of its cost, open and at its last price."""
    view, data = desk.view, holding.data
    return position_loss(
        view.pnl(data, holding.size, holding.entry, desk.instruments[data].mark),
        cost=view.notional(data, holding.size, holding.entry),
        equity=desk.equity,
        profile=desk.profile,
    )


def by_timeout(desk: RiskDesk, holding: Holding) -> Notice | None:
    """Leave a position that is older than the operator's watch allows."""
    age = held_hours(holding.opened, desk.now()) * 3600.0
    return position_timeout(age, desk.profile.position_timeout)


def by_age(desk: RiskDesk, holding: Holding) -> Notice | None:
    """Leave a position that was held for its longest time, in hours or in bars of its instrument."""
    hours = held_hours(holding.opened, desk.now())
    bars = desk.instruments[holding.data].bars - holding.first_bar
    if not is_held_too_long(hours, bars, desk.profile):
        return None
    return _close("time", f"held {hours:.6g} h, {bars} bars: the maximum is reached")


def by_end_of_day(desk: RiskDesk, holding: Holding) -> Notice | None:
    """Leave before the session ends, at the latest in its last bar, where the feed tells when that is.

    Where a session ended earlier than expected, leave in the next one. A day's bar has no later time of that day.
    """
    data, clock, end = holding.data, desk.clock, desk.profile.end_of_day
    instrument = desk.instruments[data]
    if instrument.has_whole_sessions():
        return None
    if clock.session_of(data) > holding.session:
        return _close("end_of_day", f"the trading day ended with {end}, and the position was left over")
    is_over = is_end_of_day(
        clock.time_of(instrument),
        is_last_bar=is_session_over(data, clock.local(data)),
        profile=desk.profile,
        session_start=data.p.sessionstart,
    )
    return _close("end_of_day", f"the trading day ends with {end}") if is_over else None


def _close(kind: str, text: str) -> Notice:
    return Notice(kind, "warning", text, action=Action.CLOSE_POSITION)


Judge = Callable[["RiskDesk", Holding], "Notice | None"]


def judges_of(profile: RiskProfile) -> tuple[Judge, ...]:
    """Return the exits that `profile` has switched on, the gravest first."""
    losses = (profile.position_loss, profile.position_loss_of_cost)
    ages = (profile.max_hold, profile.max_hold_bars)
    found: list[Judge] = []
    if losses != (None, None):
        found.append(by_loss)
    if profile.position_timeout is not None:
        found.append(by_timeout)
    if ages != (None, None):
        found.append(by_age)
    if profile.end_of_day is not None:
        found.append(by_end_of_day)
    return tuple(found)
