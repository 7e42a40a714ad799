"""Stop entering while everything moves together. Requires: correlations of the book. Gives: state and its step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan

from bt_risk.rules.halts.hysteresis import is_held
from bt_risk.rules.notice import Action, Notice
from bt_risk.rules.profile import RiskProfile

KIND = "correlation_spike"


@dataclass(frozen=True, slots=True)
class CorrelationSpike:
    """Whether entries are halted because the open positions have become one bet.

    Where an operator's reset lifted the halt, it is waived until the correlation has ended.
    """

    is_halted: bool = False
    is_waived: bool = False


def step_correlation_spike(
    state: CorrelationSpike, correlations: Sequence[float], profile: RiskProfile
) -> tuple[CorrelationSpike, tuple[Notice, ...]]:
    """Return the state after one bar, and what changed.

    Halted from a mean correlation of ``correlation_spike`` on, at its value, until it is back at 80 % of that, or
    fewer than two positions are left. `correlations` holds one number for each pair of open positions, sides
    counted (negated for a long and a short), NaN where not known; a book whose pairs are all unknown changes
    nothing. A limit that is taken away takes the halt with it.
    """
    limit, was_held = profile.correlation_spike, state.is_halted or state.is_waived
    if limit is None:
        return (CorrelationSpike() if was_held else state), ()
    known = [rho for rho in correlations if not isnan(rho)]
    mean = sum(known) / len(known) if known else nan
    if correlations and is_held(was_held, mean, limit):
        if was_held:
            return state, ()
        text = f"the positions' mean correlation {mean:.2f} reached {limit:.2f}: no entries"
        notice = Notice(KIND, "warning", text, mean, limit, Action.DENY_ENTRIES)
        return CorrelationSpike(is_halted=True), (notice,)
    if not was_held:
        return state, ()
    ended = (Notice(KIND, "info", "the positions move apart again", mean, limit),)
    return CorrelationSpike(), ended if state.is_halted else ()


def reset_correlation_spike(state: CorrelationSpike) -> CorrelationSpike:
    """Return the state without its halt; a correlation that still holds does not halt again."""
    return CorrelationSpike(is_waived=state.is_halted or state.is_waived)
