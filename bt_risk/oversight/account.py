"""The account's halts in a run, bar by bar. Requires: broker view, clock. Gives: what is halted, why, at what size."""

from __future__ import annotations

import dataclasses
import datetime as dt
from math import inf, isfinite, nan

from bt_risk.broker.broker_view import BrokerView
from bt_risk.market.clock import Clock
from bt_risk.rules.alerts import Alert, alert_level, step_alerts
from bt_risk.rules.breaker import BreakerObservation, BreakerState, step_breaker
from bt_risk.rules.emergency import EmergencyObservation, step_emergency
from bt_risk.rules.halts.account import AccountHalts, reset_account, step_account
from bt_risk.rules.halts.daily_loss import DailyLoss
from bt_risk.rules.halts.drawdown_ladder import DrawdownLadder
from bt_risk.rules.halts.observation import Observation
from bt_risk.rules.notice import Notice
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.reading import RiskReading

# A calm account is looked at closely a little before a limit is reached, where the limit's own tolerance begins.
MARGIN = 1e-6
# This alert follows the number of positions alone, so that an account with it may be calm.
COUNTED = frozenset({"position_count"})

Findings = tuple[tuple[Notice, ...], tuple[Alert, ...]]
NOTHING: Findings = ((), ())


@dataclasses.dataclass(frozen=True, slots=True)
class Markets:
    """What the markets do as far as the profile asks for it: spikes, and a correlation for each two positions."""

    spikes: tuple[Notice, ...] = ()
    correlations: tuple[float, ...] = ()


QUIET = Markets()


class Account:
    """Step the halts and the alerts once a bar, and answer for them.

    While nothing is in force and the equity is far from every limit (`is_calm`), a bar changes nothing but the peak
    and the day's base, so that the steps are spared: `_floor` is the equity below which one of them could act,
    `_many` and `_most` the numbers of positions above which one of them does. `is_known` tells whether the equity of
    the last bar was a number.
    """

    def __init__(self, view: BrokerView, clock: Clock, profile: RiskProfile) -> None:
        self._view = view
        self._clock = clock
        self._halts = AccountHalts()
        self._raised: frozenset[str] = frozenset()
        self._session = 0
        self._equity = self._base = self._peak = nan
        self._floor = inf
        self._capital = view.equity()
        self._positions = 0
        self.is_known = True
        self.is_calm = False
        self.set_profile(profile)

    def set_profile(self, profile: RiskProfile) -> None:
        """Take the limits of `profile`, from the next step on."""
        self._keep()
        self._profile = profile
        days = (profile.daily_loss, profile.emergency_daily_loss)
        falls = (profile.drawdown_halt, profile.drawdown_reduce, profile.drawdown_emergency)
        day_falls = (*days, profile.breaker_loss, alert_level(profile.alert_daily_loss, *days))
        self._day_low = (1.0 - _least(day_falls)) * (1.0 + MARGIN)
        self._fall = _least((*falls, alert_level(profile.alert_drawdown, *falls)))
        self._day_high = (1.0 + _least((profile.breaker_profit,))) * (1.0 - MARGIN)
        most = profile.emergency_positions
        self._most = _least((most,))
        self._many = _least((alert_level(profile.alert_positions, profile.max_positions, most),))

    # What the desk asks.

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """(Rule, text) of every halt in force, the gravest first; empty where entries pass."""
        return () if self.is_calm else self._halts.reasons

    @property
    def is_stopped(self) -> bool:
        """Whether the emergency stop is in force."""
        return self._halts.emergency.is_latched

    @property
    def breaker(self) -> BreakerState:
        """State of the circuit breaker."""
        return self._halts.breaker.state

    @property
    def size_factor(self) -> float:
        """Share of the normal size that an entry may have."""
        return 1.0 if self.is_calm else self._halts.size_multiplier(self._profile)

    @property
    def drawdown(self) -> float:
        """Fall from the highest equity / that equity, flows taken out; NaN before the first bar."""
        return DrawdownLadder(self._peak).drawdown(self._equity)

    @property
    def daily_loss(self) -> float:
        """Loss since the end of the session before / the equity then, 0 for a gain; NaN before the first bar."""
        return DailyLoss(base=self._base).loss(self._equity)

    # What happens.

    def step(self, positions: int, *, is_flat: bool, markets: Markets = QUIET) -> Findings:
        """Take in a bar; return what the halts notice, and the alerts that are new; `NOTHING` on a calm bar.

        `is_flat` tells that there is neither a position nor an entry on its way.
        """
        equity, flow, session = self._view.value(), self._view.cash_flow(), self._clock.session
        if not self.is_calm or flow or markets.spikes or markets.correlations:
            return self._look(positions, is_flat, markets, equity, flow, session)
        if equity == self._equity == self._base and positions == self._positions:
            # Nothing has moved, as ever while the account is flat: what was calm on the last bar is calm on this.
            self._session = session
            return NOTHING
        base = self._base if session == self._session else self._equity
        if not (
            self._floor < equity
            and base * self._day_low < equity < base * self._day_high
            and positions <= self._most
            and (positions > self._many) == bool(self._raised)
        ):
            return self._look(positions, is_flat, markets, equity, flow, session)
        self._session, self._base, self._equity = session, base, equity
        self._positions = positions
        if equity > self._peak:
            self._peak = equity
            self._set_floor()
        return NOTHING

    def _look(
        self, positions: int, is_flat: bool, markets: Markets, equity: float, flow: float, session: int
    ) -> Findings:
        self._keep()
        self._capital += flow
        seen = Observation(
            session=dt.date.fromordinal(session),
            time=self._clock.now,
            equity=equity,
            previous_equity=self._equity,
            cash_flow=_at_close(flow, before=self._equity, equity=equity),
            positions=positions,
            is_flat=is_flat,
            is_daily=self._clock.has_whole_sessions(),
            strategy_pnl=equity - self._capital,
            strategy_capital=self._capital,
            spikes=markets.spikes,
            correlations=markets.correlations,
        )
        if not self._session and self.breaker is BreakerState.OPEN:
            # Tripped before the run began: it cools down from the first bar on.
            breaker = dataclasses.replace(self._halts.breaker, since=seen.time, session=seen.session)
            self._halts = dataclasses.replace(self._halts, breaker=breaker)
        halts, notices = step_account(self._halts, seen, self._profile)
        self._session, self._positions = session, positions
        self.is_known = isfinite(equity)
        if self.is_known:
            self._equity = equity
        self._take(halts)
        known = [rho for rho in markets.correlations if isfinite(rho)]
        reading = RiskReading(
            drawdown=self.drawdown,
            daily_loss=self.daily_loss,
            positions=positions,
            correlation=max(known, default=nan),
        )
        self._raised, alerts = step_alerts(self._raised, reading, self._profile)
        untouched = AccountHalts(
            DailyLoss(halts.daily.session, self._base), DrawdownLadder(self._peak, self._peak)
        )
        is_sound = self.is_known and equity > 0.0
        self.is_calm = is_sound and self._raised <= COUNTED and halts == untouched
        return notices, alerts

    def _keep(self) -> None:
        """Bring the halts up to what calm bars have changed."""
        if self.is_calm:
            daily = DailyLoss(dt.date.fromordinal(self._session), self._base)
            ladder = DrawdownLadder(self._peak, self._peak)
            self._halts = dataclasses.replace(self._halts, daily=daily, ladder=ladder)
            self.is_calm = False

    def _take(self, halts: AccountHalts) -> None:
        self._halts = halts
        self._base, self._peak = halts.daily.base, halts.ladder.peak
        self._set_floor()

    def _set_floor(self) -> None:
        allowed = self._profile.max_strategy_drawdown
        floors = [self._peak * (1.0 - self._fall)]
        if allowed is not None:
            floors.append(self._capital * (1.0 - allowed))
        self._floor = max(0.0, *floors) * (1.0 + MARGIN)

    # What an operator does.

    def trip(self, name: str) -> tuple[Notice, ...]:
        """Open the breaker at once, for the reason named."""
        self._keep()
        known, session = self._halts.breaker, dt.date.fromordinal(self._clock.session)
        # An operator who says it again means it again.
        breaker = dataclasses.replace(known, causes=known.causes - {(name, None)})
        day = DailyLoss(base=self._base).day_return(self._equity) if self._is_in_step() else nan
        seen = BreakerObservation(session, self._clock.now, day, (name,))
        breaker, notices = step_breaker(breaker, seen, self._profile)
        self._halts = dataclasses.replace(self._halts, breaker=breaker)
        return notices

    def stop(self, reason: str) -> tuple[Notice, ...]:
        """Latch the emergency stop, for the reason named."""
        self._keep()
        before, session = self._halts.emergency, dt.date.fromordinal(self._clock.session)
        emergency = dataclasses.replace(before, known=before.known - {(reason, None)})
        loss = self.daily_loss if self._is_in_step() else nan
        seen = EmergencyObservation(session, self.drawdown, loss, self._positions, (reason,))
        emergency, notices = step_emergency(emergency, seen, self._profile)
        self._halts = dataclasses.replace(self._halts, emergency=emergency)
        return notices

    def _is_in_step(self) -> bool:
        """Return whether the last step was of this session: an order at an opening comes before its first."""
        return self._clock.session == self._session

    def reset(self) -> None:
        """End every halt; losses count from the present equity on, also the strategy's own.

        See `rules.halts.account.reset_account` for what may halt again.
        """
        self._keep()
        self._capital = self._equity
        self._take(reset_account(self._halts, self._equity))


def _least(limits: tuple[float | None, ...]) -> float:
    """Return the smallest limit that is on; infinite without one."""
    return min((limit for limit in limits if limit is not None), default=inf)


def _at_close(flow: float, *, before: float, equity: float) -> float:
    """Return what a deposit or withdrawal has become by the close of its bar.

    The broker takes it in before it trades on the bar, so that the bar's profit or loss is made on it too.
    """
    after = before + flow
    return flow * equity / after if flow and before > 0.0 and after > 0.0 and equity > 0.0 else flow
