"""Stop entering while everything moves together. Requires: correlations of the book. Gives: state and its step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan, nan

from bt_risk.rules.halts.hysteresis import is_held
from bt_risk.rules.notice import Action, Notice
from bt_risk.rules.profile import RiskProfile


@dataclass(frozen=True, slots=True)
class CorrelationSpike:
    """Whether entries are halted because the open positions have become one bet."""

    is_halted: bool = False


def step_correlation_spike(
    state: CorrelationSpike, correlations: Iterable[float], profile: RiskProfile
) -> tuple[CorrelationSpike, tuple[Notice, ...]]:
    """Return the state after one bar, and what changed.

    Halted from a mean correlation of ``correlation_spike`` on, at its value, until it is back at 80 % of that, or
    fewer than two positions are left. `correlations` holds one number for each pair of open positions, sides
    counted (negated for a long and a short), NaN where not known; a book whose pairs are all unknown changes
    nothing.
    """
    limit = profile.correlation_spike
    if limit is None:
        return state, ()
    pairs = list(correlations)
    known = [rho for rho in pairs if not isnan(rho)]
    mean = sum(known) / len(known) if known else nan
    is_halted = bool(pairs) and is_held(state.is_halted, mean, limit)
    if is_halted == state.is_halted:
        return state, ()
    if is_halted:
        text = f"the positions' mean correlation {mean:.2f} reached {limit:.2f}: no entries"
        notice = Notice("correlation_spike", "warning", text, mean, limit, Action.DENY_ENTRIES)
    else:
        notice = Notice("correlation_spike", "info", "the positions move apart again", mean, limit)
    return CorrelationSpike(is_halted), (notice,)
