"""A memory that is bounded keeps the last decisions and counts all."""

from __future__ import annotations

import pickle

import pytest

from bt_risk.rules.journal import DecisionMemory
from tests.rules.journal.records import entry

DECISIONS = [entry(number) for number in range(1, 6)]


def memory(most=None, *, after=0):
    """Return a memory of five decisions, bounded after the first few."""
    made = DecisionMemory()
    for count, decision in enumerate(DECISIONS):
        if count == after:
            made.keep(most)
        made.add(decision)
    if after == len(DECISIONS):
        made.keep(most)
    return made


@pytest.mark.parametrize("after", [0, 3, 5])
@pytest.mark.parametrize(("most", "kept"), [(None, 5), (10, 5), (2, 2), (0, 0)])
def test_the_last_ones_are_kept_and_all_are_counted(most, kept, after):
    made = memory(most, after=after)
    assert [one.number for one in made] == [1, 2, 3, 4, 5][5 - kept :]
    assert (len(made), made.total, made.forgotten) == (kept, 5, 5 - kept)
    assert made.outcomes == {"accepted": 5}


def test_it_reads_as_a_list_does():
    made = memory(3)
    assert (made[0].number, made[-1].number) == (3, 5)
    assert [one.number for one in made[1:]] == [4, 5]
    assert DECISIONS[4] in made
    assert DECISIONS[0] not in made
    assert repr(made) == "<3 of 5 decisions>"
    with pytest.raises(IndexError):
        made[3]


def test_a_bound_that_is_lifted_keeps_everything_from_then_on():
    made = memory(2)
    made.keep(None)
    for decision in DECISIONS:
        made.add(decision)
    assert (len(made), made.total) == (7, 10)


def test_it_travels_with_the_results_of_an_optimisation():
    made = pickle.loads(pickle.dumps(memory(2)))
    made.add(DECISIONS[0])
    assert [one.number for one in made] == [5, 1]
    assert made.total == 6
