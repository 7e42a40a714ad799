"""The scenarios of the drill by the rule that each of them needs. Gives: `needs`, `CASES`, `played`.

A scenario is a function without arguments: it trades on paper, asserts what its rule is there for, and returns the run.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from tests.edge.market import Session

Case = Callable[[], Session]
CASES: dict[str, Case] = {}


def needs(rule: str) -> Callable[[Case], Case]:
    """Enter a scenario as the one that notices when `rule` is switched off."""

    def enter(case: Case) -> Case:
        assert rule not in CASES, f"{rule} has a scenario already"
        CASES[rule] = case
        return case

    return enter


@functools.cache
def played(rule: str) -> Session:
    """Return the run of a rule's scenario with every rule on, traded once."""
    return CASES[rule]()
