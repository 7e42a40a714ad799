"""Every profile and preset on the shipped prices: it trades, or a page of the docs says why not, within its own limits.

The windows are those that hurt: the end of the bubble, the crisis of 2008, the fall of oil with the franc's jump, and a
split of one share into two that its prices do not hide. The limits are read from the broker's orders and fills by the
auditor of `tests.bench`, and the halts by the model beside it: from prices and fills alone, but for the profile.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from functools import cache

import backtrader as bt
import pytest

from bt_risk import RiskStrategy, load_profile
from bt_risk.rules.profile import PRESETS, PROFILES
from tests.bench.halt_model import HaltAuditor
from tests.bench.run import audited
from tests.scenarios.history import PRICES

NAMES = sorted({*PROFILES, *PRESETS})
WINDOWS = {
    "bubble": (("AAPL", "IBM", "MSFT"), "2000-07-01", "2001-07-01"),
    "crisis": (("AAPL", "GOOG", "IBM", "MSFT"), "2008-05-01", "2009-03-01"),
    "oil and francs": (("EURCHF", "EURUSD", "USDJPY", "WTI"), "2014-09-01", "2015-03-01"),
    "split": (("AAPL_raw",), "2004-11-01", "2005-05-01"),
}
# docs/profiles.md, "Presets on daily bars": rates have no volume.
TRADES_NOTHING = {("oil and francs", "enterprise"): "min_liquidity"}

pytestmark = pytest.mark.filterwarnings("ignore::bt_risk.rules.profile.doubts.ProfileWarning")


@cache
def prices(name, begin, end):
    rows = []
    with (PRICES / f"{name}.csv").open() as lines:
        for line in csv.DictReader(lines):
            if begin <= line["Date"] < end:
                day = bt.date2num(dt.datetime.fromisoformat(line["Date"]))
                rows.append((day, *(float(line[key]) for key in ("Open", "High", "Low", "Close", "Volume"))))
    return tuple(rows)


class WithTheMonth(RiskStrategy):
    """Be in every market at all times, on the side of its last month's move, as surely as some methods want to hear."""

    def prenext(self):
        self.next()

    def next(self):
        for data in self.datas:
            if len(data) > 20 and not self.getposition(data):
                enter = self.buy if data.close[0] >= data.close[-20] else self.sell
                enter(data)

    def confidence(self, data):
        return 0.7


class Silent(WithTheMonth):
    """The same, without a word on how sure it is."""

    confidence = None


@cache
def run(window, name, strategy=WithTheMonth):
    names, begin, end = WINDOWS[window]
    market = tuple(prices(one, begin, end) for one in names)
    return audited(market, strategy=strategy, profile=load_profile(name), auditor=HaltAuditor)


def rules(found, outcome):
    """Return how often each rule decided an entry with that outcome."""
    decisions = found.strategy.bt_risk.decisions
    return Counter(d.rule for d in decisions if (d.kind, d.outcome) == ("entry", outcome))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("window", WINDOWS)
def test_it_runs_within_its_own_limits(window, name):
    found = run(window, name)
    assert found.problems == []
    if (window, name) in TRADES_NOTHING:
        assert found.met["entry filled"] == 0
        assert set(rules(found, "denied")) == {TRADES_NOTHING[window, name]}
    else:
        assert found.met["entry filled"] > 0


def test_limits_of_every_kind_were_reached():
    found = [run(window, name) for window in WINDOWS for name in NAMES]
    denied = sum((rules(each, "denied") for each in found), Counter())
    assert {
        *("max_positions", "max_correlation", "min_liquidity", "min_position"),
        *("volatility_spike", "daily_loss", "portfolio_drawdown", "kelly"),
    } <= set(denied)
    cut = sum((rules(each, "reduced") + rules(each, "accepted") for each in found), Counter())
    assert {
        "max_position",
        "risk_per_trade",
        "concurrent",
        "confidence",
        "inverse_volatility",
        "dynamic",
    } <= set(cut)
    halted = sum((each.audit.halted for each in found), Counter())
    assert min(halted["drawdown"], halted["daily_loss"]) >= 5
    told = sum((each.met for each in found), Counter())
    assert min(told[f"event {kind}"] for kind in ("time", "position_timeout", "price_spike", "alert")) >= 5


@pytest.mark.parametrize("name", ["conservative", "moderate", "aggressive", "kelly_default"])
def test_the_split_is_a_gap_through_the_stop(name):
    # 88.99 on Friday, 44.68 at Monday's opening.
    (fill,) = [fill for fill in run("split", name).audit.fills if fill[4] == 44.68]
    assert fill[2] == "stop"


@pytest.mark.parametrize(
    ("window", "name", "trades"), [("bubble", "enterprise", False), ("bubble", "intraday_moderate", True)]
)
def test_without_a_confidence_only_the_methods_that_need_none_propose(window, name, trades):
    found = run(window, name, Silent)
    assert found.problems == []
    assert (found.met["entry filled"] > 0) == trades


def test_a_position_of_an_hour_is_held_for_two_openings():
    # In at one opening, a day old at the next close, out at the opening after it.
    fills = [fill for fill in run("bubble", "enterprise").audit.fills if fill[1] == "d0"]
    assert {later[0] - entry[0] for entry, later in zip(fills[::2], fills[1::2], strict=False)} == {2}
