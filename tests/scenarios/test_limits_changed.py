"""Limits that change in the middle of a run hold at once: for what is open, for what rests, and for the day so far."""

from __future__ import annotations

import math

import pytest

from bt_risk import ProfileError
from bt_risk.rules.tiers import Tier
from tests.edge.market import LIMIT, WIDE, Scripted, calm, do, each, trade

FLAT = (100.0,) * 4
LONG = do("buy", size=400, stop=80, name="long")


def limits(**changes):
    return lambda strategy: strategy.bt_risk.set_limits(**changes)


def rules(session):
    return [(d.datetime.day, d.data, d.outcome, d.rule) for d in session.decisions]


def test_a_days_loss_counts_from_its_beginning():
    # 3 000 lost on day 3, no limit set: then 3 % is the limit, and the same bar denies.
    bars = [FLAT, FLAT, (100, 100, 92.50, 92.50), *[(92.50,) * 4] * 3]
    try_it = do("buy", data=1, size=10, stop=90)
    script = {1: LONG, 3: each(limits(daily_loss=0.03), try_it), 5: do("buy", data=2, size=10, stop=90)}
    session = trade(bars, [FLAT] * 6, [FLAT] * 6, profile=WIDE, script=script)
    assert rules(session)[1:] == [(3, "d1", "denied", "daily_loss"), (5, "d2", "accepted", "own_size")]
    assert [(e.datetime.day, e.kind) for e in session.desk.events] == [
        (3, "limits_changed"),
        (3, "daily_loss"),
        (3, "alert"),
        (5, "daily_loss"),
    ]


def test_so_does_the_drawdown_and_it_closes_in_the_bar_that_sets_it():
    # 3 000 of 100 000 are 3 %, above 2.5 %.
    bars = [FLAT, FLAT, (100, 100, 92.50, 92.50), *[(92.50,) * 4] * 3]
    script = {1: LONG, 4: limits(drawdown_emergency=0.025)}
    session = trade(bars, profile=WIDE, script=script)
    assert session.fills == [(2, 400, 100), (5, -400, 92.50)]
    assert session.desk.halted == "emergency stop (drawdown): entries wait for a reset"


def test_a_limit_that_is_lifted_lifts_its_halt():
    # A strategy's own halt goes with its limit; a day that was bad stays one.
    bars = [FLAT, FLAT, (100, 100, 87.50, 87.50), *[(87.50,) * 4] * 3]
    script = {1: LONG, 3: each(limits(max_strategy_drawdown=None), do("buy", data=1, size=10, stop=90))}
    session = trade(bars, [FLAT] * 6, profile=WIDE.replace(max_strategy_drawdown=0.05), script=script)
    assert rules(session)[1][2] == "accepted"
    script = {1: LONG, 3: each(limits(daily_loss=None), do("buy", data=1, size=10, stop=90))}
    session = trade(bars, [FLAT] * 6, profile=WIDE.replace(daily_loss=0.05), script=script)
    assert rules(session)[1][3] == "daily_loss"


def test_the_tier_follows_the_new_limit_in_the_same_call():
    # 8 000 of 100 000 at risk: NORMAL of 10 %, CRITICAL of 8.4 %, EMERGENCY of 7 %, and nothing without a limit.
    seen = []

    def change(**changes):
        def act(strategy):
            strategy.bt_risk.set_limits(**changes)
            seen.append(strategy.bt_risk.tier)

        return act

    script = {
        1: LONG,
        3: change(max_heat=0.084, target_heat=(0.05, 0.08), risk_per_trade=0.05),
        4: change(max_heat=0.10),
        5: change(max_heat=0.07, target_heat=(0.05, 0.07)),
    }
    session = trade(calm(8), profile=WIDE, script=script)
    assert seen == [Tier.CRITICAL, Tier.NORMAL, Tier.EMERGENCY]
    assert session.fills == [(2, 400, 100), (6, -400, 100)]


def test_without_its_limit_a_tier_is_over():
    seen = []

    def lift(strategy):
        seen.append(strategy.bt_risk.tier)
        strategy.bt_risk.set_limits(max_heat=None, target_heat=None, allocation="risk_per_trade")
        seen.append(strategy.bt_risk.tier)

    bars = [*calm(2), (100, 100, 84.80, 84.80), *[(84.80,) * 4] * 3]  # 8 000 of 93 920: 8.52 %
    profile = WIDE.replace(max_heat=0.085, target_heat=(0.05, 0.08), risk_per_trade=0.08, reduction="trim")
    script = {1: LONG, 3: lift, 4: do("sell", data=1, size=10, stop=110)}
    session = trade(bars, calm(6), profile=profile, script=script)
    assert seen[1] is Tier.NORMAL
    assert session.decisions[-1].outcome == "accepted"


def test_the_user_who_hears_of_the_change_meets_it():
    # Called back from inside of set_limits, the strategy finds the heat above the new limit, and the exit sent.
    class Listening(Scripted):
        def notify_risk(self, event):
            if event.kind == "limits_changed":
                desk = self.bt_risk
                self.met = (desk.tier, desk.profile.max_heat, self.buy(data=self.datas[1], size=1, stop=99))
                self.met_exits = [d.rule for d in desk.decisions if d.kind == "exit"]

    script = {1: LONG, 3: limits(max_heat=0.07, target_heat=(0.05, 0.07), risk_per_trade=0.05)}
    session = trade(calm(6), calm(6), profile=WIDE, script=script, strategy=Listening)
    assert session.strategy.met == (Tier.EMERGENCY, 0.07, None)
    assert session.strategy.met_exits == ["heat_reduction"]
    assert session.decisions[-1].rule == "heat_tier"


def test_what_rests_is_held_to_the_new_stop_and_the_new_places():
    # Two rest; from then on one place is left. Nothing is called off for it, and no third comes.
    rest = each(
        do("buy", data=0, size=10, stop=80, exectype=LIMIT, price=95, name="one"),
        do("buy", data=1, size=10, stop=80, exectype=LIMIT, price=95, name="two"),
    )
    script = {1: rest, 2: limits(max_positions=1), 3: do("buy", data=2, size=1, stop=90)}
    session = trade(calm(5), calm(5), calm(5), profile=WIDE, script=script)
    assert session.decisions[-1].rule == "max_positions"
    assert session.heard_of("one")[-1] == session.heard_of("two")[-1] == "Accepted"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"daily_loss": 5}, "daily_loss must be"),
        ({"drawdown_halt": 0.4, "drawdown_emergency": 0.3}, "drawdown"),
        ({"atr_period": 7}, "cannot change during a run"),
    ],
)
def test_what_is_refused_changes_nothing(changes, words):
    seen = []

    def wrong(strategy):
        before = strategy.bt_risk.profile
        with pytest.raises(ProfileError, match=words):
            strategy.bt_risk.set_limits(**changes)
        seen.append(strategy.bt_risk.profile is before)

    session = trade(calm(4), profile=WIDE, script={2: wrong})
    assert seen == [True]
    assert session.event_kinds() == []


def test_setting_what_is_set_already_is_no_change():
    session = trade(calm(4), profile=WIDE.replace(daily_loss=0.05), script={2: limits(daily_loss=0.05)})
    assert session.event_kinds() == []


def test_figures_that_a_new_limit_needs_are_kept_from_then_on():
    # Correlations need thirty returns: asked for on day 2, they are known from day 33 on at the earliest.
    wave = [100 + math.sin(day) for day in range(45)]
    bars = [(close, close + 1, close - 1, close) for close in wave]
    script = {
        1: do("buy", data=0, size=1, stop=50),
        2: limits(max_correlation=0.9),
        20: do("buy", data=1, size=1, stop=50),
        40: do("sell", data=1, size=1, stop=150),
    }
    session = trade(bars, bars, profile=WIDE, script=script)
    assert [(d.outcome, d.rule) for d in session.decisions[1:]] == [
        ("denied", "max_correlation"),
        ("accepted", "own_size"),
    ]
