"""Decide an entry: gates, then candidates, the smallest wins. Requires: request, book, profile. Gives: `Ruling`."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from bt_risk.rules.caps import CAPS, Allow
from bt_risk.rules.checks import CHECKS, SIZE_CHECKS, Judge
from bt_risk.rules.decision import Finding, Ruling
from bt_risk.rules.methods import METHODS, Propose
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest
from bt_risk.rules.sizing import Sizing, size_entry

UNSIZED = Sizing((), math.nan, 0.0, 0.0, None, ())


def decide_entry(
    request: EntryRequest,
    book: Book,
    profile: RiskProfile,
    *,
    checks: Sequence[Judge] = CHECKS,
    methods: Mapping[str, Propose] = METHODS,
    caps: Sequence[tuple[str, Allow]] = CAPS,
    off: Collection[str] = (),
) -> Ruling:
    """Return the size that every rule allows, or the reason for none.

    Pure: the same inputs give the same ruling. Every gate is asked and every candidate kept, so that the record
    shows all of them. The first gate that does not pass is the binding one and denies. Else each method, the
    strategy's own size, a user's sizer and each cap propose units; the smallest is rounded down to the lot. Below
    one lot the trade is skipped, never rounded up. Where the profile rejects what is oversized, a cap denies what it
    would have to cut.

    Parameters
    ----------
    checks, methods, caps
        The rules to ask, in order; to add one, give ``(*CHECKS, mine)`` or ``(*CAPS, ("mine", allow))``, to replace
        a method ``{**METHODS, "kelly": mine}``.
    off
        Names of rules to do without: gates, methods, ``"own_size"``, ``"sizer"``, caps and scales.
    """
    findings = _judged((judge(request, book, profile) for judge in checks), off)
    sizing = UNSIZED
    terms = request.terms
    # Without a price, a stop or an equity there is nothing to size, and one of the gates has said so.
    if terms is not None and 0.0 < book.equity < math.inf:
        sizing = size_entry(request, terms, book, profile, methods=methods, caps=caps, off=off)
        if sizing.units > 0.0:
            base, units = sizing.base, sizing.units
            findings += _judged((judge(base, units, terms, book, profile) for judge in SIZE_CHECKS), off)
    rule, text, is_granted = _bind(request, findings, sizing, profile)
    units = sizing.units if is_granted else 0.0
    return Ruling(units, sizing.asked, rule, text, tuple(findings), sizing.candidates, sizing.missing)


def _judged(findings: Iterable[Finding | None], off: Collection[str]) -> list[Finding]:
    """Return what the gates found that are on."""
    return [found for found in findings if found is not None and found.rule not in off]


def _bind(
    request: EntryRequest, findings: Sequence[Finding], sizing: Sizing, profile: RiskProfile
) -> tuple[str, str, bool]:
    """Return the binding rule, the reason in words, and whether the size is granted."""
    failed = next((finding for finding in findings if not finding.passed), None)
    if failed is not None:
        return failed.rule, failed.text, False
    if request.terms is None:
        return "valid_stop", "no usable stop", False
    binding = sizing.binding
    if binding is None:
        lacks = f": {'; '.join(sizing.missing)}" if sizing.missing else ""
        return "sizing", f"no method proposes a size yet{lacks}", False
    if sizing.refusal:
        return binding.rule, sizing.refusal, False
    if sizing.units > 0.0:
        return binding.rule, f"{binding.rule} binds at {sizing.units:.6g} units", True
    reason = binding.text or f"{binding.rule} allows {binding.units:.6g} units"
    if binding.units > 0.0:
        reason += f", less than one lot of {profile.lot:g}"
    return binding.rule, reason, False
