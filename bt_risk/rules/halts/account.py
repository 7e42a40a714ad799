"""All halts of the account in one step. Requires: an observation. Gives: `AccountHalts`, to the desk and the book."""

from __future__ import annotations

from dataclasses import dataclass, field

from bt_risk.rules.breaker import (
    Breaker,
    BreakerObservation,
    has_breaker,
    reset_breaker,
    size_multiplier,
    step_breaker,
)
from bt_risk.rules.emergency import (
    EmergencyObservation,
    EmergencyStop,
    has_emergency,
    reset_emergency,
    step_emergency,
)
from bt_risk.rules.halts.correlation_spike import KIND as CORRELATION
from bt_risk.rules.halts.correlation_spike import (
    CorrelationSpike,
    reset_correlation_spike,
    step_correlation_spike,
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
    """Everything that can stop entries on the whole account, each in its own state.

    `spikes` are those of this bar alone: what they deny, they deny until the next one.
    """

    daily: DailyLoss = field(default_factory=DailyLoss)
    ladder: DrawdownLadder = field(default_factory=DrawdownLadder)
    strategy: StrategyDrawdown = field(default_factory=StrategyDrawdown)
    correlation: CorrelationSpike = field(default_factory=CorrelationSpike)
    spikes: tuple[Notice, ...] = ()
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
        if self.correlation.is_halted:
            found.append((CORRELATION, "the open positions move as one: no entries"))
        for spike in self.spikes:
            found.append((spike.kind, spike.text if spike.data is None else f"{spike.data}: {spike.text}"))
        return tuple(found)

    def size_multiplier(self, profile: RiskProfile) -> float:
        """Return the share of the normal size that an entry may have, the smallest of all halts; 0 while halted."""
        is_halted = (
            self.emergency.is_latched
            or self.daily.is_halted
            or self.strategy.is_halted
            or self.correlation.is_halted
            or self.spikes
        )
        if is_halted:
            return 0.0
        return min(self.ladder.size_multiplier(profile), size_multiplier(self.breaker, profile))


def step_account(
    halts: AccountHalts, seen: Observation, profile: RiskProfile
) -> tuple[AccountHalts, tuple[Notice, ...]]:
    """Return every halt after one bar, and what changed.

    In the order daily, drawdown, strategy, correlation, spikes, breaker, emergency. A correlation or a volatility
    spike halts entries by itself for as long as it holds; where the profile has a breaker, it opens that as well.
    """
    daily, of_day = step_daily_loss(halts.daily, seen, profile)
    ladder, of_ladder = step_drawdown(halts.ladder, seen, profile)
    strategy, of_strategy = step_strategy_drawdown(halts.strategy, seen, profile)
    correlation, of_correlation = step_correlation_spike(halts.correlation, seen.correlations, profile)
    spikes = _denying(seen.spikes) if seen.spikes else ()
    trips = seen.trips
    if has_breaker(profile):
        trips = (*trips, *(spike.kind for spike in spikes))
        if correlation.is_halted:
            trips = (*trips, CORRELATION)
    breaker, of_breaker = _step_breaker(halts.breaker, daily, trips, seen, profile)
    emergency, of_emergency = _step_emergency(halts.emergency, daily, ladder, seen, profile)
    if (
        daily is halts.daily
        and ladder is halts.ladder
        and strategy is halts.strategy
        and correlation is halts.correlation
        and breaker is halts.breaker
        and emergency is halts.emergency
        and spikes == halts.spikes
    ):
        return halts, seen.spikes
    # The emergency stop knows the drawdown's last rung as one of its conditions and speaks for it.
    of_ladder = tuple(notice for notice in of_ladder if notice.action is not Action.EMERGENCY_STOP)
    notices = of_day + of_ladder + of_strategy + of_correlation + seen.spikes + of_breaker + of_emergency
    return AccountHalts(daily, ladder, strategy, correlation, spikes, breaker, emergency), notices


def _denying(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    return tuple(notice for notice in notices if notice.action is Action.DENY_ENTRIES)


def _step_breaker(
    breaker: Breaker, daily: DailyLoss, trips: tuple[str, ...], seen: Observation, profile: RiskProfile
) -> tuple[Breaker, tuple[Notice, ...]]:
    if not trips and breaker.is_idle and not has_breaker(profile):
        return breaker, ()
    day = BreakerObservation(seen.session, seen.time, daily.day_return(seen.equity), trips)
    return step_breaker(breaker, day, profile)


def _step_emergency(
    stop: EmergencyStop, daily: DailyLoss, ladder: DrawdownLadder, seen: Observation, profile: RiskProfile
) -> tuple[EmergencyStop, tuple[Notice, ...]]:
    if not seen.failures and not stop.known and not has_emergency(profile):
        return stop, ()
    equity = seen.equity
    account = EmergencyObservation(
        seen.session, ladder.drawdown(equity), daily.loss(equity), seen.positions, seen.failures
    )
    return step_emergency(stop, account, profile)


def reset_account(halts: AccountHalts, equity: float) -> AccountHalts:
    """Return the halts as an operator's reset leaves them: none in force, the drawdown measured from `equity` on.

    A day's loss, a correlation, a breaker's cause and an emergency's condition that still hold do not halt again by
    themselves: they have to end first.
    """
    return AccountHalts(
        reset_daily_loss(halts.daily),
        reset_drawdown(halts.ladder, equity),
        StrategyDrawdown(),
        reset_correlation_spike(halts.correlation),
        (),
        reset_breaker(halts.breaker),
        reset_emergency(halts.emergency),
    )
