"""Checks of the strategy's own, beside the profile's. Requires: ``risk_checks``. Gives: gates, to the entries."""

from __future__ import annotations

import math
from typing import Any

from bt_risk.errors import StrategyError
from bt_risk.rules.checks import CHECKS, Judge
from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest


class OwnCheck:
    """Ask a check of the user's and make sure that it answers with a finding, or with None."""

    def __init__(self, judge: Any) -> None:
        self._judge = judge

    def __call__(self, request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
        """Return what the user's check finds.

        Raises
        ------
        StrategyError
            It returned anything else, or a finding whose limit or number is none.
        """
        found = self._judge(request, book, profile)
        if found is None:
            return None
        if not isinstance(found, Finding):
            raise StrategyError(f"{_name(self._judge)} must return a Finding or None; received {found!r}")
        try:
            return _own(found)
        except (TypeError, ValueError):
            raise StrategyError(
                f"{_name(self._judge)} must return a Finding with numbers as limit and found; received {found!r}"
            ) from None


def checks_of(strategy: Any) -> tuple[Judge, ...]:
    """Return the gates of a run: ours, then those that the strategy lists in ``risk_checks``.

    Raises
    ------
    StrategyError
        The attribute is no list, or holds something that cannot be called.
    """
    own = strategy.risk_checks
    if not isinstance(own, (list, tuple)) or not all(map(callable, own)):
        raise StrategyError(
            "risk_checks must be a list of functions of (request, book, profile), e.g. [MinimumPrice(5.0)]; "
            f"received {own!r}"
        )
    return (*CHECKS, *map(OwnCheck, own))


def _own(found: Finding) -> Finding:
    """Return a finding as plain values, which a file can hold, marked as the strategy's own."""
    limit, number = (math.nan if value is None else float(value) for value in (found.limit, found.found))
    return Finding(str(found.rule), bool(found.passed), limit, number, str(found.text), is_own=True)


def _name(judge: Any) -> str:
    return getattr(judge, "__name__", type(judge).__name__)
