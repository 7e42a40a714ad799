"""Deny what a cap would cut. Requires: the candidates, the size asked. Gives: the cap that refuses."""

from __future__ import annotations

from collections.abc import Iterable

from bt_risk.maths.limits import below, equals
from bt_risk.maths.position_size import floor_to_lot
from bt_risk.rules.decision import Candidate
from bt_risk.rules.profile import RiskProfile


def refusing_cap(candidates: Iterable[Candidate], asked: float, profile: RiskProfile) -> Candidate | None:
    """Return the cap that denies a request of `asked` units, None where none does.

    With ``oversized = "reject"`` a cap that allows less than was asked denies; of several the one that allows least,
    of equals the first. What was asked counts in whole lots: a cap that leaves those lots untouched cuts nothing.
    `asked` is the least that any method proposes, so that only caps are below it.
    """
    if profile.oversized != "reject":
        return None
    traded = floor_to_lot(asked, profile.lot)
    breached = [cap for cap in candidates if below(cap.units, traded)]
    if not breached:
        return None
    least = min(cap.units for cap in breached)
    return next(cap for cap in breached if equals(cap.units, least))


def refusal(cap: Candidate, asked: float) -> str:
    """Return the reason in words."""
    return cap.text or f"{cap.rule} allows {cap.units:.6g} units, less than the {asked:.6g} asked"
