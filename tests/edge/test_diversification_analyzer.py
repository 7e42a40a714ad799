"""DiversificationAnalyzer on books of known shares, against numpy on the same closes."""

from __future__ import annotations

import itertools
import json
import math

import backtrader as bt
import numpy as np
import pytest

from bt_risk import RequestError
from bt_risk.analyzers import DiversificationAnalyzer
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import WIDE, calm, do, each, trade
from tests.edge.plain import run_plain
from tests.edge.test_optimising import OneTrade

BARS = 40
DRAWS = np.random.default_rng(3).normal(0, 0.01, (BARS, 3))
RETURNS = DRAWS @ np.array([[1, 0.7, 0.0], [0, 0.7, 0.3], [0, 0, 1]])
CLOSES = 100 * np.cumprod(1 + RETURNS, axis=0)


def market(closes):
    before = [100.0, *closes[:-1]]
    return [
        (opening, max(opening, close) + 0.01, min(opening, close) - 0.01, close)
        for opening, close in zip(before, closes, strict=True)
    ]


MARKETS = [market(CLOSES[:, column]) for column in range(3)]
# 100 units long, 200 long, 50 short, bought on bar 36.
BOOK = each(
    do("buy", data=0, size=100, stop=50.0),
    do("buy", data=1, size=200, stop=50.0),
    do("sell", data=2, size=50, stop=150.0),
)
ROOMY = WIDE.replace(name="roomy", max_heat=0.9, target_heat=(0.5, 0.9))
OPTIONS = {"window": 30, "min_returns": 20, "every": 5}


def analysed(script=None, **options):
    session = trade(
        *MARKETS,
        script={35: BOOK} if script is None else script,
        profile=ROOMY,
        prepare=lambda cerebro: cerebro.addanalyzer(
            DiversificationAnalyzer, _name="mine", **OPTIONS | options
        ),
    )
    return session.strategy.analyzers.mine


def at(end):
    """Return signed values, returns of the window, and covariances after the first `end` bars."""
    values = np.array([100, 200, -50]) * CLOSES[end - 1]
    window = (CLOSES[1:] / CLOSES[:-1] - 1)[end - 31 : end - 1]
    return values, window, np.cov(window.T)


def test_shares_of_the_notional_and_of_the_risk_are_looked_at_apart():
    frame = analysed().to_frame()
    assert list(frame["bar"]) == [5, 10, 15, 20, 25, 30, 35, 40]
    assert list(frame["positions"]) == [0] * 7 + [3]
    weights = np.abs(at(40)[0]) / np.abs(at(40)[0]).sum()
    assert frame["effective_positions"].iloc[-1] == pytest.approx(1 / (weights**2).sum(), rel=1e-9)
    assert frame["concentration"].iloc[-1] == pytest.approx(weights.max(), rel=1e-9)
    entries = [100 * (CLOSES[34, 0] - 50), 200 * (CLOSES[34, 1] - 50), 50 * (150 - CLOSES[34, 2])]
    shares = np.array(entries) / sum(entries)
    assert frame["effective_positions_by_risk"].iloc[-1] == pytest.approx(1 / (shares**2).sum(), rel=1e-9)
    assert frame["concentration_by_risk"].iloc[-1] == pytest.approx(shares.max(), rel=1e-9)


def test_the_diversification_ratio_and_the_bets_are_those_of_numpys_covariances():
    last = analysed().to_frame().iloc[-1]
    values, window, covariances = at(40)
    deviation = np.sqrt(values @ covariances @ values)
    assert last["diversification_ratio"] == pytest.approx(
        np.abs(values * window.std(axis=0, ddof=1)).sum() / deviation, rel=1e-9
    )
    variances, directions = np.linalg.eigh(covariances)
    shares = variances * (directions.T @ values) ** 2
    shares = shares / shares.sum()
    assert last["effective_bets"] == pytest.approx(math.exp(-(shares * np.log(shares)).sum()), rel=1e-9)


def test_pair_correlations_count_the_sides():
    last = analysed().to_frame().iloc[-1]
    rho = np.corrcoef(at(40)[1].T)
    pairs = [rho[0, 1], -rho[0, 2], -rho[1, 2]]
    assert last["mean_correlation"] == pytest.approx(np.mean(pairs), rel=1e-9)
    assert last["highest_correlation"] == pytest.approx(max(pairs), rel=1e-9)


def test_the_matrices_at_the_end_are_those_of_the_held_and_of_all():
    script = {35: each(do("buy", data=0, size=100, stop=50.0), do("buy", data=1, size=200, stop=50.0))}
    found = analysed(script).get_analysis()
    rho = np.corrcoef(at(40)[1].T)
    assert found["held"]["names"] == ["d0", "d1"]
    assert np.array(found["held"]["matrix"]) == pytest.approx(rho[:2, :2], rel=1e-9)
    assert found["all"]["names"] == ["d0", "d1", "d2"]
    assert np.array(found["all"]["matrix"]) == pytest.approx(rho, rel=1e-9)
    assert 1 < found["all"]["effective_dimension"] < 3


def test_the_rolling_correlations_are_tidy():
    analyzer = analysed()
    held, everything = analyzer.correlations(), analyzer.correlations(held=False)
    assert list(held["bar"]) == [40] * 3
    assert list(zip(everything["first"], everything["second"], strict=True))[:3] == [
        ("d0", "d1"),
        ("d0", "d2"),
        ("d1", "d2"),
    ]
    # 19 returns are too few, 24 are not.
    known = everything.groupby("bar")["correlation"].count()
    assert list(known) == [0, 0, 0, 0, 3, 3, 3, 3]
    second = everything[everything["bar"] == 30]["correlation"].iloc[0]
    window = (CLOSES[1:] / CLOSES[:-1] - 1)[:29]
    assert second == pytest.approx(np.corrcoef(window.T)[0, 1], rel=1e-9)


def test_nothing_later_than_a_look_changes_it():
    early = analysed(every=39).to_frame().iloc[0]
    late = market(np.append(CLOSES[:39, 0], 200.0))
    session = trade(
        late,
        *MARKETS[1:],
        script={35: BOOK},
        profile=ROOMY,
        prepare=lambda cerebro: cerebro.addanalyzer(
            DiversificationAnalyzer, _name="mine", **OPTIONS | {"every": 39}
        ),
    )
    assert session.strategy.analyzers.mine.to_frame().iloc[0].to_dict() == early.to_dict()


def test_an_instrument_that_skips_bars_is_compared_over_those_it_had():
    sparse = {day + 1: bar for day, bar in enumerate(MARKETS[1]) if day % 4}
    session = trade(
        MARKETS[0],
        sparse,
        script={},
        prepare=lambda cerebro: cerebro.addanalyzer(DiversificationAnalyzer, _name="mine", **OPTIONS),
    )
    matrix = session.strategy.analyzers.mine.get_analysis()["all"]["matrix"]
    days = [day for day in range(BARS) if day % 4]
    theirs = {day: CLOSES[day, 1] / CLOSES[before, 1] - 1 for before, day in itertools.pairwise(days)}
    mine = CLOSES[1:, 0] / CLOSES[:-1, 0] - 1
    pairs = [(mine[day - 1], theirs[day]) for day in range(BARS - 30, BARS) if day in theirs]
    assert matrix[0][1] == pytest.approx(np.corrcoef(np.array(pairs).T)[0, 1], rel=1e-9)


def test_what_is_not_known_says_why_and_the_rest_is_json():
    found = analysed({}).get_analysis()
    assert found["effective_positions"] == {"mean": None, "min": None, "max": None, "last": None}
    assert found["missing"]["effective_bets"] == "no position was open at any look"
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    alone = analysed({35: do("buy", data=0, size=100, stop=50.0)}).get_analysis()
    assert alone["effective_positions"]["last"] == 1
    assert alone["diversification_ratio"]["last"] == pytest.approx(1)
    assert alone["missing"] == {
        "mean_correlation": "no two positions were open at any look",
        "highest_correlation": "no two positions were open at any look",
    }


def test_a_plain_strategy_has_a_book_too():
    script = {35: each(do("buy", data=0, size=100), do("buy", data=1, size=200), do("sell", data=2, size=50))}
    plain = run_plain(*MARKETS, script=script, analyzer=DiversificationAnalyzer, **OPTIONS).to_frame()
    desk = analysed().to_frame()
    for name in ("effective_positions", "diversification_ratio", "effective_bets", "mean_correlation"):
        assert plain[name].iloc[-1] == pytest.approx(desk[name].iloc[-1], rel=1e-9)


@pytest.mark.parametrize(("name", "value"), [("window", 1), ("every", 0), ("min_returns", 2.5)])
def test_options_outside_their_domain_are_refused(name, value):
    with pytest.raises(RequestError, match=f"{name} must be a whole number >= "):
        analysed({}, **{name: value})


@pytest.mark.parametrize("optreturn", [True, False])
def test_the_figures_come_back_from_another_process(optreturn):
    cerebro = bt.Cerebro(stdstats=False, maxcpus=2, optreturn=optreturn)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(calm(8))))
    cerebro.optstrategy(OneTrade, size=[10, 20])
    cerebro.addanalyzer(DiversificationAnalyzer, every=2)
    analyzers = [runs[0].analyzers[0] for runs in cerebro.run()]
    assert [each.get_analysis()["effective_positions"]["max"] for each in analyzers] == [1, 1]
    assert [len(each.to_frame()) for each in analyzers] == [4, 4]
    assert [len(each.correlations(held=False)) for each in analyzers] == [0, 0]


def test_a_close_that_is_no_price_makes_no_return():
    gap = [math.nan] * 4
    holed = [*MARKETS[1][:20], gap, *MARKETS[1][21:]]
    made = run_plain(MARKETS[0], holed, script={}, analyzer=DiversificationAnalyzer, **OPTIONS)
    mine = CLOSES[1:, 0] / CLOSES[:-1, 0] - 1
    theirs = CLOSES[1:, 1] / CLOSES[:-1, 1] - 1
    theirs[20] = CLOSES[21, 1] / CLOSES[19, 1] - 1
    pairs = np.delete(np.array([mine, theirs]), 19, axis=1)[:, -29:]
    matrix = made.get_analysis()["all"]["matrix"]
    assert matrix[0][1] == pytest.approx(np.corrcoef(pairs)[0, 1], rel=1e-9)
