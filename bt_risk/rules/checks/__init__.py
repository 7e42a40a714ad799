"""The gates: a request passes or is denied. A new one is a module and a line here; None means that it is off.

`CHECKS` look at the request and the book, `SIZE_CHECKS` at the size that came of them.
"""

from __future__ import annotations

from collections.abc import Callable

from bt_risk.rules.checks import (
    breaker,
    dry_run,
    end_of_day,
    entry_windows,
    fresh_bar,
    halt,
    heat_tier,
    known_rate,
    max_correlation,
    max_positions,
    max_trades_per_day,
    min_expectancy,
    min_liquidity,
    min_position,
    min_reward_to_risk,
    one_position,
    single_position_gate,
    valid_size,
    valid_stop,
    valid_target,
    volatility_spike,
)
from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

Judge = Callable[[EntryRequest, Book, RiskProfile], Finding | None]
JudgeSize = Callable[[float, float, UnitTerms, Book, RiskProfile], Finding | None]

CHECKS: tuple[Judge, ...] = (
    fresh_bar.judge,
    known_rate.judge,
    halt.judge,
    breaker.judge,
    heat_tier.judge,
    entry_windows.judge,
    end_of_day.judge,
    max_trades_per_day.judge,
    one_position.judge,
    max_positions.judge,
    valid_size.judge,
    valid_stop.judge,
    valid_target.judge,
    min_reward_to_risk.judge,
    min_liquidity.judge,
    volatility_spike.judge,
    max_correlation.judge,
    min_expectancy.judge,
)
# The dry run comes last: it denies only what nothing else denies.
SIZE_CHECKS: tuple[JudgeSize, ...] = (min_position.judge, single_position_gate.judge, dry_run.judge)
