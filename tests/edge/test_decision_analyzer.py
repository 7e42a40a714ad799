"""DecisionAnalyzer on runs whose decisions can be counted by hand; one R is 1 000 (see `tests.edge.market`)."""

from __future__ import annotations

import json
import pickle

import backtrader as bt
import pytest

from bt_risk import CONSERVATIVE, shadow_book
from bt_risk.analyzers import DecisionAnalyzer
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, ROUND, calm, do, each, trade
from tests.edge.test_optimising import OneTrade

FALL = (100, 101, 94, 96)  # stopped at 95
ONE = ROUND.replace(max_positions=1)
# d0 is bought and left by a signal; d1 is denied because of it, and would have been stopped out.
SCRIPT = {1: do("buy", data=0), 2: do("buy", data=1), 4: do("close", data=0)}
MARKETS = (calm(6), [*calm(3), FALL, CALM, CALM])


def counted(*markets, script, profile=ROUND, **options):
    session = trade(
        *markets,
        script=script,
        profile=profile,
        prepare=lambda cerebro: cerebro.addanalyzer(DecisionAnalyzer, _name="decisions"),
        **options,
    )
    return session.strategy, session.strategy.analyzers.decisions


def test_decisions_are_counted_by_kind_and_outcome():
    _, analyzer = counted(*MARKETS, script=SCRIPT, profile=ONE)
    found = analyzer.get_analysis()
    assert found["decisions"] == 3
    assert found["outcomes"] == {"accepted": 2, "denied": 1}
    assert found["kinds"] == {"entry": {"accepted": 1, "denied": 1}, "exit": {"accepted": 1}}


def test_a_rule_is_asked_on_every_entry_and_binds_where_it_decides():
    _, analyzer = counted(*MARKETS, script=SCRIPT, profile=ONE)
    rules = analyzer.get_analysis()["rules"]
    names = ("kind", "asked", "binding", "denied", "reduced", "breached")
    counts = {name: rules["max_positions"][name] for name in names}
    assert counts == {"kind": "gate", "asked": 2, "binding": 1, "denied": 1, "reduced": 0, "breached": 1}
    sizing = rules["risk_per_trade"]
    assert (sizing["kind"], sizing["asked"], sizing["binding"], sizing["denied"]) == ("method", 2, 1, 0)
    exits = {name: row["asked"] for name, row in rules.items() if row["kind"] == "exit"}
    assert sum(exits.values()) == 1


def test_a_cap_that_cuts_is_counted_as_reduced():
    _, analyzer = counted(calm(4), script={1: do("buy")}, profile=ROUND.replace(max_position=0.05))
    row = analyzer.get_analysis()["rules"]["max_position"]
    assert (row["kind"], row["binding"], row["reduced"], row["denied"], row["breached"]) == (
        "cap",
        1,
        1,
        0,
        1,
    )


def test_without_the_shadow_book_what_a_rule_is_worth_is_missing():
    _, analyzer = counted(*MARKETS, script=SCRIPT, profile=ONE)
    found = analyzer.get_analysis()
    assert found["rules"]["max_positions"]["r_saved"] is None
    assert "shadow book" in found["missing"]["rules.r_saved"]


def test_with_the_shadow_book_each_rule_shows_what_it_saved():
    strategy, analyzer = counted(*MARKETS, script=SCRIPT, profile=ONE)
    analyzer.take_shadow_book(shadow_book(strategy))
    found = analyzer.get_analysis()
    row = found["rules"]["max_positions"]
    # 200 units forgone, bought at 100 and stopped at 95
    assert (row["r_saved"], row["r_forgone"], row["net_r"]) == (1, 0, 1)
    assert (row["money_saved"], row["money_forgone"], row["net_money"]) == (1_000, 0, 1_000)
    assert found["rules"]["risk_per_trade"]["r_saved"] is None
    assert found["missing"] == {}


def test_the_frame_has_a_row_for_each_rule():
    strategy, analyzer = counted(*MARKETS, script=SCRIPT, profile=ONE)
    analyzer.take_shadow_book(shadow_book(strategy))
    frame = analyzer.to_frame()
    assert list(frame.index) == list(analyzer.get_analysis()["rules"])
    assert frame.loc["max_positions", ["asked", "denied", "net_r"]].tolist() == [2, 1, 1.0]
    assert frame["binding"].sum() == 3


def test_every_decision_is_counted_where_the_memory_is_bounded():
    script = {1: each(lambda strategy: strategy.bt_risk.keep_decisions(0), do("buy")), 3: do("close")}
    strategy, analyzer = counted(calm(5), script=script)
    assert len(strategy.bt_risk.decisions) == 0
    assert analyzer.get_analysis()["decisions"] == 2


def test_the_analysis_is_plain_json():
    strategy, analyzer = counted(*MARKETS, script=SCRIPT, profile=ONE)
    analyzer.take_shadow_book(shadow_book(strategy))
    found = analyzer.get_analysis()
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_on_a_plain_strategy_it_says_what_is_missing():
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(RowFeed(rows=rows_of(calm(3))))
    cerebro.addstrategy(bt.Strategy)
    cerebro.addanalyzer(DecisionAnalyzer, _name="decisions")
    analyzer = cerebro.run()[0].analyzers.decisions
    found = analyzer.get_analysis()
    assert (found["decisions"], found["rules"]) == (None, {})
    assert "derive it from RiskStrategy" in found["missing"]["decisions"]
    assert len(analyzer.to_frame()) == 0


def test_the_analyzer_lets_go_of_the_desk_when_the_run_is_over():
    strategy, analyzer = counted(*MARKETS, script=SCRIPT, profile=ONE)
    assert strategy.bt_risk.decisions.listeners == []
    analyzer.strategy = None
    assert pickle.loads(pickle.dumps(analyzer._tally)).total == 3


@pytest.mark.parametrize("optreturn", [True, False])
def test_the_counts_come_back_from_another_process(optreturn):
    cerebro = bt.Cerebro(stdstats=False, maxcpus=2, optreturn=optreturn)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(calm(8))))
    cerebro.optstrategy(OneTrade, profile=[ROUND, CONSERVATIVE], size=[10])
    cerebro.addanalyzer(DecisionAnalyzer)
    found = [runs[0].analyzers[0].get_analysis() for runs in cerebro.run()]
    assert [each["kinds"] for each in found] == [{"entry": {"accepted": 1}, "exit": {"accepted": 1}}] * 2


def test_decisions_that_the_shadow_book_lacks_are_said_to_be():
    script = SCRIPT | {1: each(lambda strategy: strategy.bt_risk.keep_decisions(1), SCRIPT[1])}
    strategy, analyzer = counted(*MARKETS, script=script, profile=ONE)
    analyzer.take_shadow_book(shadow_book(strategy))
    found = analyzer.get_analysis()
    assert found["missing"]["rules.r_saved"] == "2 decisions that the run did not keep are not in the values"
