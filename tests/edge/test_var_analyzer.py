"""VaRAnalyzer on runs whose equity is the price of what they hold, against the formulas and against arch."""

from __future__ import annotations

import json
import pickle
import sys

import backtrader as bt
import joblib
import numpy as np
import pytest

from bt_risk import BtRiskError, RequestError
from bt_risk.analyzers import VaRAnalyzer
from bt_risk.analyzers.garch import fit_garch, garch_risk, garch_tails, rolling_garch_risk
from bt_risk.maths.risk_models import MODELS, TailRisk, rolling_risk
from bt_risk.maths.value_at_risk import historical_es, historical_var
from bt_risk.maths.var_backtest import kupiec
from tests.bench.feed import RowFeed, day_number
from tests.edge.market import LIMIT, calm, do, trade

BARS = 400
RANDOM = np.random.default_rng(11)
MOVES = RANDOM.standard_t(5, (2, BARS)) / 100
# The first move comes after the bar on which the unit is bought.
MOVES[:, :2] = 0.0
PRICES = 100 * np.cumprod(1 + MOVES, axis=1)


class Hold(bt.Strategy):
    """Hold `sizes` of the datas from day 2 on; sell all on the day `until`."""

    params = (("sizes", (1,)), ("until", None), ("pay_in", 0.0))

    def next(self):
        if len(self) == 1:
            for data, size in zip(self.datas, self.p.sizes, strict=False):
                self.order_target_size(data, size)
        if len(self) == self.p.until:
            for data in self.datas:
                self.close(data)
        if len(self) == 100 and self.p.pay_in:
            self.broker.add_cash(self.p.pay_in)


def rows_at(times, prices):
    return tuple((time, *[price] * 4, 1000.0) for time, price in zip(times, prices, strict=True))


def watch(*paths, cash=100.0, params=None, times=None, cerebro_options=None, run=True, **options):
    cerebro = bt.Cerebro(stdstats=False, **(cerebro_options or {}))
    cerebro.broker.setcash(cash)
    for number, prices in enumerate(paths or (PRICES[0],)):
        numbers = times or [day_number(day) for day in range(1, len(prices) + 1)]
        cerebro.adddata(RowFeed(rows=rows_at(numbers, prices)), name=f"d{number}")
    cerebro.addanalyzer(VaRAnalyzer, _name="var", **options)
    if not run:
        return cerebro
    cerebro.addstrategy(Hold, **(params or {}))
    return cerebro.run()[0].analyzers.var


def test_the_estimates_are_those_of_the_models_on_the_returns():
    analysis = watch().get_analysis()
    assert (analysis["bars"], analysis["returns"]) == (BARS, BARS)
    for model, fit in MODELS.items():
        for alpha, risk in zip((0.05, 0.01), fit(MOVES[0], (0.05, 0.01), 20), strict=True):
            told = analysis["strategy"][model][str(alpha)]
            if np.isnan(risk.var):
                assert told == {"var": None, "es": None}
                assert "outside the domain" in analysis["missing"][f"strategy.{model}"]
            else:
                assert told == {"var": pytest.approx(risk.var), "es": pytest.approx(risk.es)}
    assert analysis["deviation"] == pytest.approx(MOVES[0].std(ddof=1))
    assert analysis["periods_per_year"] == pytest.approx(365.25)


def test_the_forecasts_and_their_exceptions_are_in_the_frame():
    analyzer = watch(window=100, alphas=(0.1,), models=("normal", "ewma_filtered"))
    frame = analyzer.to_frame()
    assert len(frame) == 2 * BARS
    for model in ("normal", "ewma_filtered"):
        part = frame[frame["model"] == model]
        var, es = rolling_risk(MOVES[0], model, [0.1], window=100)
        assert part["return"].to_numpy() == pytest.approx(MOVES[0], abs=1e-12)
        assert part["var"].to_numpy() == pytest.approx(var[0], nan_ok=True)
        assert part["es"].to_numpy() == pytest.approx(es[0], nan_ok=True)
        hits = -MOVES[0] > var[0]
        assert (part["is_exception"] == hits).all()
        told = analyzer.get_analysis()["backtests"][model]["0.1"]
        assert (told["forecasts"], told["exceptions"], told["expected"]) == (300, hits.sum(), 30)
        assert told["dates"] == [date.isoformat() for date in part.index[hits]]
        verdict = kupiec(int(hits.sum()), 300, 0.1)
        assert told["kupiec"] == {
            "statistic": pytest.approx(verdict.statistic, abs=1e-9),
            "p_value": pytest.approx(verdict.p_value),
            "is_rejected": verdict.is_rejected,
            "reason": "",
        }
        assert told["traffic_light"]["zone"] in ("green", "yellow", "red")
        assert {"independence", "coverage", "severity", "shortfall"} <= set(told)


def test_a_deposit_is_no_gain():
    plain, paid = (watch(params={"pay_in": money}, cash=1000.0) for money in (0.0, 500.0))
    before, after = (analyzer.forecasts().returns for analyzer in (plain, paid))
    assert after[:99] == pytest.approx(before[:99])
    assert after[100] == pytest.approx(before[100], abs=1e-9)
    # The same profit on more money.
    equity = plain._record.equity
    assert after[200] == pytest.approx((equity[200] - equity[199]) / (equity[199] + 500))


def test_the_last_book_is_revalued_by_the_past_of_its_instruments():
    # 3 units long of the first, 2 short of the second.
    analyzer = watch(*PRICES, cash=1000.0, params={"sizes": (3, -2)}, alphas=(0.05,), models=("historical",))
    analysis = analyzer.get_analysis()
    equity = 1000 + 3 * (PRICES[0, -1] - 100) - 2 * (PRICES[1, -1] - 100)
    parts = np.array([3 * PRICES[0, -1] * MOVES[0, 1:], -2 * PRICES[1, -1] * MOVES[1, 1:]]) / equity
    book = parts.sum(axis=0)
    positions = analysis["positions"]
    assert positions["scenarios"] == BARS - 1
    told = positions["risks"]["historical"]["0.05"]
    assert told == {"var": pytest.approx(historical_var(book)), "es": pytest.approx(historical_es(book))}
    assert [(one["data"], one["size"], one["price"]) for one in positions["holdings"]] == [
        ("d0", 3, PRICES[0, -1]),
        ("d1", -2, PRICES[1, -1]),
    ]
    own = [one["levels"]["0.05"] for one in positions["holdings"]]
    assert [one["var"] for one in own] == pytest.approx([historical_var(row) for row in parts])
    assert sum(one["part"] for one in own) == pytest.approx(told["es"])


def test_positions_count_by_their_commission_schemes():
    def future(cerebro):
        cerebro.broker.setcommission(margin=10.0, mult=5.0, commission=0.0)

    cerebro = watch(PRICES[0], cash=1000.0, run=False, alphas=(0.05,), models=("historical",))
    future(cerebro)
    cerebro.addstrategy(Hold)
    analysis = cerebro.run()[0].analyzers.var.get_analysis()
    equity = 1000 + 5 * (PRICES[0, -1] - 100)
    book = 5 * PRICES[0, -1] * MOVES[0, 1:] / equity
    assert analysis["positions"]["risks"]["historical"]["0.05"]["var"] == pytest.approx(historical_var(book))


def test_without_a_book_there_is_a_reason():
    analysis = watch(params={"until": 300}).get_analysis()
    assert analysis["positions"] is None
    assert analysis["missing"]["positions"] == "no position was held when the run ended"
    # Two units short, and the price has trebled.
    ruined = watch(np.array([100.0] * 5 + [300.0] * 30), params={"sizes": (-2,)}).get_analysis()
    assert ruined["missing"]["positions"] == "the equity was not above zero when the run ended"
    # Day 6 loses four times all there was; from then on there is nothing to lose a part of.
    assert ruined["returns"] == 6
    assert ruined["missing"]["returns"] == (
        "29 of 35 are left out: the equity was no number, or not above zero before"
    )


def test_a_run_that_saves_memory_has_no_past_prices():
    analysis = watch(cerebro_options={"exactbars": 1}).get_analysis()
    assert analysis["positions"] is None
    assert "kept no past prices of d0" in analysis["missing"]["positions"]
    assert analysis["strategy"]["historical"]["0.05"]["var"] == pytest.approx(historical_var(MOVES[0]))


def test_instruments_that_trade_on_different_days_share_what_they_have_in_common():
    # The second has every other day only; a third has none of them.
    cerebro = watch(PRICES[0], cash=1000.0, run=False, alphas=(0.05,), models=("historical",))
    odd = [day_number(day) for day in range(1, BARS, 2)]
    cerebro.adddata(RowFeed(rows=rows_at(odd, PRICES[1, ::2])), name="odd")
    cerebro.addstrategy(Hold, sizes=(1, 1))
    analysis = cerebro.run()[0].analyzers.var.get_analysis()
    assert analysis["positions"]["scenarios"] == BARS // 2 - 1
    # Two days are a period.
    assert analysis["positions"]["periods_per_year"] == pytest.approx(365.25 / 2)
    first = PRICES[0, 2::2] / PRICES[0, :-2:2] - 1
    second = PRICES[1, 2::2] / PRICES[1, :-2:2] - 1
    equity = 1000 + PRICES[0, -1] - 100 + PRICES[1, -2] - PRICES[1, 2]
    book = (PRICES[0, -1] * first + PRICES[1, -2] * second) / equity
    told = analysis["positions"]["risks"]["historical"]["0.05"]["var"]
    assert told == pytest.approx(historical_var(book), rel=1e-9)


def test_a_bar_without_a_price_is_no_scenario():
    prices = PRICES[0].copy()
    prices[[50, 200]] = np.nan, 0.0
    analysis = watch(prices, alphas=(0.05,), models=("historical",)).get_analysis()
    assert analysis["positions"]["scenarios"] == BARS - 3
    kept = np.delete(prices, [50, 200])
    book = kept[1:] / kept[:-1] - 1
    assert analysis["positions"]["risks"]["historical"]["0.05"]["var"] == pytest.approx(historical_var(book))


def test_a_run_that_stops_early_knows_nothing_of_what_would_have_come():
    class Stop(Hold):
        def next(self):
            super().next()
            if len(self) == 300:
                self.env.runstop()

    cerebro = watch(run=False)
    cerebro.addstrategy(Stop)
    analysis = cerebro.run()[0].analyzers.var.get_analysis()
    assert analysis["bars"] == 300
    assert analysis["positions"]["scenarios"] == 299


def test_sessions_take_the_last_bar_of_each_date():
    times = [day_number(day) + half for day in range(1, BARS // 2 + 1) for half in (0.25, 0.5)]
    analyzer = watch(times=times, period="session", window=50)
    closes = PRICES[0, 1::2]
    expected = [closes[0] / 100 - 1, *(closes[1:] / closes[:-1] - 1)]
    assert analyzer.forecasts().returns == pytest.approx(expected, abs=1e-12)
    analysis = analyzer.get_analysis()
    assert analysis["periods_per_year"] == pytest.approx(365.25)
    positions = analysis["positions"]
    assert (positions["scenarios"], positions["periods_per_year"]) == (BARS // 2 - 1, pytest.approx(365.25))
    told = positions["risks"]["historical"]["0.05"]["var"]
    assert told == pytest.approx(historical_var(closes[1:] / closes[:-1] - 1))


def test_the_lookback_takes_the_newest_returns():
    analysis = watch(lookback=100).get_analysis()
    assert analysis["strategy"]["historical"]["0.05"]["var"] == pytest.approx(historical_var(MOVES[0, -100:]))
    assert analysis["positions"]["scenarios"] == 100


def test_a_short_run_has_reasons_and_no_figures():
    analysis = watch(PRICES[0, :12]).get_analysis()
    assert analysis["strategy"]["historical"]["0.05"] == {"var": None, "es": None}
    assert analysis["missing"]["strategy.historical"] == "12 returns, it takes 20"
    assert analysis["missing"]["positions.normal"] == "11 returns, it takes 20"
    assert analysis["missing"]["backtests"].startswith("12 returns, of which the first 250")
    told = analysis["backtests"]["normal"]["0.05"]
    assert (told["forecasts"], told["traffic_light"]) == (0, None)
    assert told["kupiec"] == {
        "statistic": None,
        "p_value": None,
        "is_rejected": None,
        "reason": "no forecast was tested",
    }
    assert analysis["positions"]["holdings"][0]["levels"]["0.05"] == {"var": None, "part": None}


def test_a_tail_of_less_than_one_return_is_told():
    missing = watch(PRICES[0, :60], models=("historical", "normal")).get_analysis()["missing"]
    told = {name: reason for name, reason in missing.items() if name != "backtests"}
    # 60 returns of the strategy and 59 of the book: three in a twentieth of them, none in a hundredth.
    assert told == {
        "strategy.historical.0.01": "60 returns hold less than one in its tail: near the worst of them",
        "positions.historical.0.01": "59 returns hold less than one in its tail: near the worst of them",
    }
    assert "strategy.historical.0.01" not in watch(PRICES[0, :100]).get_analysis()["missing"]


def test_an_account_that_never_moves_has_reasons():
    missing = watch(params={"sizes": (0,)}).get_analysis()["missing"]
    assert (
        missing["strategy.cornish_fisher"] == missing["strategy.ewma_filtered"] == "the returns do not vary"
    )


def test_a_run_without_a_bar_has_no_figures():
    analyzer = watch(np.empty(0))
    analysis = analyzer.get_analysis()
    assert (analysis["bars"], analysis["mean"], analysis["periods_per_year"]) == (0, None, None)
    assert analyzer.to_frame().empty


@pytest.mark.parametrize(
    "options",
    [
        {"alphas": ()},
        {"alphas": (5,)},
        {"alphas": (1.0,)},
        {"models": ()},
        {"models": "normal"},
        {"models": ("gauss",)},
        {"window": 10},
        {"refit": 0},
        {"lookback": 1},
        {"min_returns": 2.5},
        {"period": "week"},
        {"significance": 0},
    ],
)
def test_a_parameter_that_cannot_be_meant_is_refused(options):
    with pytest.raises(RequestError, match=rf"{next(iter(options))} must be .* received"):
        watch(**options)


def test_the_analysis_is_plain_and_the_analyzer_travels():
    analyzer = watch()
    analysis = analyzer.get_analysis()
    assert json.loads(json.dumps(analysis)) == analysis
    analyzer.strategy = analyzer._parent = None
    for name in dir(analyzer):
        if name.startswith("data"):
            setattr(analyzer, name, None)
    assert pickle.loads(pickle.dumps(analyzer)).get_analysis() == analysis


@pytest.mark.parametrize("maxcpus", [1, 2])
def test_an_optimisation_brings_the_estimates_home(maxcpus):
    cerebro = watch(run=False, cerebro_options={"maxcpus": maxcpus})
    cerebro.optstrategy(Hold, sizes=[(1,), (0,)])
    one, none = (runs[0].analyzers.var.get_analysis() for runs in cerebro.run())
    assert one == watch().get_analysis()
    assert none["strategy"]["historical"]["0.05"]["var"] == 0.0


def estimate(sizes):
    analyzer = watch(params={"sizes": sizes})
    return analyzer.get_analysis(), analyzer.to_frame()


def test_workers_of_joblib_bring_the_estimates_home():
    book = [(1,), (0,)]
    answers = joblib.Parallel(n_jobs=2)(joblib.delayed(estimate)(sizes) for sizes in book)
    for (analysis, frame), sizes in zip(answers, book, strict=True):
        expected, rows = estimate(sizes)
        assert analysis == expected
        assert frame.equals(rows)


@pytest.mark.parametrize("mode", [{"runonce": False}, {"preload": False}, {"exactbars": -1}])
def test_every_engine_mode_gives_the_same(mode):
    assert watch(cerebro_options=mode).get_analysis() == watch().get_analysis()


def test_the_work_grows_with_the_bars_and_no_faster(monkeypatch):
    sizes = []

    def count(returns, alphas, min_returns):
        sizes.append(len(returns))
        return [TailRisk(0.01, 0.02)] * len(alphas)

    monkeypatch.setitem(MODELS, "historical", count)
    for bars in (1_000, 2_000, 4_000):
        sizes.clear()
        rolling_risk(np.zeros(bars), "historical", [0.05], window=250, refit=21)
        assert sizes == [250] * -(-(bars - 250) // 21)


def test_under_a_risk_desk_the_returns_are_the_desks():
    session = trade(
        [*calm(2), (100, 100, 96, 96), (96, 96, 90, 92), *calm(1)],
        script={1: do("buy", exectype=LIMIT, price=100)},
        prepare=lambda cerebro: cerebro.addanalyzer(VaRAnalyzer, _name="var"),
    )
    returns = session.strategy.analyzers.var.forecasts().returns
    assert returns == pytest.approx(np.diff([100_000, *session.values]) / [100_000, *session.values[:-1]])


GARCH = np.random.default_rng(3)


def clustered(count):
    """Return returns whose variance follows 1e-6 + 0.1 * return ** 2 + 0.85 * variance."""
    returns, variance = [], 2e-5
    for shock in GARCH.standard_t(6, count) * np.sqrt(4 / 6):
        returns.append(shock * np.sqrt(variance))
        variance = 1e-6 + 0.1 * returns[-1] ** 2 + 0.85 * variance
    return np.array(returns)


CLUSTERED = clustered(600)


def test_garch_agrees_with_archs_own_forecast():
    import arch  # not by every worker that imports this file

    scale = CLUSTERED.std()
    model = arch.arch_model(CLUSTERED / scale, mean="Constant", p=1, q=1, dist="t", rescale=False)
    fitted = model.fit(disp="off")
    deviation = float(fitted.forecast(horizon=1).variance.iloc[-1, 0]) ** 0.5
    (risk,) = garch_risk(CLUSTERED, [0.01])
    quantile = float(model.distribution.ppf(0.01, [fitted.params["nu"]]))
    assert risk.var == pytest.approx(-(fitted.params["mu"] + deviation * quantile) * scale, rel=1e-9)
    tail = model.distribution.partial_moment(1, quantile, [fitted.params["nu"]]) / 0.01
    assert risk.es == pytest.approx(-(fitted.params["mu"] + deviation * tail) * scale, rel=1e-9)


def test_garch_is_filtered_between_its_fits():
    var, es = rolling_garch_risk(CLUSTERED[:345], [0.05, 0.01], window=300, refit=21)
    assert np.isnan(var[:, :300]).all()
    assert (es[:, 300:] > var[:, 300:]).all()
    model = fit_garch(CLUSTERED[:300])
    surprise = CLUSTERED[300] - model.mean
    following = model.constant + model.shock * surprise**2 + model.memory * model.variance
    assert model.after(CLUSTERED[300]).variance == pytest.approx(following)
    tails = garch_tails(model.after(CLUSTERED[300]), [0.05, 0.01])
    assert var[:, 301] == pytest.approx([risk.var for risk in tails])
    assert es[:, 301] == pytest.approx([risk.es for risk in tails])
    assert var[:, 321] == pytest.approx([risk.var for risk in garch_risk(CLUSTERED[21:321], [0.05, 0.01])])


def test_garch_needs_returns_that_vary():
    assert fit_garch(CLUSTERED[:99]) is None
    assert fit_garch([0.01] * 200) is None
    assert np.isnan(garch_risk(CLUSTERED[:99], [0.05])[0].var)


def test_garch_is_estimated_on_request():
    prices = 100 * np.cumprod(1 + np.concatenate(([0, 0], CLUSTERED[:280])))
    analyzer = watch(prices, models=("garch",), alphas=(0.01,))
    analysis = analyzer.get_analysis()
    assert analysis["strategy"]["garch"]["0.01"]["var"] > 0
    assert analysis["backtests"]["garch"]["0.01"]["forecasts"] == 32
    short = watch(prices[:90], models=("garch",), alphas=(0.01,)).get_analysis()
    assert short["missing"]["strategy.garch"] == "90 returns, it takes 100"


def test_without_arch_garch_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "arch", None)
    with pytest.raises(BtRiskError, match=r"pip install 'bt-risk\[garch\]'"):
        watch(models=("normal", "garch"))


def test_what_was_asked_for_twice_is_nobodys_to_change():
    analyzer = watch()
    analyzer.get_analysis()["strategy"].clear()
    assert set(analyzer.get_analysis()["strategy"]) == set(MODELS)
