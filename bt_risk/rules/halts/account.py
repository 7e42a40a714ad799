"""All halts of the account in one step. Requires: an observation. Gives: `AccountHalts`, to the desk and the book."""

from __future__ import annotations

from dataclasses import dataclass, field

from bt_risk.rules.breaker import Breaker, BreakerObservation, reset_breaker, size_multiplier, step_breaker
from bt_risk.rules.emergency import (
    EmergencyObservation,
    EmergencyStop,
    reset_emergency,
    step_emergency,
)
from bt_risk.rules.halts.daily_loss import DailyLoss, reset_daily_loss, step_daily_loss
from bt_risk.rules.halts.drawdown_ladder import KIND as DRAWDOWN
from bt_risk.rules.halts.drawdown_ladder import DrawdownLadder, reset_drawdown, step_drawdown
from bt_risk.rules.halts.observation import Observation
from bt_risk.rules.halts.strategy_drawdown import StrategyDrawdown, step_strategy_drawdown
from bt_risk.rules.notice import Action, Notice
from bt_risk.rules.profile import RiskProfile


@dataclass(frozen=True, slots=True)
class AccountHalts:
    """Everything that can stop entries on the whole account, each in its own state."""

    daily: DailyLoss = field(default_factory=DailyLoss)
    ladder: DrawdownLadder = field(default_factory=DrawdownLadder)
    strategy: StrategyDrawdown = field(default_factory=StrategyDrawdown)
    breaker: Breaker = field(default_factory=Breaker)
    emergency: EmergencyStop = field(default_factory=EmergencyStop)

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """(Rule, text) of every halt in force, the gravest first; empty where entries pass."""
        found = []
        if self.emergency.is_latched:
            names = ", ".join(condition.name for condition in self.emergency.conditions)
            found.append(("emergency_stop", f"emergency stop ({names}): entries wait for a reset"))
        if self.ladder.is_halted:
            found.append((DRAWDOWN, f"the drawdown from {self.ladder.peak:.2f} halts entries"))
        if self.daily.is_halted:
            text = f"a daily loss halts entries, sessions left with this one: {self.daily.sessions}"
            found.append(("daily_loss", text))
        if self.strategy.is_halted:
            found.append(("strategy_drawdown", "the strategy's own losses halt its entries"))
        if not self.breaker.permits_entries:
            found.append(("breaker", f"the breaker is open: {', '.join(self.breaker.tripped_by)}"))
        return tuple(found)

    def size_multiplier(self, profile: RiskProfile) -> float:
        """Return the share of the normal size that an entry may have, the smallest of all halts; 0 while halted."""
        if self.emergency.is_latched or self.daily.is_halted or self.strategy.is_halted:
            return 0.0
        return min(self.ladder.size_multiplier(profile), size_multiplier(self.breaker, profile))


def step_account(
    halts: AccountHalts, seen: Observation, profile: RiskProfile
) -> tuple[AccountHalts, tuple[Notice, ...]]:
    """Return every halt after one bar, and what changed, in the order daily, drawdown, strategy, breaker, emergency."""
    daily, of_day = step_daily_loss(halts.daily, seen, profile)
    ladder, of_ladder = step_drawdown(halts.ladder, seen, profile)
    strategy, of_strategy = step_strategy_drawdown(halts.strategy, seen, profile)
    equity = seen.equity
    day = BreakerObservation(seen.session, seen.time, daily.day_return(equity), seen.trips)
    breaker, of_breaker = step_breaker(halts.breaker, day, profile)
    account = EmergencyObservation(
        seen.session, ladder.drawdown(equity), daily.loss(equity), seen.positions, seen.failures
    )
    emergency, of_emergency = step_emergency(halts.emergency, account, profile)
    if (
        daily is halts.daily
        and ladder is halts.ladder
        and strategy is halts.strategy
        and breaker is halts.breaker
        and emergency is halts.emergency
    ):
        return halts, ()
    # The emergency stop knows the drawdown's last rung as one of its conditions and speaks for it.
    of_ladder = tuple(notice for notice in of_ladder if notice.action is not Action.EMERGENCY_STOP)
    notices = of_day + of_ladder + of_strategy + of_breaker + of_emergency
    return AccountHalts(daily, ladder, strategy, breaker, emergency), notices


def reset_account(halts: AccountHalts, equity: float) -> AccountHalts:
    """Return the halts as an operator's reset leaves them: none in force, the drawdown measured from `equity` on.

    A day's loss, a breaker's cause and an emergency's condition that still hold do not halt again by themselves:
    they have to end first.
    """
    return AccountHalts(
        reset_daily_loss(halts.daily),
        reset_drawdown(halts.ladder, equity),
        StrategyDrawdown(),
        reset_breaker(halts.breaker),
        reset_emergency(halts.emergency),
    )
