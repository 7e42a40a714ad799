"""What a strategy tells of its signal, by the call or by a hook, reaches the sizing methods and the record."""

import datetime as dt

import pytest

from bt_risk import MODERATE, RiskMixin
from bt_risk.rules.regime import Regime
from tests.backtrader.play import Played, Scripted, broker_cerebro, send
from tests.bench.feed import FIRST_DAY

CALM = (100, 101, 99, 100, 5_000)
# One percent of 100 000 to a stop 5 away are 200 units.
PLAIN = MODERATE.replace(
    name="plain",
    allocation="risk_per_trade",
    risk_per_trade=0.01,
    stop="fixed",
    fixed_stop=0.05,
    trail="none",
    entry_gap_buffer=0.0,
)
CONVICTION = PLAIN.replace(allocation="conviction")
CONFIDENCE = PLAIN.replace(sizing=("confidence",), max_position=0.10)
REGIME = PLAIN.replace(sizing=("regime",))


class Silent(RiskMixin, Scripted):
    """The script under a risk desk."""


class Tells(Silent):
    """A strategy with all the hooks."""

    def confidence(self, data):
        return 0.55

    def conviction(self, data):
        return "low"

    def regime(self, data):
        return "bearish"


class Owns(Silent):
    """A strategy whose attributes only carry the hooks' names."""

    def __init__(self):
        super().__init__()
        self.conviction = "high"

    def confidence(self):
        return 0.9


def ask(profile, strategy=Silent, markets=1, script=None, **options):
    cerebro = broker_cerebro(*[[CALM] * 5] * markets, cash=100_000.0)
    played = Played()
    script = script or {2: send("entry", "buy", **options)}
    cerebro.addstrategy(strategy, profile=profile, script=script, played=played)
    (played.strategy,) = cerebro.run()
    return played.strategy.bt_risk.decisions


@pytest.mark.parametrize(
    ("profile", "told", "units"),
    [
        (CONVICTION, {"conviction": "high"}, 400),
        (CONVICTION, {"conviction": "low"}, 100),
        (CONFIDENCE, {"confidence": 0.75}, 85),
        (REGIME, {"regime": "bearish"}, 100),
        (REGIME, {"regime": {"trend": "bullish", "risk_multiplier": 0.5}}, 100),
        (REGIME, {"regime": Regime("neutral", 1.5)}, 300),
    ],
)
def test_a_call_tells(profile, told, units):
    max_position = {"max_position": 0.5} if profile is not CONFIDENCE else {}
    decision = ask(profile.replace(**max_position), **told)[0]
    assert decision.given == units


@pytest.mark.parametrize(("profile", "units"), [(CONVICTION, 100), (CONFIDENCE, 25), (REGIME, 100)])
def test_a_hook_tells_where_the_call_does_not(profile, units):
    assert ask(profile, Tells)[0].given == units


def test_the_call_comes_before_the_hook():
    assert ask(CONFIDENCE, Tells, confidence=0.8)[0].given == 100


@pytest.mark.parametrize("strategy", [Silent, Owns])
@pytest.mark.parametrize("profile", [CONVICTION, CONFIDENCE, REGIME])
def test_silence_is_denied_and_says_what_is_missing(strategy, profile):
    decision = ask(profile, strategy)[0]
    assert (decision.outcome, decision.rule) == ("denied", "sizing")
    assert "needs" in decision.text
    assert "method" in decision.text


def test_a_bracket_tells_too():
    script = {
        2: send("entry", "buy_bracket", stopprice=95.0, limitprice=110.0, price=100.0, conviction="low")
    }
    assert ask(CONVICTION, script=script)[0].given == 100


def test_what_is_told_is_in_the_record_with_the_bar():
    request = ask(PLAIN, Tells)[0].request
    assert (request.confidence, request.conviction, request.regime) == (0.55, "low", Regime("bearish"))
    assert (request.volume, request.time) == (5_000.0, dt.time(0, 0))


def test_a_share_of_the_bars_volume_bounds_the_size():
    decision = ask(PLAIN.replace(max_participation=0.01))[0]
    assert (decision.given, decision.rule) == (50.0, "max_participation")


def test_the_book_knows_the_value_of_each_instrument():
    def both(strategy):
        strategy.buy(strategy.datas[0])
        strategy.buy(strategy.datas[1])

    def third(strategy):
        strategy.buy(strategy.datas[2])

    decisions = ask(PLAIN, markets=3, script={2: both, 3: third})
    assert [decision.book.values for decision in decisions] == [
        {},
        {"d0": 20_000.0},
        {"d0": 20_000.0, "d1": 20_000.0},
    ]


def test_the_entries_of_a_day_are_counted():
    def both(strategy):
        strategy.buy(strategy.datas[0])
        strategy.buy(strategy.datas[1])

    def third(strategy):
        strategy.buy(strategy.datas[2])

    decisions = ask(PLAIN.replace(max_trades_per_day=1), markets=3, script={2: both, 3: third})
    assert [decision.rule for decision in decisions] == [
        "risk_per_trade",
        "max_trades_per_day",
        "risk_per_trade",
    ]
    assert decisions[2].datetime == FIRST_DAY + dt.timedelta(days=2)


def test_a_window_of_the_day_is_kept():
    decision = ask(PLAIN.replace(entry_windows=(("09:30", "11:00"),)))[0]
    assert (decision.rule, decision.outcome) == ("entry_windows", "denied")
