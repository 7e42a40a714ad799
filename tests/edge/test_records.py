"""What a run keeps of its decisions: bounded memory, a file that is written as they are made, and its replay."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import backtrader as bt
import pytest

from bt_risk import JournalError, RequestError, RiskMixin, guard, read_decisions, replay
from bt_risk.analyzers import HeatAnalyzer
from bt_risk.rules.journal import DecisionWriter, write_decisions
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import ROUND, Script, calm, do, each, trade
from tests.edge.test_own_checks import MinimumPrice

ROUNDS = {bar: do("buy") if bar % 2 else do("close") for bar in range(1, 21)}


class Recording(RiskMixin, Script, bt.Strategy):
    """Say in `start` what is kept and where it is written."""

    params = (("keep", None), ("path", None))

    def start(self):
        if self.p.keep is not None:
            self.bt_risk.keep_decisions(self.p.keep)
        if self.p.path is not None:
            self.bt_risk.stream_decisions(self.p.path)


def recorded(script=ROUNDS, *, bars=22, strategy=Recording, keep=None, path=None, **options):
    kind = type("Recording", (strategy,), {"params": (("keep", keep), ("path", path))})
    return trade(calm(bars), script=script, strategy=kind, **options)


def traded(session):
    return session.fills, session.values, session.tiers


def test_a_bounded_memory_keeps_the_last_decisions_and_trades_the_same():
    whole, bounded = recorded(), recorded(keep=5)
    assert len(whole.decisions) == whole.decisions.total == 20
    assert [one.number for one in bounded.decisions] == [16, 17, 18, 19, 20]
    # Orders are numbered through a whole process.
    assert [repr(one).split("order=")[0] for one in bounded.decisions] == [
        repr(one).split("order=")[0] for one in whole.decisions[-5:]
    ]
    assert traded(bounded) == traded(whole)
    assert bounded.decisions.outcomes == whole.decisions.outcomes == {"accepted": 20}


def test_a_memory_of_nothing_still_numbers():
    session = recorded(keep=0)
    assert (list(session.decisions), session.decisions.total) == ([], 20)


@pytest.mark.parametrize("most", [-1, 2.5, True, "all"])
def test_a_bound_must_be_a_count(most):
    with pytest.raises(
        RequestError, match=r"most must be a whole number >= 0 or None, e\.g\. 100_000; received"
    ):
        recorded(keep=most)


def test_the_heat_analyzer_needs_no_memory():
    session = recorded(keep=0, prepare=lambda cerebro: cerebro.addanalyzer(HeatAnalyzer, _name="heat"))
    assert session.strategy.analyzers.heat.get_analysis()["bars"] == 22


@pytest.mark.parametrize("keep", [None, 3])
def test_the_file_holds_every_decision_whatever_the_memory_keeps(tmp_path, keep):
    path = tmp_path / "decisions.jsonl"
    session = recorded(keep=keep, path=path)
    decisions = read_decisions(path)
    assert [one.number for one in decisions] == list(range(1, 21))
    assert repr(decisions[-3:]) == repr(session.decisions[-3:])
    assert traded(session) == traded(recorded())
    assert replay(path).is_exact


def test_the_file_is_the_one_that_is_written_at_the_end(tmp_path):
    session = recorded(path=tmp_path / "streamed.jsonl")
    written = write_decisions(tmp_path / "written.jsonl", session.decisions)
    assert (tmp_path / "streamed.jsonl").read_bytes() == written.read_bytes()


def test_each_line_is_in_the_file_before_the_strategy_goes_on(tmp_path):
    path = tmp_path / "decisions.jsonl"
    seen = []

    def look(strategy):
        strategy.buy()
        seen.append(len(read_decisions(path)))
        strategy.close()
        seen.append(len(read_decisions(path)))

    recorded({3: look, 5: look}, bars=7, path=path)
    assert seen == [1, 2, 3, 4]


def test_a_stream_that_begins_late_holds_what_is_in_memory(tmp_path):
    path = tmp_path / "decisions.jsonl"
    begin = {**ROUNDS, 8: each(lambda strategy: strategy.bt_risk.stream_decisions(path), do("close"))}
    recorded(begin, keep=3)
    assert [one.number for one in read_decisions(path)] == list(range(5, 21))


def test_another_path_ends_the_first_file(tmp_path):
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    turn = {**ROUNDS, 10: each(lambda strategy: strategy.bt_risk.stream_decisions(two), do("close"))}
    recorded(turn, keep=1, path=one)
    assert [len(read_decisions(path)) for path in (one, two)] == [9, 12]


def test_a_decision_of_the_strategys_stop_is_in_the_file(tmp_path):
    class Late(Recording):
        def stop(self):
            self.close()

    path = tmp_path / "decisions.jsonl"
    session = recorded({1: do("buy")}, bars=3, strategy=Late, path=path)
    assert [one.kind for one in read_decisions(path)] == ["entry", "exit"]
    assert session.desk._writer is None


def test_a_run_that_dies_leaves_its_decisions(tmp_path):
    path = tmp_path / "decisions.jsonl"

    def die(strategy):
        raise RuntimeError("the strategy's own error")

    with pytest.raises(RuntimeError, match="own error"):
        recorded({**ROUNDS, 11: die}, path=path)
    gc.collect()  # a file that is left open would be warned of here
    assert [one.number for one in read_decisions(path)] == list(range(1, 11))
    assert replay(path).is_exact


def test_a_process_that_is_killed_leaves_its_decisions(tmp_path):
    path = tmp_path / "decisions.jsonl"
    code = (
        "import os; from tests.edge.test_records import *\n"
        f"recorded({{**ROUNDS, 11: lambda strategy: os._exit(9)}}, path={str(path)!r})"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=root, check=False)
    assert done.returncode == 9
    assert [one.number for one in read_decisions(path)] == list(range(1, 11))


def test_a_disk_that_fills_up_ends_the_file_and_not_the_run(tmp_path, monkeypatch):
    path, put = tmp_path / "decisions.jsonl", DecisionWriter._put

    def fill_up(writer, value):
        if value.get("number") == 8:
            raise OSError(28, "No space left on device")
        put(writer, value)

    monkeypatch.setattr(DecisionWriter, "_put", fill_up)
    session = recorded(keep=3, path=path)
    assert traded(session) == traded(recorded())
    assert [one.number for one in read_decisions(path)] == list(range(1, 8))
    # Number 8 was the third in memory: nothing from there on is forgotten.
    assert [one.number for one in session.decisions] == list(range(6, 21))
    (event,) = session.desk.events
    assert (event.kind, event.level) == ("journal", "critical")
    assert event.text.endswith(
        "no decision is written from 8 on, the memory keeps all: No space left on device"
    )


def test_a_path_that_cannot_be_written_is_an_error_before_the_first_bar(tmp_path):
    with pytest.raises(JournalError, match="cannot be written: Is a directory"):
        recorded(path=tmp_path)


def test_limits_that_change_on_the_way_are_replayed_as_they_were(tmp_path):
    path = tmp_path / "decisions.jsonl"
    tighter = {**ROUNDS, 10: each(do("close"), lambda s: s.bt_risk.set_limits(max_position=0.15))}
    session = recorded(tighter, path=path)
    assert {one.given for one in session.decisions if one.kind == "entry"} == {200, 150}
    assert [one.profile.max_position for one in read_decisions(path)] == [None] * 10 + [0.15] * 10
    assert replay(path).is_exact
    assert [one.decision.number for one in replay(path, ROUND).changed] == [11, 13, 15, 17, 19]


def test_a_check_of_ones_own_is_replayed_from_its_findings(tmp_path):
    class Careful(Recording):
        risk_checks = (MinimumPrice(101.0),)

    path = tmp_path / "decisions.jsonl"
    recorded({1: do("buy"), 3: do("buy")}, bars=5, strategy=Careful, path=path)
    again = replay(path)
    assert again.is_exact
    assert again.own_checks == {"minimum_price": (1, 2)}


def test_a_guarded_strategy_says_it_in_its_start_too(tmp_path):
    class Theirs(Script, bt.Strategy):
        def start(self):
            self.bt_risk.stream_decisions(tmp_path / "decisions.jsonl")

    trade(calm(22), script=ROUNDS, strategy=guard(Theirs))
    assert len(read_decisions(tmp_path / "decisions.jsonl")) == 20


def test_whole_strategies_come_back_from_an_optimisation_with_their_records(tmp_path):
    cerebro = bt.Cerebro(stdstats=False, maxcpus=2, optreturn=False)
    cerebro.adddata(RowFeed(rows=rows_of(calm(12))))
    cerebro.optstrategy(Optimised, keep=[2, 4], folder=[str(tmp_path)])
    runs = [runs[0] for runs in cerebro.run()]
    assert [[one.number for one in run.bt_risk.decisions] for run in runs] == [[5, 6], [3, 4, 5, 6]]
    assert [len(read_decisions(tmp_path / f"{keep}.jsonl")) for keep in (2, 4)] == [6, 6]


class Optimised(RiskMixin, bt.Strategy):
    params = (("keep", 1), ("folder", ""), ("profile", ROUND))

    def start(self):
        self.bt_risk.keep_decisions(self.p.keep)
        self.bt_risk.stream_decisions(f"{self.p.folder}/{self.p.keep}.jsonl")

    def next(self):
        if len(self) % 2 == 0:
            self.close() if self.position else self.buy()
