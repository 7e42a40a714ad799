"""TradeRiskAnalyzer on runs under a desk: 200 units at 100 with the stop at 95, one R being 1 000."""

from __future__ import annotations

import json

import backtrader as bt
import pytest

from bt_risk import CONSERVATIVE, RequestError
from bt_risk.analyzers import TradeRiskAnalyzer
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, ROUND, calm, do, each, trade
from tests.edge.test_optimising import OneTrade

FALL = (100, 101, 94, 96)  # stopped at 95
RISE = (100, 111, 99, 110)
# On d0 the target at 110 is hit, two R; on d1 the stop, minus one; on d2 a signal leaves at 100, nothing.
MARKETS = ([*calm(3), RISE, *calm(4)], [*calm(4), FALL, *calm(3)], calm(8))
SCRIPT = {
    1: each(do("buy", data=0, target=110.0), do("buy", data=1), do("buy", data=2)),
    5: do("close", data=2),
}


def analysed(*markets, script, profile=ROUND, prepare=None, **options):
    def attach(cerebro):
        cerebro.addanalyzer(TradeRiskAnalyzer, _name="trades", **options)
        if prepare is not None:
            prepare(cerebro)

    return trade(*markets, script=script, profile=profile, prepare=attach).strategy.analyzers.trades


def test_every_trade_is_counted_in_r_and_in_money():
    found = analysed(*MARKETS, script=SCRIPT).get_analysis()
    assert (found["trades"], found["open"], found["won"], found["lost"], found["rated"]) == (3, 0, 1, 1, 3)
    assert (found["net"], found["total_r"], found["mean_r"]) == pytest.approx((1_000, 1, 1 / 3))
    assert found["win_rate"] == pytest.approx(1 / 3)
    assert (found["gross_win"], found["gross_loss"]) == (2_000, -1_000)
    assert (found["payoff"], found["profit_factor"]) == (2, 2)
    assert (found["average_win"], found["average_loss"]) == (2_000, -1_000)
    assert (found["largest_win"], found["largest_loss"]) == (2_000, -1_000)


def test_expectancy_names_its_method_and_has_an_interval():
    found = analysed(*MARKETS, script=SCRIPT).get_analysis()["expectancy"]
    assert found["method"] == "two-sided interval of the mean by Student's t"
    assert found["confidence"] == 0.95
    # R of 2, -1 and 0: mean 1/3, deviation 1.527525, t of 2 degrees 4.302653
    assert (found["r"], found["r_low"], found["r_high"]) == pytest.approx(
        (1 / 3, -3.461250, 4.127917), rel=1e-6
    )
    assert (found["money"], found["money_low"], found["money_high"]) == pytest.approx(
        (1_000 / 3, -3_461.250, 4_127.917), rel=1e-6
    )


def test_system_quality_and_kelly_are_those_of_the_r_multiples():
    found = analysed(*MARKETS, script=SCRIPT).get_analysis()
    assert found["sqn"] == found["sqn_100"] == pytest.approx(3**0.5 / 3 / 1.5275252, rel=1e-6)
    assert found["kelly"]["of"] == "r"
    assert found["kelly"]["full"] == pytest.approx(1 / 3 - (2 / 3) / 2)
    assert found["kelly"]["lower_bound"] < found["kelly"]["full"]


def test_groups_tell_why_trades_were_left():
    found = analysed(*MARKETS, script=SCRIPT).get_analysis()
    assert {name: (row["trades"], row["total_r"]) for name, row in found["exits"].items()} == {
        "signal": (1, 0),
        "stop": (1, -1),
        "target": (1, 2),
    }
    assert found["sides"]["long"]["net"] == 1_000
    assert {name: row["net"] for name, row in found["by_instrument"].items()} == {
        "d0": 2_000,
        "d1": -1_000,
        "d2": 0,
    }


def test_excursions_are_in_r_and_holding_times_in_bars_and_days():
    found = analysed(*MARKETS, script=SCRIPT).get_analysis()
    # Bars of 99 to 101 are a fifth of an R each way, the target two R, the stop one.
    assert found["mae"] == {
        "mean": pytest.approx((0.2 + 1 + 0.2) / 3),
        "median": pytest.approx(0.2),
        "max": 1.0,
    }
    assert found["mfe"] == {
        "mean": pytest.approx((2 + 0.2 + 0.2) / 3),
        "median": pytest.approx(0.2),
        "max": 2.0,
    }
    assert found["holding"]["bars"] == {"mean": pytest.approx((2 + 3 + 4) / 3), "median": 3, "max": 4}
    assert found["holding"]["days"] == {"mean": pytest.approx(3), "median": 3, "max": 4}
    assert found["holding"]["bars_of_winners"]["max"] == 2
    assert found["holding"]["bars_of_losers"] == {"mean": 3, "median": 3, "max": 3}
    assert found["mae_of_winners"]["max"] == pytest.approx(0.2)
    assert found["mfe_of_losers"]["max"] == pytest.approx(0.2)


def test_the_frame_has_a_row_for_each_trade():
    frame = analysed(*MARKETS, script=SCRIPT).to_frame()
    assert list(frame["number"]) == [1, 2, 3]
    assert list(frame["data"]) == ["d0", "d1", "d2"]
    assert list(frame["r_multiple"]) == [2, -1, 0]
    assert list(frame["realised"]) == [2_000, -1_000, 0]
    assert list(frame["risk"]) == [1_000] * 3
    assert list(frame["days"]) == [2, 3, 4]


def test_adds_and_partial_exits_are_one_trade():
    script = {
        1: do("buy", size=100),
        2: do("buy", size=50),
        3: do("sell", size=60),
        4: do("close"),
    }
    profile = ROUND.replace(max_adds=1)
    found = analysed([*calm(4), *[(110, 111, 109, 110)] * 3], script=script, profile=profile).get_analysis()
    # 60 leave at 100 and 90 at 110: 900 on 150 units that risk 5 each
    assert (found["trades"], found["net"], found["total_r"]) == pytest.approx((1, 900, 900 / 750))


def test_a_short_future_earns_when_prices_fall():
    def futures(cerebro):
        cerebro.broker.setcommission(commission=2.0, margin=1_000.0, mult=50.0)

    script = {1: do("sell", size=2), 3: do("close")}
    analyzer = analysed([*calm(3), *[(96, 97, 95, 96)] * 3], script=script, prepare=futures)
    found = analyzer.get_analysis()
    # 4 points of 50 for 2 contracts, less 4 commissions of 2; one R is 5 points of 50 for 2
    assert (found["net"], found["costs"]) == pytest.approx((392, 8))
    assert found["mean_r"] == pytest.approx(392 / 500)
    assert found["sides"]["short"]["won"] == 1
    assert list(analyzer.to_frame()["trade_return"]) == [pytest.approx(392 / (2 * 100 * 50))]


def test_what_is_open_at_the_end_is_in_no_figure():
    found = analysed(calm(4), script={1: do("buy")}).get_analysis()
    assert (found["trades"], found["open"], found["net"]) == (0, 1, 0)
    assert (found["win_rate"], found["expectancy"]["r"], found["sqn"]) == (None, None, None)
    assert found["missing"]["trades"] == "no trade was closed"


def test_a_bounded_memory_of_the_desk_forgets_nothing_here():
    script = SCRIPT | {1: each(lambda strategy: strategy.bt_risk.keep_trades(0), SCRIPT[1])}
    found = analysed(*MARKETS, script=script).get_analysis()
    assert found["trades"] == 3
    assert found["ledger"]["total_r"] == 1


def test_the_analysis_is_plain_json():
    found = analysed(*MARKETS, script=SCRIPT).get_analysis()
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_what_is_undefined_says_why():
    found = analysed([*calm(3), RISE, CALM], script={1: do("buy", target=110.0)}).get_analysis()
    assert (found["profit_factor"], found["kelly"]["full"]) == (None, None)
    assert found["missing"]["profit_factor"] == "no trade lost"
    assert found["missing"]["sqn"] == "1 trades with an R: it takes two"


def test_a_confidence_outside_its_domain_is_refused():
    with pytest.raises(RequestError, match=r"confidence must be in \(0.5, 1\), e.g. 0.95; received 95"):
        analysed(calm(3), script={}, confidence=95)


@pytest.mark.parametrize("optreturn", [True, False])
def test_the_figures_come_back_from_another_process(optreturn):
    cerebro = bt.Cerebro(stdstats=False, maxcpus=2, optreturn=optreturn)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(calm(8))))
    cerebro.optstrategy(OneTrade, profile=[ROUND, CONSERVATIVE], size=[10])
    cerebro.addanalyzer(TradeRiskAnalyzer)
    analyzers = [runs[0].analyzers[0] for runs in cerebro.run()]
    assert [each.get_analysis()["mean_r"] for each in analyzers] == [0, 0]
    assert [len(each.to_frame()) for each in analyzers] == [1, 1]
