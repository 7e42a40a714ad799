"""RiskReportAnalyzer on runs that can be redone on paper: 200 units at 100 with the stop at 95, one R being 1 000."""

from __future__ import annotations

import json

import backtrader as bt
import numpy as np
import pytest
import scipy.stats

from bt_risk import CONSERVATIVE, RequestError
from bt_risk.analyzers import RiskReportAnalyzer
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, LIMIT, ROUND, STOP, calm, do, each, trade
from tests.edge.plain import run_plain
from tests.edge.test_diversification_analyzer import BOOK, CLOSES, MARKETS, ROOMY
from tests.edge.test_optimising import OneTrade
from tests.edge.test_trade_risk_analyzer import MARKETS as THREE
from tests.edge.test_trade_risk_analyzer import SCRIPT as THREE_TRADES

UP = (104, 105, 103, 104)
# d0 is bought at 100 and stands at 104, d1 is sold short at 100 and stands at 100.
TWO = (calm(3) + [UP] * 3, calm(6))
HELD = {2: each(do("buy", data=0, target=120.0), do("sell", data=1, size=100))}


def reported(*markets, script, profile=ROUND, prepare=None, **options):
    def attach(cerebro):
        cerebro.addanalyzer(RiskReportAnalyzer, _name="report", **options)
        if prepare is not None:
            prepare(cerebro)

    return trade(*markets, script=script, profile=profile, prepare=attach).strategy.analyzers.report


def test_the_report_has_its_sections():
    found = reported(*TWO, script=HELD).get_analysis()
    assert list(found) == [
        "timestamp",
        "strategy",
        "portfolio_metrics",
        "halt_state",
        "position_metrics",
        "strategy_metrics",
        "alerts",
        "alerts_raised",
        "recommendations",
        "heat",
        "drawdown",
        "trade_risk",
        "diversification",
        "decisions",
        "missing",
    ]
    assert (found["timestamp"], found["strategy"]) == ("2024-01-06T00:00:00", "Scripted")
    sides = {name: found["position_metrics"][name] for name in ("total", "long", "short", "total_exposure")}
    assert sides == {"total": 2, "long": 1, "short": 1, "total_exposure": 200 * 104 + 100 * 100}
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_a_position_has_all_its_fields():
    first, second = reported(*TWO, script=HELD).get_analysis()["position_metrics"]["positions"]
    assert first == {
        "symbol": "d0",
        "side": "long",
        "size": 200,
        "entry_price": 100,
        "current_price": 104,
        "value": 20_800,
        "unrealized_pnl": 800,
        "realized_pnl": 0,
        "leverage": 1,
        "timestamp": "2024-01-03T00:00:00",
        "hours_held": 72,
        "strategy_id": "Scripted",
        "stop": 95,
        "stop_type": "stop",
        "target": 120,
        "open_risk": 1_000,
    }
    assert (second["side"], second["value"], second["stop"], second["open_risk"]) == (
        "short",
        -10_000,
        105,
        500,
    )


def test_every_open_position_tells_its_stop_and_its_age():
    script = HELD | {4: do("sell", data=0, exectype=STOP, price=101)}
    first, second = reported(*TWO, script=script).get_analysis()["position_metrics"]["positions"]
    told = ("entry_price", "stop", "target", "size", "hours_held", "open_risk")
    assert [first[name] for name in told] == [100, 101, 120, 200, 72, 0]
    assert [second[name] for name in told] == [100, 105, None, 100, 72, 500]


def test_a_trailed_stop_says_what_moved_it():
    profile = ROUND.replace(break_even=0.5)
    found = reported(TWO[0], script={2: do("buy")}, profile=profile).get_analysis()
    (position,) = found["position_metrics"]["positions"]
    assert (position["stop"], position["stop_type"]) == (100, "break_even")


def test_what_has_left_a_position_is_its_realised_profit():
    def charge(cerebro):
        cerebro.broker.setcommission(commission=0.01)

    script = {2: do("buy", size=100), 4: do("sell", size=40)}
    found = reported(TWO[0], script=script, prepare=charge).get_analysis()
    (position,) = found["position_metrics"]["positions"]
    # 40 units made 4 each, less 1 each way on 100 bought at 100 and 1.04 on 40 sold at 104
    assert position["realized_pnl"] == pytest.approx(160 - 100 - 41.6)
    assert found["portfolio_metrics"]["total_realized"] == pytest.approx(18.4)


def test_a_position_turned_over_begins_anew():
    script = {2: do("buy", size=100), 4: do("sell", size=150)}
    found = run_plain(TWO[0], script=script, analyzer=RiskReportAnalyzer).get_analysis()
    (position,) = found["position_metrics"]["positions"]
    assert (position["side"], position["size"], position["realized_pnl"]) == ("short", 50, 0)
    assert position["timestamp"] == "2024-01-05T00:00:00"
    assert found["portfolio_metrics"]["total_realized"] == 400


def test_a_future_ties_up_its_margin():
    def futures(cerebro):
        cerebro.broker.setcommission(commission=0.0, margin=1_000.0, mult=50.0)

    found = reported(TWO[0], script={2: do("buy", size=2)}, prepare=futures).get_analysis()
    (position,) = found["position_metrics"]["positions"]
    assert (position["value"], position["unrealized_pnl"], position["leverage"]) == (10_400, 400, 5.2)


def test_a_snapshot_is_taken_after_every_bar():
    frame = reported(*TWO, script=HELD).to_frame()
    assert list(frame["total_value"]) == [100_000] * 3 + [100_800] * 3
    assert list(frame["cash"]) == [100_000] * 2 + [90_000] * 4
    assert list(frame["positions_value"]) == [0, 0, 10_000, 10_800, 10_800, 10_800]
    assert list(frame["n_positions"]) == [0, 0, 2, 2, 2, 2]
    assert frame["exposure"].iloc[-1] == pytest.approx(30_800 / 100_800)
    assert frame["net_exposure"].iloc[-1] == pytest.approx(10_800 / 100_800)


def test_the_open_profit_is_followed_bar_by_bar():
    script = HELD | {4: do("close", data=0)}
    frame = reported(*TWO, script=script).to_frame()
    assert list(frame["unrealized_pnl"]) == [0, 0, 0, 800, 0, 0]
    assert list(frame["realized_pnl"]) == [0, 0, 0, 0, 800, 800]
    assert list(frame["unrealized_pnl"] + frame["realized_pnl"]) == list(frame["total_value"] - 100_000)


def test_the_summary_adds_up_profit_return_drawdown_and_trades():
    metrics = reported(*THREE, script=THREE_TRADES).get_analysis()["portfolio_metrics"]
    assert (metrics["total_pnl"], metrics["total_realized"], metrics["total_unrealized"]) == (1_000, 1_000, 0)
    assert metrics["total_return"] == pytest.approx(0.01)
    assert metrics["max_drawdown"] == pytest.approx(1_000 / 102_000)
    assert metrics["n_trades"] == 3


def test_the_portfolio_is_summed_up_under_its_keys():
    metrics = reported(*TWO, script=HELD).get_analysis()["portfolio_metrics"]
    names = ("portfolio_value", "current_drawdown", "active_positions", "total_risk")
    assert [metrics[name] for name in names] == [100_800, 0, 2, 1_500]
    assert metrics["portfolio_heat"] == pytest.approx(1_500 / 100_800)


def test_risk_and_concentration_have_their_keys():
    metrics = reported(*MARKETS, script={1: BOOK}, profile=ROOMY).get_analysis()["portfolio_metrics"]
    values = np.array([100, 200, 50]) * CLOSES[-1]
    weights = values / values.sum()
    assert metrics["effective_positions"] == pytest.approx(1 / (weights**2).sum(), rel=1e-9)
    assert metrics["concentration_risk"] == pytest.approx(weights.max(), rel=1e-9)
    frame = reported(*MARKETS, script={1: BOOK}, profile=ROOMY).to_frame()
    returns = np.diff([100_000, *frame["total_value"]]) / [100_000, *frame["total_value"][:-1]]
    limit = np.quantile(returns, 0.05)
    assert metrics["historical_var"] == pytest.approx(-limit, rel=1e-9)
    assert metrics["expected_shortfall"] == pytest.approx(-returns[returns <= limit].mean(), rel=1e-9)


def test_the_risk_metrics_have_their_names_and_beta_is_measured_on_the_benchmark():
    options = {"script": {1: BOOK}, "profile": ROOMY, "benchmark": "d1"}
    analyzer = reported(*MARKETS, **options)
    found = analyzer.get_analysis()["portfolio_metrics"]
    values = analyzer.to_frame()["total_value"].to_numpy()
    mine, theirs = values[1:] / values[:-1] - 1, CLOSES[1:, 1] / CLOSES[:-1, 1] - 1
    cov = np.cov(mine, theirs)
    assert (found["benchmark"], found["beta"]) == ("d1", pytest.approx(cov[0, 1] / cov[1, 1], rel=1e-9))
    assert found["sharpe_ratio"] == pytest.approx(
        np.mean([0, *mine]) / np.std([0, *mine], ddof=1) * np.sqrt(365.25), rel=1e-9
    )
    downside = np.sqrt(np.mean(np.minimum([0, *mine], 0) ** 2))
    assert found["sortino_ratio"] == pytest.approx(np.mean([0, *mine]) / downside * np.sqrt(365.25), rel=1e-9)
    rho = np.corrcoef((CLOSES[1:] / CLOSES[:-1] - 1).T)
    assert found["correlation_matrix"]["d0"]["d2"] == pytest.approx(rho[0, 2], rel=1e-9)
    assert found["exposure"]["d2"] == pytest.approx(-50 * CLOSES[-1, 2] / values[-1], rel=1e-9)
    assert found["var_95"] == found["historical_var"]
    assert found["risk_level"] == "LOW"


def test_beta_takes_the_bars_that_the_benchmark_had():
    sparse = {day + 1: bar for day, bar in enumerate(MARKETS[1]) if day % 3 == 0}
    analyzer = reported(
        MARKETS[0], sparse, script={1: do("buy", size=100, stop=50.0)}, profile=ROOMY, benchmark=1
    )
    values = analyzer.to_frame()["total_value"].to_numpy()[::3]
    theirs = CLOSES[::3, 1]
    cov = np.cov(values[1:] / values[:-1] - 1, theirs[1:] / theirs[:-1] - 1)
    found = analyzer.get_analysis()["portfolio_metrics"]
    assert found["beta"] == pytest.approx(cov[0, 1] / cov[1, 1], rel=1e-9)


def test_a_benchmark_that_is_no_data_is_refused():
    with pytest.raises(
        RequestError, match=r"benchmark must be a data of the run, e\.g\. 'd0'; received 'SPY'"
    ):
        reported(calm(3), script={}, benchmark="SPY")


def test_the_state_of_the_halts_is_told():
    profile = ROUND.replace(daily_loss=0.005)
    market = [*calm(2), (100, 100, 96, 96), (96, 97, 95.5, 96)]
    found = reported(market[:3], script={1: do("buy")}, profile=profile).get_analysis()
    state = found["halt_state"]
    assert (state["current_value"], state["peak_value"]) == (99_200, pytest.approx(100_000))
    assert (state["drawdown"], state["daily_pnl"], state["daily_loss"]) == pytest.approx((0.008, -800, 0.008))
    assert (state["is_halted"], state["breaker"]) == (True, "CLOSED")
    assert state["halt_reasons"] == ["a daily loss halts entries, sessions left with this one: 2"]
    assert "halt" in [advice["kind"] for advice in found["recommendations"]]


def test_alerts_that_hold_and_that_were_raised_are_told_with_their_numbers():
    profile = ROUND.replace(alert_drawdown=0.005)
    found = reported([*calm(2), (100, 100, 96, 96)], script={1: do("buy")}, profile=profile).get_analysis()
    (alert,) = found["alerts"]
    assert (alert["type"], alert["level"], alert["value"], alert["threshold"]) == (
        "drawdown",
        "high",
        pytest.approx(0.008),
        0.005,
    )
    assert alert["message"] == "drawdown 0.80% above 0.50%"
    assert [raised["text"] for raised in found["alerts_raised"]] == ["drawdown 0.80% above 0.50%"]


def test_the_strategy_is_measured_by_its_closed_trades():
    metrics = reported(*THREE, script=THREE_TRADES).get_analysis()["strategy_metrics"]["Scripted"]
    assert (metrics["positions"], metrics["trades"], metrics["total_pnl"]) == (0, 3, 1_000)
    assert metrics["win_rate"] == pytest.approx(1 / 3)
    # 2, 3 and 4 days
    assert metrics["avg_hold_time"] == 72
    assert metrics["expectancy_r"] == pytest.approx(1 / 3)


def test_deposits_are_no_profit():
    script = {2: lambda strategy: strategy.broker.add_cash(50_000)}
    found = reported(calm(5), script=script).get_analysis()
    metrics = found["portfolio_metrics"]
    assert (metrics["portfolio_value"], metrics["total_pnl"], metrics["total_return"]) == (150_000, 0, 0)
    assert found["halt_state"]["daily_pnl"] == 0


def test_interest_is_neither_realised_nor_open_profit():
    def charge(cerebro):
        cerebro.broker.setcommission(commission=0.0, interest=0.365, interest_long=True)

    metrics = reported(calm(5), script={1: do("buy")}, prepare=charge).get_analysis()["portfolio_metrics"]
    # 200 units at 100 held over three nights, a thousandth each
    assert (metrics["total_realized"], metrics["total_unrealized"]) == (0, 0)
    assert (metrics["total_pnl"], metrics["total_other"]) == (pytest.approx(-60), pytest.approx(-60))


def test_a_plain_strategy_is_reported_on_as_far_as_its_broker_knows():
    script = {2: each(do("buy", size=100), do("sell", size=100, exectype=STOP, price=95))}
    found = run_plain(TWO[0], script=script, analyzer=RiskReportAnalyzer).get_analysis()
    (position,) = found["position_metrics"]["positions"]
    assert (position["stop"], position["target"], position["open_risk"]) == (95, None, 500)
    assert found["portfolio_metrics"]["portfolio_heat"] == pytest.approx(500 / 100_400)
    assert (found["alerts"], found["alerts_raised"], found["halt_state"]["is_halted"]) == (None, None, None)
    assert "profile='moderate'" in found["missing"]["alerts"]
    assert "risk desk" in found["missing"]["halt_state.is_halted"]
    assert "benchmark" in found["missing"]["beta"]
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_a_plain_strategy_is_held_against_a_profile():
    found = run_plain(
        calm(4), script={2: do("buy", size=980)}, analyzer=RiskReportAnalyzer, profile="moderate"
    ).get_analysis()
    assert found["alerts"] == []
    assert [advice["kind"] for advice in found["recommendations"]] == ["close_highest_risk", "diversify"]


@pytest.mark.parametrize("optreturn", [True, False])
def test_the_report_comes_back_from_another_process(optreturn):
    cerebro = bt.Cerebro(stdstats=False, maxcpus=2, optreturn=optreturn)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(calm(8))))
    cerebro.optstrategy(OneTrade, profile=[ROUND, CONSERVATIVE], size=[10])
    cerebro.addanalyzer(RiskReportAnalyzer, benchmark=0)
    analyzers = [runs[0].analyzers[0] for runs in cerebro.run()]
    assert [each.get_analysis()["strategy_metrics"]["OneTrade"]["trades"] for each in analyzers] == [1, 1]
    assert [len(each.to_frame()) for each in analyzers] == [8, 8]


def test_without_a_single_bar_there_is_nothing_to_tell():
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(RowFeed(rows=rows_of([CALM])))
    cerebro.addstrategy(bt.Strategy)
    cerebro.addanalyzer(RiskReportAnalyzer)
    found = cerebro.run()[0].analyzers[0].get_analysis()
    assert found["portfolio_metrics"]["sharpe_ratio"] is None
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_a_deposit_of_the_day_is_no_profit_of_it():
    script = {1: do("buy"), 4: lambda strategy: strategy.broker.add_cash(50_000)}
    found = reported([*calm(4), (100, 101, 98, 99)], script=script).get_analysis()
    assert (found["halt_state"]["current_value"], found["halt_state"]["daily_pnl"]) == (149_800, -200)


def test_the_report_can_be_asked_for_while_the_run_is_on():
    seen = {}

    def ask(strategy):
        seen[len(strategy)] = strategy.analyzers.report.get_analysis()

    script = {2: HELD[2], 3: ask, 5: each(do("close", data=0), ask), 6: ask}
    last = reported(*TWO, script=script).get_analysis()
    # In the user's call of a bar the analyzers know the bar before.
    assert [seen[bar]["timestamp"][:10] for bar in (3, 5)] == ["2024-01-02", "2024-01-04"]
    assert [seen[bar]["portfolio_metrics"]["portfolio_value"] for bar in (3, 5)] == [100_000, 100_800]
    assert seen[5]["trade_risk"]["open"] == 2
    assert (last["trade_risk"]["open"], last["trade_risk"]["trades"]) == (1, 1)
    assert last["diversification"]["looks"] == 2
    alone = reported(*TWO, script={2: HELD[2], 5: do("close", data=0)}).get_analysis()
    assert {k: v for k, v in last.items() if k != "decisions"} == {
        k: v for k, v in alone.items() if k != "decisions"
    }


def test_growth_and_the_certainty_of_the_sharpe_ratio_are_told():
    analyzer = reported(*MARKETS, script={1: BOOK}, profile=ROOMY)
    metrics, values = analyzer.get_analysis()["portfolio_metrics"], analyzer.to_frame()["total_value"]
    years = (len(values) - 1) / 365.25
    assert metrics["cagr"] == pytest.approx((values.iloc[-1] / 100_000) ** (1 / years) - 1, rel=1e-9)
    returns = np.diff([100_000, *values]) / [100_000, *values[:-1]]
    ratio = returns.mean() / returns.std(ddof=1)
    skew, kurtosis = scipy.stats.skew(returns), scipy.stats.kurtosis(returns, fisher=False)
    spread = np.sqrt(1 - skew * ratio + (kurtosis - 1) / 4 * ratio**2)
    expected = scipy.stats.norm.cdf(ratio * np.sqrt(len(returns) - 1) / spread)
    assert metrics["probabilistic_sharpe"] == pytest.approx(expected, rel=1e-9)


def test_what_entries_on_their_way_reserve_is_risk_too():
    script = {2: do("buy", exectype=LIMIT, price=90, stop=85)}
    metrics = reported(calm(3), script=script).get_analysis()["portfolio_metrics"]
    assert (metrics["active_positions"], metrics["total_risk"]) == (0, 1_000)


def test_a_days_loss_is_measured_on_the_equity_of_the_day_before():
    market = [*calm(2), (100, 150, 100, 150), (150, 150, 140, 140)]
    state = reported(market, script={1: do("buy", size=200)}).get_analysis()["halt_state"]
    assert (state["daily_pnl"], state["daily_loss"]) == (-2_000, pytest.approx(2_000 / 110_000))


def test_yearly_ratios_are_over_the_rate_that_is_given():
    analyzer = reported(*MARKETS, script={1: BOOK}, profile=ROOMY, risk_free=0.02)
    metrics, values = analyzer.get_analysis()["portfolio_metrics"], analyzer.to_frame()["total_value"]
    returns = np.diff([100_000, *values]) / [100_000, *values[:-1]]
    excess = returns - (1.02 ** (1 / 365.25) - 1)
    assert metrics["sharpe_ratio"] == pytest.approx(
        excess.mean() / excess.std(ddof=1) * np.sqrt(365.25), rel=1e-9
    )
    downside = np.sqrt(np.mean(np.minimum(excess, 0) ** 2))
    assert metrics["sortino_ratio"] == pytest.approx(excess.mean() / downside * np.sqrt(365.25), rel=1e-9)
    assert metrics["volatility"] == pytest.approx(returns.std(ddof=1) * np.sqrt(365.25), rel=1e-9)


def test_positions_that_move_together_raise_an_alert():
    profile = ROOMY.replace(alert_correlation=0.3)
    found = reported(*MARKETS, script={1: BOOK}, profile=profile).get_analysis()
    (alert,) = [alert for alert in found["alerts"] if alert["type"] == "correlation"]
    assert alert["value"] == found["diversification"]["highest_correlation"]["last"] > 0.3


def test_an_account_without_equity_is_halted_and_says_why():
    script = {2: lambda strategy: strategy.broker.add_cash(-150_000)}
    state = reported(calm(4), script=script).get_analysis()["halt_state"]
    assert (state["current_value"], state["is_halted"]) == (-50_000, True)
    assert state["halt_reasons"][0] == "equity is -50000.00"


def test_a_losing_record_is_advised_on():
    def charge(cerebro):
        cerebro.broker.setcommission(commission=0.0001)

    script = {bar: do("buy" if bar % 2 else "close", size=10) for bar in range(1, 41)}
    found = reported(calm(42), script=script, prepare=charge).get_analysis()
    assert found["trade_risk"]["trades"] == 20
    assert [advice["kind"] for advice in found["recommendations"]] == ["expectancy"]
