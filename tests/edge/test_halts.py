"""The account's halts inside a run: what they deny, what they close, and how they end."""

from __future__ import annotations

import logging

import pytest

from bt_risk import BtRiskError, ProfileError
from bt_risk.rules.breaker import BreakerState
from tests.edge.market import CALM, LIMIT, WIDE, calm, do, each, trade

# 400 units at 100 with the stop at 80: a close of 95 costs 2 000 of 100 000, one of 85 costs 6 000.
LONG = do("buy", size=400, stop=80, name="first")
LATE = do("buy", data=1, size=10, stop=90, name="second")


def fall(*closes):
    """Return two calm bars, then one bar for each close, opened at the close before."""
    bars, last = calm(2), 100
    for close in closes:
        bars.append((last, max(last, close), min(last, close), close))
        last = close
    return bars


def outcome_of(session, number):
    decision = session.decisions[number]
    return decision.outcome, decision.rule


def test_a_daily_loss_halts_the_orders_of_its_bar_and_of_one_session_more():
    profile = WIDE.replace(daily_loss=0.05)
    asks = {bar: LATE for bar in (3, 4, 5)}
    session = trade(
        fall(85, 85, 85, 85), calm(6), profile=profile, script={1: LONG, **asks}
    )  # -6 000 on bar 3: 6 %
    assert [outcome_of(session, number) for number in (1, 2)] == [("denied", "daily_loss")] * 2
    assert outcome_of(session, 3)[0] == "accepted"
    assert session.event_kinds() == ["daily_loss", "alert", "daily_loss"]  # begun, over
    assert session.desk.daily_loss == 0.0


def test_a_halt_denies_entries_and_no_exit():
    profile = WIDE.replace(daily_loss=0.05)
    session = trade(fall(85, 85, 85), profile=profile, script={1: LONG, 3: do("close")})
    assert session.fills == [(2, 400, 100), (4, -400, 85)]


def test_resting_entries_are_withdrawn_when_a_halt_begins():
    profile = WIDE.replace(daily_loss=0.05)
    rest = do("buy", data=1, size=10, stop=50, price=90, exectype=LIMIT, name="rest")
    script = {1: each(LONG, rest)}
    session = trade(fall(85, 85), [*calm(3), (100, 100, 80, 85), CALM], profile=profile, script=script)
    assert session.fills == [(2, 400, 100)]
    assert "entry_withdrawn" in session.event_kinds()
    assert session.heard_of("rest") == ["Accepted", "Canceled"]


def test_a_drawdown_is_halved_once_and_closed_at_the_end():
    # 98 000 at 95; 90 000 at 75 is 10 %: half of 400 goes at the next opening; 87 200 at 61: 12.8 %, all goes.
    profile = WIDE.replace(
        drawdown_halt=0.08,
        drawdown_reduce=0.10,
        drawdown_emergency=0.12,
        max_heat=0.2,
        target_heat=(0.1, 0.2),
        risk_per_trade=0.16,
    )
    script = {1: do("buy", size=400, stop=60), 5: do("buy", data=1)}
    session = trade(fall(95, 75, 61, 61, 61), calm(7), profile=profile, script=script)
    assert session.fills == [(2, 400, 100), (5, -200, 75), (6, -200, 61)]
    rules = [(d.kind, d.rule) for d in session.decisions]
    assert rules == [
        ("entry", "risk_per_trade"),
        ("exit", "drawdown"),
        ("exit", "emergency"),
        ("entry", "emergency_stop"),
    ]


def test_an_open_breaker_lets_a_quarter_through_after_a_session_and_all_after_another():
    profile = WIDE.replace(breaker_loss=0.05, half_open_size=0.25)
    asks = {bar: do("buy", data=1, size=100, stop=99, name=f"b{bar}") for bar in (3, 4, 6)}
    script = {1: LONG, 5: do("close", data=1), **asks}
    session = trade(fall(85, 85, 85, 85), calm(7), profile=profile, script=script)
    entries = [d for d in session.decisions if d.kind == "entry"][1:]
    assert [(d.outcome, d.rule, d.given) for d in entries] == [
        ("denied", "breaker", 0.0),
        ("reduced", "half_open", 25.0),
        ("accepted", "own_size", 100.0),
    ]


def test_an_operator_trips_and_resets():
    profile = WIDE
    script = {
        2: each(lambda s: s.bt_risk.trip("news"), do("buy", size=10, stop=90, name="denied")),
        3: each(lambda s: s.bt_risk.reset(), do("buy", size=10, stop=90, name="taken")),
    }
    session = trade(calm(5), profile=profile, script=script)
    assert [outcome_of(session, n) for n in (0, 1)] == [("denied", "breaker"), ("accepted", "own_size")]
    assert [event.text for event in session.desk.events] == [
        "breaker open: news; the day stands at +0.00%",
        "breaker half open: small entries are on probation",
        "every halt is ended by hand",
    ]
    assert session.desk.breaker is BreakerState.CLOSED


def test_an_operators_emergency_closes_all_and_latches_until_the_reset():
    script = {
        1: each(do("buy", data=0, size=10, stop=90), do("buy", data=1, size=20, stop=90)),
        3: each(lambda s: s.bt_risk.emergency(), do("buy", data=2, size=10, stop=90)),
        5: do("buy", size=10, stop=90, name="still denied"),
        6: each(lambda s: s.bt_risk.reset(), do("buy", size=10, stop=90, name="taken")),
    }
    session = trade(calm(8), calm(8), calm(8), profile=WIDE, script=script)
    assert session.fills == [(2, 10, 100), (2, 20, 100), (4, -10, 100), (4, -20, 100), (7, 10, 100)]
    denied = [d.rule for d in session.decisions if d.outcome == "denied"]
    assert denied == ["emergency_stop", "emergency_stop"]


@pytest.mark.parametrize(
    ("protocol", "options", "sold"),
    [
        ("close_positions", {"datas": ["d1"]}, [(4, -30, 100)]),
        ("reduce_positions", {}, [(4, -5, 100), (4, -15, 100)]),
        ("reduce_positions", {"share": 0.25}, [(4, -3, 100), (4, -8, 100)]),  # 2.5 and 7.5, rounded up
        ("redistribute_positions", {}, [(4, -10, 100)]),  # risks 100 and 300, mean 200: a third of 30 goes
    ],
)
def test_the_other_protocols_cut_and_do_not_latch(protocol, options, sold):
    script = {
        1: each(do("buy", data=0, size=10, stop=90), do("buy", data=1, size=30, stop=90)),
        3: lambda s: s.bt_risk.emergency(protocol, **options),
    }
    session = trade(calm(6), calm(6), profile=WIDE, script=script)
    assert session.fills[2:] == sold
    assert session.desk.halted == ""
    assert session.is_covered


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda s: s.bt_risk.emergency("panic"), BtRiskError, "protocol must be one of"),
        (
            lambda s: s.bt_risk.emergency("reduce_positions", share=50),
            BtRiskError,
            "share must be a fraction",
        ),
        (lambda s: s.bt_risk.emergency("close_positions", ["d7"]), BtRiskError, "received \\['d7'\\]"),
        (lambda s: s.bt_risk.emergency("close_positions"), BtRiskError, "close_positions needs"),
        (lambda s: s.bt_risk.set_limits(max_heat=8), ProfileError, "max_heat"),
        (lambda s: s.bt_risk.set_limits(max_heet=0.08), ProfileError, "max_heet"),
        (lambda s: s.bt_risk.set_limits(atr_period=5), ProfileError, "during a run"),
    ],
)
def test_a_wrong_order_of_an_operator_is_one_clear_error(call, error, words):
    with pytest.raises(error, match=words):
        trade(calm(4), profile=WIDE, script={2: call})


def test_a_limit_that_falls_below_the_heat_cuts_in_the_bar_that_sets_it():
    # 10 and 30 units risk 100 and 300 of 100 000: 0.4 %; a limit of 0.2 % lets only the smaller stay.
    script = {
        1: each(do("buy", data=0, size=10, stop=90), do("buy", data=1, size=30, stop=90)),
        3: lambda s: s.bt_risk.set_limits(max_heat=0.002, target_heat=(0.001, 0.002), risk_per_trade=0.001),
    }
    session = trade(calm(6), calm(6), profile=WIDE, script=script)
    assert session.fills[2:] == [(4, -30, 100)]
    assert session.desk.profile.max_heat == 0.002
    assert session.event_kinds()[0] == "limits_changed"


def test_a_deposit_hides_no_drawdown_and_a_withdrawal_makes_none():
    seen = {}

    def note(name):
        def act(strategy):
            seen[name] = (strategy.bt_risk.drawdown, strategy.bt_risk.daily_loss)

        return act

    def flow(money):
        return lambda strategy: strategy.broker.add_cash(money)

    script = {
        1: LONG,
        3: each(note("before"), flow(900_000)),
        4: each(note("rich"), flow(-900_000)),
        5: note("poor"),
    }
    trade(fall(95, 95, 95, 95), profile=WIDE, script=script)
    assert seen["before"] == pytest.approx((0.02, 0.02))
    assert seen["rich"] == pytest.approx((0.02, 0.0), abs=1e-12)
    assert seen["poor"] == pytest.approx((0.02, 0.0), abs=1e-12)


def test_every_event_is_logged_silently_by_default(caplog):
    with caplog.at_level(logging.INFO, logger="bt_risk"):
        trade(calm(4), profile=WIDE, script={2: lambda s: s.bt_risk.trip("news")})
    logged = [record.getMessage() for record in caplog.records]
    assert logged[0] == "2024-01-02 00:00:00 breaker: breaker open: news; the day stands at +0.00%"
    assert any(isinstance(h, logging.NullHandler) for h in logging.getLogger("bt_risk").handlers)


def test_an_alert_is_told_once_before_the_limit():
    # 4 500 of 100 000 lost, above 80 % of the limit of 5 %.
    session = trade(fall(88.75, 88.75), profile=WIDE.replace(daily_loss=0.05), script={1: LONG})
    assert [(e.kind, e.level, e.text) for e in session.desk.events] == [
        ("alert", "warning", "daily loss 4.50% above 4.00%")
    ]


def test_after_a_reset_the_strategys_own_loss_counts_from_there():
    # 6 000 of 100 000 lost is 6 %: halted; from 94 000 on nothing is lost.
    profile = WIDE.replace(max_strategy_drawdown=0.05)
    asks = {bar: do("buy", data=1, size=10, stop=90, name=f"b{bar}") for bar in (3, 5)}
    script = {1: LONG, 4: lambda s: s.bt_risk.reset(), **asks}
    session = trade(fall(85, 85, 85, 85), calm(7), profile=profile, script=script)
    assert [outcome_of(session, number)[0] for number in (1, 2)] == ["denied", "accepted"]
    assert session.event_kinds() == ["strategy_drawdown", "reset"]
