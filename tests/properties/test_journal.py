"""I9 through a file: what a hostile run streams is what it decided, decides the same again, and explains itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import backtrader as bt
import pytest

from bt_risk import explain, read_decisions, replay, write_decisions
from bt_risk.maths.limits import equals
from tests.bench.hostile import hostile_run
from tests.bench.run import Run
from tests.properties.scale import runs

SEEDS = range(runs(48, 2000))
# What the short suite reaches at least, by outcome and by rule.
REACHED = {
    "accepted": 200,
    "reduced": 20,
    "denied": 300,
    "nothing": 10,
    "cancelled": 1,
    "entry": 300,
    "exit": 200,
    "add": 1,
    "max_position": 5,
    "one_position": 50,
    "valid_stop": 1,
    "valid_size": 1,
    "heat_tier": 1,
}


@dataclass
class Streamed:
    """One hostile run, and the file that it wrote while it ran."""

    run: Run
    path: Path

    @property
    def decisions(self):
        return list(self.run.strategy.bt_risk.decisions)

    @property
    def requests(self):
        return len(self.run.strategy.asked)


@pytest.fixture(scope="module")
def streamed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("journal")

    def stream(seed):
        path = folder / f"{seed}.jsonl"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bt.Strategy, "start", lambda strategy: strategy.bt_risk.stream_decisions(path))
            return Streamed(hostile_run(seed), path)

    return {seed: stream(seed) for seed in SEEDS}


def broken(streamed, holds):
    """Return the seeds for which something does not hold."""
    return [seed for seed, one in streamed.items() if not holds(one)]


def entries(streamed):
    return [
        decision for one in streamed.values() for decision in one.decisions if decision.ruling is not None
    ]


def test_the_runs_reached_what_is_hard(streamed):
    met = Counter()
    for one in streamed.values():
        for decision in one.decisions:
            met.update((decision.outcome, decision.kind, decision.rule))
    assert {what: met[what] for what, least in REACHED.items() if met[what] < least} == {}


def test_every_request_leaves_one_record(streamed):
    assert broken(streamed, lambda one: one.run.strategy.miscounts == []) == []
    assert sum(one.requests for one in streamed.values()) > 1000


def test_the_file_holds_every_decision_exactly(streamed):
    assert broken(streamed, lambda one: repr(read_decisions(one.path)) == repr(one.decisions)) == []


def test_a_file_written_at_the_end_is_the_same(streamed, tmp_path):
    def is_same(one):
        written = write_decisions(tmp_path / "written.jsonl", one.decisions)
        return written.read_bytes() == one.path.read_bytes() or not one.decisions

    assert broken(streamed, is_same) == []


def test_the_file_decides_the_same_again(streamed):
    assert broken(streamed, lambda one: replay(one.path).is_exact) == []


def test_the_binding_rule_is_among_the_rules_with_its_numbers(streamed):
    for decision in entries(streamed):
        bound = [line for line in explain(decision).lines if line.binds]
        assert decision.rule == "sizing" or [line.rule for line in bound] == [decision.rule]
        # A candidate that binds allows what was given, up to the lot.
        if decision.given:
            assert bound[0].kind != "gate"
            assert bound[0].limit >= decision.given or equals(bound[0].limit, decision.given)


def test_without_the_binding_rule_no_run_would_have_been_given_less(streamed):
    for decision in entries(streamed):
        if decision.profile.oversized == "reject":
            continue  # there a larger size may meet a cap that refuses what it would cut
        without = {line.rule: line.without for line in explain(decision).lines}
        least = without.get(decision.rule, decision.given)
        assert not least < decision.given or equals(least, decision.given)


def test_a_bounded_memory_changes_nothing_of_the_trading(streamed):
    for seed in SEEDS[:8]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bt.Strategy, "start", lambda strategy: strategy.bt_risk.keep_decisions(3))
            bounded = hostile_run(seed)
        whole = streamed[seed].run
        assert (bounded.audit.fills, bounded.audit.equity) == (whole.audit.fills, whole.audit.equity)
        assert bounded.strategy.bt_risk.decisions.total == len(streamed[seed].decisions)
        assert len(bounded.strategy.bt_risk.decisions) == min(3, len(streamed[seed].decisions))
