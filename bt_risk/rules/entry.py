"""Decide an entry: gates, then candidates, the smallest wins. Requires: request, book, profile. Gives: `Ruling`."""

from __future__ import annotations

import math

from bt_risk.maths.position_size import floor_to_lot
from bt_risk.rules.caps import CAPS
from bt_risk.rules.checks import CHECKS
from bt_risk.rules.decision import Candidate, Ruling
from bt_risk.rules.methods import METHODS
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms


def decide_entry(request: EntryRequest, book: Book, profile: RiskProfile) -> Ruling:
    """Return the size that every rule allows, or the reason for none.

    Pure: the same three inputs give the same ruling. Every gate is asked, so that the record shows all of them;
    the first that does not pass is the binding one. Then each method, the strategy's own size, a user's sizer and
    each cap propose units; the smallest is rounded down to the lot. Below one lot the trade is skipped, never
    rounded up.
    """
    findings = tuple(judge(request, book, profile) for judge in CHECKS)
    failed = next((finding for finding in findings if not finding.passed), None)
    if failed is not None or request.terms is None:
        rule, text = (failed.rule, failed.text) if failed else ("valid_stop", "no usable stop")
        return Ruling(0.0, math.nan, rule, text, findings, ())
    candidates = _candidates(request, request.terms, book, profile)
    if not candidates:
        return Ruling(0.0, math.nan, "sizing", "no method proposes a size yet", findings, ())
    binding = min(candidates, key=lambda candidate: candidate.units)
    asked = min((c.units for c in candidates if not c.is_cap), default=math.nan)
    units = floor_to_lot(binding.units, profile.lot)
    if units <= 0.0:
        text = f"{binding.rule} allows {binding.units:.6g} units" + (
            f", less than one lot of {profile.lot:g}" if binding.units > 0.0 else ""
        )
        return Ruling(0.0, asked, binding.rule, text, findings, candidates)
    return Ruling(
        units, asked, binding.rule, f"{binding.rule} binds at {units:.6g} units", findings, candidates
    )


def _candidates(
    request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile
) -> tuple[Candidate, ...]:
    proposals = [(name, METHODS[name](request, terms, book, profile)) for name in profile.sizing]
    found = [Candidate(name, units, False) for name, units in proposals if not math.isnan(units)]
    if request.wanted is not None:
        found.append(Candidate("own_size", request.wanted, False))
    if request.sizer_units is not None:
        found.append(Candidate("sizer", request.sizer_units, False))
    if not found:
        return ()
    for name, allow in CAPS:
        units = allow(request, terms, book, profile)
        if units is not None:
            found.append(Candidate(name, units, True))
    return tuple(found)
