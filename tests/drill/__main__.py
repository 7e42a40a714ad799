"""Hold the drill, and print what was missed: ``python -m tests.drill``, or with the names of some rules."""

from __future__ import annotations

import sys

import pytest

from tests.drill.test_fire_drill import CASES, SWITCHES


def passes(rule: str) -> bool:
    """Return whether the scenario of `rule` passes now."""
    try:
        CASES[rule]()
    except AssertionError:
        return False
    return True


def main(rules: list[str]) -> int:
    """Switch off each of `rules`, or of all, and return how many nobody would miss."""
    unnoticed = 0
    for rule in rules or SWITCHES:
        is_on = passes(rule)
        with pytest.MonkeyPatch.context() as patch:
            SWITCHES[rule](patch)
            is_missed = not passes(rule)
        unnoticed += not (is_on and is_missed)
        print(f"{rule:40} {'works' if is_on else 'FAILS':8} {'missed' if is_missed else 'NOT MISSED'}")
    return unnoticed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
