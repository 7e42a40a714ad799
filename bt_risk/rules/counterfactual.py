"""What one rule cost: the size without it. Requires: request, book, profile. Gives: units by the rule's name."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bt_risk.rules.checks import CHECKS, Judge
from bt_risk.rules.decision import Finding, Ruling
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest


def without_each_rule(
    request: EntryRequest, book: Book, profile: RiskProfile, *, checks: Sequence[Judge] = CHECKS
) -> dict[str, float]:
    """Return the units that would be granted if one rule were off and all others stayed, by the rule's name.

    Every gate that was asked and every candidate is there: methods, the strategy's own size, a sizer, caps, scales.
    Where two rules deny, doing without one of them still gives 0. Without the band the sizing methods may go beyond
    its upper edge too. Without the only proposal the caps make the size; NaN where nothing is left to make one.

    A larger size may meet a gate that denies what is too large, or a cap that refuses what it would cut, so that
    less is granted without a rule than with it.

    Parameters
    ----------
    checks
        The gates of the run; see `recorded_checks`.
    """
    ruling = decide_entry(request, book, profile, checks=checks)
    return {
        rule: _units(decide_entry(request, book, profile, checks=checks, off=(rule,)), ruling)
        for rule in ruling.rules
    }


def recorded_checks(ruling: Ruling) -> tuple[Judge, ...]:
    """Return our gates, and in place of each check of the strategy's own what it found when `ruling` was made."""
    return (*CHECKS, *(_found_again(finding) for finding in ruling.findings if finding.is_own))


def _found_again(finding: Finding) -> Judge:
    def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding:
        return finding

    return judge


def _units(without: Ruling, ruling: Ruling) -> float:
    has_lost_its_size = without.rule == "sizing" and bool(ruling.candidates)
    return math.nan if has_lost_its_size else without.units
