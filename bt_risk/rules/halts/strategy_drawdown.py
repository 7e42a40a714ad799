"""Stop entering for a strategy that loses its capital. Requires: its profit. Gives: `StrategyDrawdown` and its step."""

from __future__ import annotations

from dataclasses import dataclass

from bt_risk.maths.drawdown import loss_fraction
from bt_risk.rules.halts.hysteresis import is_held
from bt_risk.rules.halts.observation import Observation
from bt_risk.rules.notice import Action, Notice
from bt_risk.rules.profile import RiskProfile


@dataclass(frozen=True, slots=True)
class StrategyDrawdown:
    """Whether the strategy is halted for its own losses."""

    is_halted: bool = False


def step_strategy_drawdown(
    state: StrategyDrawdown, seen: Observation, profile: RiskProfile
) -> tuple[StrategyDrawdown, tuple[Notice, ...]]:
    """Return the state after one bar, and what changed.

    loss = max(0, -strategy_pnl) / strategy_capital, realised and open together: a profit is no drawdown. Halted from
    ``max_strategy_drawdown`` on, at its value, until the loss is back at 80 % of it; unknown figures change nothing.
    A limit that is taken away takes the halt with it.
    """
    limit = profile.max_strategy_drawdown
    if limit is None:
        return (StrategyDrawdown() if state.is_halted else state), ()
    loss = loss_fraction(seen.strategy_pnl, seen.strategy_capital)
    is_halted = is_held(state.is_halted, loss, limit)
    if is_halted == state.is_halted:
        return state, ()
    if is_halted:
        text = f"the strategy lost {loss:.2%} of its capital, the limit is {limit:.2%}: no entries"
        notice = Notice("strategy_drawdown", "warning", text, loss, limit, Action.DENY_ENTRIES)
    else:
        text = f"the strategy's loss is back at {loss:.2%}: entries are allowed"
        notice = Notice("strategy_drawdown", "info", text, loss, limit)
    return StrategyDrawdown(is_halted), (notice,)
