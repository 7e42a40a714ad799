"""Halt, reduce, give up: what a falling account calls for. Requires: equity. Gives: `DrawdownLadder` and its step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from math import isfinite, nan

from bt_risk.maths.cash_flows import base_after_flow
from bt_risk.maths.drawdown import drawdown
from bt_risk.maths.limits import above, at_least, at_most
from bt_risk.rules.halts.hysteresis import RELEASE_SHARE
from bt_risk.rules.halts.observation import Observation
from bt_risk.rules.notice import Action, Notice
from bt_risk.rules.profile import RiskProfile

KIND = "portfolio_drawdown"


@dataclass(frozen=True, slots=True)
class DrawdownLadder:
    """Where the account stands below its peak.

    `peak` is the highest equity so far, adjusted for flows; `reference` the one from which the halt is measured: the
    peak, or after a release the highest equity since. `has_reduced` and `is_emergency` tell which rungs have acted
    and are not left yet. While halted, `flat_sessions` counts the sessions spent without position, None while there
    is one; `session` is the last of them.
    """

    peak: float = nan
    reference: float = nan
    is_halted: bool = False
    is_half_open: bool = False
    has_reduced: bool = False
    is_emergency: bool = False
    releases: int = 0
    session: dt.date | None = None
    flat_sessions: int | None = None

    def drawdown(self, equity: float) -> float:
        """Return the fall from the true peak / that peak, a positive fraction; NaN without a positive peak."""
        return drawdown(self.peak, equity)

    def size_multiplier(self, profile: RiskProfile) -> float:
        """Return the share of the normal size that an entry may have: 1, ``half_open_size``, or 0 while halted."""
        if self.is_halted:
            return 0.0
        return profile.half_open_size if self.is_half_open else 1.0


def step_drawdown(
    state: DrawdownLadder, seen: Observation, profile: RiskProfile
) -> tuple[DrawdownLadder, tuple[Notice, ...]]:
    """Return the state after one bar, and what changed.

    drawdown = (peak - equity) / peak, flows taken out. Entries halt at ``drawdown_halt``; positions are to be halved
    at ``drawdown_reduce``, once, and again only after the drawdown was back at 80 % of that; everything is to be
    closed above ``drawdown_emergency``, and entries stay halted until a reset or a new high.

    The halt is released after ``drawdown_cooldown`` sessions without position, at half-open size, and is measured
    from there; reduce and emergency keep the true peak. Full size returns once the drawdown from the true peak is at
    80 % of the halt. Releases are limited to ``max_releases`` until a new high, which ends everything. An equity that
    is not finite changes nothing.
    """
    equity = seen.equity
    if not isfinite(equity):
        return state, ()
    if seen.cash_flow and isfinite(state.peak):
        state = replace(
            state,
            peak=base_after_flow(state.peak, equity, seen.cash_flow),
            reference=base_after_flow(state.reference, equity, seen.cash_flow),
        )
    if not equity < state.peak:
        # A new high, the same one again, or the first equity of all.
        after = DrawdownLadder(equity, equity)
        if after == state:
            return state, ()
        is_over = state.is_halted or state.is_half_open
        notices = (Notice(KIND, "info", "a new high: entries at full size"),) if is_over else ()
        return after, notices
    if equity > state.reference:
        state = replace(state, reference=equity)
    found: list[Notice] = []
    if state.is_halted and not state.is_emergency:
        state = _wait(state, seen, profile, found)
    if state.is_half_open or state.has_reduced:
        state = _descend(state, equity, profile, found)
    return _climb(state, seen, profile, found), tuple(found)


def reset_drawdown(state: DrawdownLadder, equity: float) -> DrawdownLadder:
    """Return a ladder that starts afresh with the present equity as its peak: the trader takes the loss as given."""
    return (
        DrawdownLadder(equity, equity)
        if isfinite(equity)
        else DrawdownLadder(state.reference, state.reference)
    )


def _wait(
    state: DrawdownLadder, seen: Observation, profile: RiskProfile, found: list[Notice]
) -> DrawdownLadder:
    """Count the sessions without position and release the halt after enough of them."""
    if not seen.is_flat:
        return replace(state, session=seen.session, flat_sessions=None)
    flat = state.flat_sessions
    flat = 0 if flat is None else flat + (seen.session != state.session)
    if flat < profile.drawdown_cooldown or state.releases >= profile.max_releases:
        return replace(state, session=seen.session, flat_sessions=flat)
    text = f"{flat} sessions without position: entries at {profile.half_open_size:.0%} of their size"
    found.append(Notice(KIND, "info", text, state.drawdown(seen.equity)))
    return replace(
        state,
        reference=seen.equity,
        is_halted=False,
        is_half_open=True,
        releases=state.releases + 1,
        session=None,
        flat_sessions=None,
    )


def _descend(
    state: DrawdownLadder, equity: float, profile: RiskProfile, found: list[Notice]
) -> DrawdownLadder:
    """Leave the rungs from which the account has recovered, well below where they begin."""
    fallen = state.drawdown(equity)
    halt, reduce = profile.drawdown_halt, profile.drawdown_reduce
    if state.has_reduced and reduce is not None and at_most(fallen, RELEASE_SHARE * reduce):
        state = replace(state, has_reduced=False)
    if state.is_half_open and halt is not None and at_most(fallen, RELEASE_SHARE * halt):
        state = replace(state, is_half_open=False, reference=state.peak)
        text = f"drawdown is back at {fallen:.2%}: entries at full size"
        found.append(Notice(KIND, "info", text, fallen))
    return state


def _climb(
    state: DrawdownLadder, seen: Observation, profile: RiskProfile, found: list[Notice]
) -> DrawdownLadder:
    """Enter the rungs that the drawdown has reached; the last one speaks for those below it."""
    if state.is_emergency:
        return state
    fallen = state.drawdown(seen.equity)
    emergency, reduce, halt = profile.drawdown_emergency, profile.drawdown_reduce, profile.drawdown_halt
    if emergency is not None and above(fallen, emergency):
        text = f"drawdown {fallen:.2%} above {emergency:.2%}: everything is closed until a reset"
        found.append(Notice(KIND, "critical", text, fallen, emergency, Action.EMERGENCY_STOP))
        return replace(state, is_halted=True, is_half_open=False, is_emergency=True)
    if reduce is not None and not state.has_reduced and at_least(fallen, reduce):
        text = f"drawdown {fallen:.2%} reached {reduce:.2%}: positions are halved"
        found.append(Notice(KIND, "critical", text, fallen, reduce, Action.REDUCE_POSITIONS))
        state = replace(state, has_reduced=True)
    if halt is None or state.is_halted:
        return state
    since = drawdown(state.reference, seen.equity)
    if at_least(since, halt):
        text = f"drawdown {since:.2%} reached {halt:.2%}: no entries"
        found.append(Notice(KIND, "warning", text, since, halt, Action.DENY_ENTRIES))
        flat = 0 if seen.is_flat else None
        return replace(state, is_halted=True, is_half_open=False, session=seen.session, flat_sessions=flat)
    return state
