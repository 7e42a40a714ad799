from __future__ import annotations

import pytest

from tests.mutation.mutants import mutants_of, mutated
from tests.mutation.suites import ROOT, modules, suite_of

SOURCE = '''
"""A docstring."""
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    LIMIT = 5


def capped(value: "tuple[int, 3]", limit: float = 2.0) -> float:
    """Return the smaller."""
    if value > limit and not limit < 0:
        return limit
    return min(value + 1, limit)
'''


def test_each_place_is_changed_in_each_way():
    changes = [(mutant.line, mutant.before, mutant.after) for mutant in mutants_of(SOURCE)]
    assert sorted(changes) == sorted(
        [
            (9, "2.0", "3.0"),
            (9, "2.0", "1.0"),
            (11, "if value > limit and (not limit < 0):", "if not (value > limit and (not limit < 0)):"),
            (11, "value > limit and (not limit < 0)", "value > limit or not limit < 0"),
            (11, "value > limit", "value >= limit"),
            (11, "value > limit", "value <= limit"),
            (11, "not limit < 0", "not not limit < 0"),
            (11, "limit < 0", "limit <= 0"),
            (11, "limit < 0", "limit >= 0"),
            (11, "0", "1"),
            (11, "0", "-1"),
            (12, "return limit", "return None"),
            (13, "return min(value + 1, limit)", "return None"),
            (13, "min(value + 1, limit)", "max(value + 1, limit)"),
            (13, "value + 1", "value - 1"),
            (13, "1", "2"),
            (13, "1", "0"),
        ]
    )


def test_a_mutant_runs_with_its_one_change():
    (mutant,) = [mutant for mutant in mutants_of(SOURCE) if mutant.after.startswith("max(")]
    names: dict = {}
    exec(compile(mutated(SOURCE, mutant), "<mutant>", "exec"), names)
    assert names["capped"](1.0) == 2.0
    assert names["capped"](0.0) == 2.0
    assert names["capped"](3.0) == 2.0


@pytest.mark.parametrize("module", [*modules("maths"), *modules("rules")])
def test_every_module_has_tests_to_notice_its_mutants(module):
    assert [test for test in suite_of(module) if not (ROOT / test).exists()] == []
