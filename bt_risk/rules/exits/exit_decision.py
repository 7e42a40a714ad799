"""Leave now or hold: the exits in their order. Requires: price, stop, target, time held. Gives: `ExitDecision`."""

from __future__ import annotations

from dataclasses import dataclass

from bt_risk.maths.limits import at_least, at_most
from bt_risk.rules.exits.reason import ExitReason
from bt_risk.rules.exits.time_limit import is_held_too_long, signal_wait
from bt_risk.rules.profile import RiskProfile


@dataclass(frozen=True, slots=True)
class ExitDecision:
    """Whether a position is left now, and why.

    `wait` is how many hours a signal is deferred, 0 where none is; `text` says the reason in words, and of a
    position that is held how long it may or must be.
    """

    reason: ExitReason
    text: str
    wait: float = 0.0

    @property
    def is_exit(self) -> bool:
        """Whether the position is left now."""
        return self.reason is not ExitReason.HOLD


def exit_decision(
    price: float,
    *,
    stop: float | None,
    target: float | None,
    is_long: bool,
    hours: float,
    bars: int = 0,
    is_end_of_day: bool = False,
    has_signal: bool = False,
    is_forced: bool = False,
    stop_reason: ExitReason = ExitReason.STOP,
    profile: RiskProfile,
) -> ExitDecision:
    """Return the first reason to leave at `price`: stop, target, maximum hold, end of day, the user, else hold.

    Stop, target and times act at their value. A signal waits for ``min_hold``; no other exit does, and neither does
    a signal that `is_forced`. `stop_reason` says which rule set the stop. An unknown price, stop or target is not
    reached.

    Parameters
    ----------
    hours, bars
        Since the entry, by bar time.
    has_signal
        The strategy wants to leave.
    """
    if stop is not None and (at_most(price, stop) if is_long else at_least(price, stop)):
        return ExitDecision(stop_reason, f"price {price:.6g} is at the stop of {stop:.6g} or beyond")
    if target is not None and (at_least(price, target) if is_long else at_most(price, target)):
        return ExitDecision(
            ExitReason.TARGET, f"price {price:.6g} is at the target of {target:.6g} or beyond"
        )
    if is_held_too_long(hours, bars, profile):
        return ExitDecision(ExitReason.TIME, f"held {hours:.6g} h, {bars} bars: the maximum is reached")
    if is_end_of_day:
        return ExitDecision(ExitReason.END_OF_DAY, "the trading day ends")
    if is_forced:
        return ExitDecision(ExitReason.MANUAL, "the strategy closes at once")
    wait = signal_wait(hours, profile)
    if has_signal and wait <= 0.0:
        return ExitDecision(ExitReason.SIGNAL, "the strategy closes")
    if has_signal:
        text = f"the signal waits {wait:.6g} h: held {hours:.6g} h of at least {profile.min_hold:.6g} h"
        return ExitDecision(ExitReason.HOLD, text, wait)
    if profile.max_hold is not None:
        return ExitDecision(ExitReason.HOLD, f"held, for {profile.max_hold - hours:.6g} h more at most")
    return ExitDecision(ExitReason.HOLD, "held")
