"""What makes a profile unusable. Requires: its fields. Gives: every problem at once, each with its cure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bt_risk.rules.profile.contradictions import find_contradictions
from bt_risk.rules.profile.domains import DOMAINS

if TYPE_CHECKING:
    from bt_risk.rules.profile.fields import RiskProfile


def find_problems(profile: RiskProfile) -> list[str]:
    """Return a line for each value outside its domain, in the order of the fields; if none, the contradictions.

    Values that are no numbers cannot be compared with each other, so that contradictions come second.
    """
    problems = [
        problem
        for field, domain in DOMAINS.items()
        for problem in domain.find_problems(field, getattr(profile, field))
    ]
    return problems or find_contradictions(profile)


def find_unknown_keys(keys: Iterable[object]) -> list[str]:
    """Return a line for each key that is no field of a profile, with the nearest field."""
    return [f"unknown key {key!r}{nearest(key, DOMAINS)}" for key in keys if key not in DOMAINS]


def nearest(word: object, known: Iterable[str]) -> str:
    """Return ``, did you mean ...?`` with the known word nearest to `word`, empty where none is near."""
    near = difflib.get_close_matches(str(word), list(known), n=1)
    return f", did you mean {near[0]!r}?" if near else ""
