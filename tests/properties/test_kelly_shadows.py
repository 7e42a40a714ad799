"""What Kelly follows in a run is the replay of the same requests, without a look ahead, in every engine mode."""

from __future__ import annotations

from collections import Counter

import pytest

from bt_risk import MODERATE
from bt_risk.market.history import History
from bt_risk.positions.shadows import Shadows
from bt_risk.rules.shadow.leaving import is_watched
from bt_risk.rules.shadow.position import ShadowPosition
from bt_risk.rules.shadow.replay import replay
from bt_risk.rules.shadow.signals import signals_of
from tests.bench.houses import QUICK, UNHALTED, random_house
from tests.bench.markets import cut, random_plan, rows
from tests.bench.round_trips import traded
from tests.properties.scale import runs

# Two trades, one of them lost, and Kelly speaks: most of what is asked for is denied by it now and then.
KELLY = MODERATE.replace(
    **QUICK, **UNHALTED, sizing=("kelly", "risk_per_trade"), kelly_min_trades=2, kelly_min_win_rate=0.5
)
HOLDS = KELLY.replace(max_hold=5 * 24.0, min_hold=48.0, target="r", ladder=((0.5, 0.5),))


@pytest.fixture
def followed(monkeypatch):
    """Return what each run follows: (decision, position, units)."""
    found = []
    begin = Shadows._begin

    def noting(self, decision, data):
        before = self.followed.get(data)
        begin(self, decision, data)
        if self.followed.get(data) is not before:
            position = self.followed[data]
            found.append((decision, position, position.units))

    monkeypatch.setattr(Shadows, "_begin", noting)
    return found


def run_of(seed, market=None, profile=KELLY, **fixed):
    house = random_house(seed, fills="whole", sizer=False, **fixed)
    market = rows(random_plan(seed)) if market is None else market
    run, _ = traded(market, profile=profile, seed=seed, house=house, activity=0.7, exits=0.3)
    return run


@pytest.mark.parametrize("profile", [KELLY, HOLDS], ids=["plain", "with times and rungs"])
def test_what_was_followed_in_the_run_is_its_replay(followed, profile):
    met = Counter()
    for seed in range(runs(40, 1000)):
        followed.clear()
        desk = run_of(seed, profile=profile).bt_risk
        history = History(desk.instruments, desk.profile.atr_period)
        closed = Counter()
        for decision, position, units in followed:
            trade = position.trade()
            again = ShadowPosition(
                decision.request,
                units,
                profile=profile,
                fills=desk.view.fills(),
                equity=decision.equity,
            )
            steps = history.steps(decision.data, decision.bar, is_watched=is_watched(profile))
            signals = signals_of(desk.decisions, decision.data)
            expected = replay(again, steps, [each for each in signals if each.number > decision.number])
            if trade.entry is None and trade.over_at is None:
                # Given up for the next request, or it waits still.
                continue
            assert trade == expected
            met[trade.exit_reason] += 1
            closed["trades"] += trade.entry is not None and trade.over_at is not None
        assert desk.tally.shadow.trades == closed["trades"]
    assert met["stop"] > 20
    assert met["signal"] > 5
    if profile is HOLDS:
        assert met["time"] > 5


@pytest.mark.parametrize("seed", range(runs(20, 500)))
def test_no_shadow_knows_a_later_bar(seed):
    market, day = rows(random_plan(seed)), 10 + seed * 7 % 45
    whole = run_of(seed, market).bt_risk.decisions
    part = run_of(seed, cut(market, day)).bt_risk.decisions
    last = part[-1].datetime if part else None
    seen = [one for one in whole if last is not None and one.datetime <= last]
    assert [outcome_of(one) for one in seen[: len(part)]] == [outcome_of(one) for one in part]


@pytest.mark.parametrize("engine", [{"runonce": False}, {"preload": False}])
def test_shadows_are_the_same_in_every_engine_mode(engine):
    for seed in range(runs(8, 200)):
        plain = run_of(seed, engine=()).bt_risk
        other = run_of(seed, engine=tuple(engine.items())).bt_risk
        assert [outcome_of(one) for one in plain.decisions] == [outcome_of(one) for one in other.decisions]
        assert plain.tally.history() == other.tally.history() or plain.tally.shadow.trades == 0


def outcome_of(decision):
    """Return what a decision was, and the statistics that it was made on."""
    history = None if decision.book is None else repr(decision.book.history)
    return (decision.datetime, decision.data, decision.outcome, decision.rule, decision.given, history)
