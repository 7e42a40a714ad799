"""Stop entering after a bad day. Requires: equity, session date. Gives: `DailyLoss` and its step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import isfinite, nan

from bt_risk.maths.cash_flows import base_after_flow
from bt_risk.maths.drawdown import loss_fraction
from bt_risk.maths.limits import at_least
from bt_risk.rules.halts.observation import Observation
from bt_risk.rules.notice import Action, Notice
from bt_risk.rules.profile import RiskProfile


@dataclass(frozen=True, slots=True)
class DailyLoss:
    """The day so far.

    `base` is the last equity before the session began, adjusted for flows, NaN before any is known; `has_broken`
    tells that this session reached the limit; `sessions` counts those for which the halt still holds, this one
    included.
    """

    session: dt.date | None = None
    base: float = nan
    has_broken: bool = False
    sessions: int = 0

    @property
    def is_halted(self) -> bool:
        """Whether entries are denied."""
        return self.sessions > 0

    def day_return(self, equity: float) -> float:
        """Return (equity - base) / base, the session's profit (positive) or loss; NaN without a positive base."""
        return (equity - self.base) / self.base if self.base > 0.0 else nan

    def loss(self, equity: float) -> float:
        """Return max(0, base - equity) / base, a positive fraction; NaN without a positive base."""
        return loss_fraction(equity - self.base, self.base)


def step_daily_loss(
    state: DailyLoss, seen: Observation, profile: RiskProfile
) -> tuple[DailyLoss, tuple[Notice, ...]]:
    """Return the state after one bar, and what changed.

    loss = (base - equity) / base, where `base` is the last equity known before the session date changed: gaps over
    night and open positions count. From ``daily_loss`` on, at its value, entries are halted for the rest of the
    session, whatever the equity does; on daily bars for the orders of that bar and ``daily_halt_sessions`` more.
    The first equity of all is its own base. An equity that is not finite breaks nothing.
    """
    notices: tuple[Notice, ...] = ()
    if seen.session != state.session:
        sessions = max(state.sessions - 1, 0)
        if state.sessions == 1:
            notices = (Notice("daily_loss", "info", "the halt after the daily loss is over"),)
        state = DailyLoss(seen.session, seen.previous_equity, False, sessions)
    equity, base = seen.equity, state.base
    if not isfinite(equity):
        return state, notices
    if not isfinite(base):
        return DailyLoss(state.session, equity, state.has_broken, state.sessions), notices
    if seen.cash_flow:
        base = base_after_flow(base, equity, seen.cash_flow)
        state = DailyLoss(state.session, base, state.has_broken, state.sessions)
    limit = profile.daily_loss
    if equity >= base or limit is None or state.has_broken:
        return state, notices
    loss = state.loss(equity)
    if not at_least(loss, limit):
        return state, notices
    text = f"the day lost {loss:.2%}, the limit is {limit:.2%}: no entries"
    halted = 1 + (profile.daily_halt_sessions if seen.is_daily else 0)
    return (
        DailyLoss(state.session, base, True, max(state.sessions, halted)),
        (Notice("daily_loss", "warning", text, loss, limit, Action.DENY_ENTRIES),),
    )


def reset_daily_loss(state: DailyLoss) -> DailyLoss:
    """Return the state without its halt; the same session does not halt a second time."""
    return DailyLoss(state.session, state.base, state.has_broken, 0)
