"""A return of three deviations: no entry on that bar, in that instrument; in one that is held, none at all.

Made returns of 1 % up and down, thirty of them: their mean is 0, their deviation 1.0171 %. 3 % is 2.95 of them, and
3.1 % is 3.05.
"""

from __future__ import annotations

import math

import pytest

from tests.edge.market import LIMIT, WIDE, do, each, trade

PROFILE = WIDE.replace(volatility_spike=3.0)
WARM = 31


def bars_of(returns):
    last, bars = 100.0, [(100.0,) * 4]
    for change in returns:
        close = last * (1 + change)
        bars.append((last, max(last, close), min(last, close), close))
        last = close
    return bars


CALM = [0.01, -0.01] * 15


def market(*after):
    return bars_of([*CALM, *after, 0.01, -0.01, 0.01, -0.01])


def buy(data, size=10):
    return do("buy", data=data, size=size, stop=50)


def verdicts(session):
    return [
        (d.datetime.day if d.datetime.month == 1 else 31 + d.datetime.day, d.data, d.rule)
        for d in session.decisions
    ]


@pytest.mark.parametrize(
    ("jump", "rule"),
    [(0.030, "own_size"), (0.031, "volatility_spike"), (-0.030, "own_size"), (-0.031, "volatility_spike")],
)
def test_the_instrument_that_jumps_is_left_alone_on_that_bar(jump, rule):
    script = {WARM + 1: each(buy(0), buy(1))}
    session = trade(market(jump), market(0.01), profile=PROFILE, script=script)
    assert verdicts(session) == [(32, "d0", rule), (32, "d1", "own_size")]
    assert session.desk.halted == ""
    assert session.event_kinds() == []  # nothing is held: it is a matter of the request


def test_one_bar_later_it_is_free_again():
    script = {WARM + 1: buy(0), WARM + 2: buy(0)}
    session = trade(market(0.06), profile=PROFILE, script=script)
    assert [d.outcome for d in session.decisions] == ["denied", "accepted"]


def test_the_jump_of_a_position_halts_every_entry_on_that_bar():
    script = {WARM: buy(0), WARM + 1: each(buy(1), buy(2)), WARM + 2: buy(2)}
    session = trade(market(-0.04), market(0.01), market(-0.01), profile=PROFILE, script=script)
    assert verdicts(session)[1:] == [
        (32, "d1", "volatility_spike"),
        (32, "d2", "volatility_spike"),
        (33, "d2", "own_size"),
    ]
    (event,) = session.desk.events
    assert (event.kind, event.level, event.data) == ("volatility_spike", "warning", "d0")
    assert event.text == "d0: a return of -4.00% is 3.9 deviations from usual, the limit is 3: no entries"
    assert session.fills[0][1] == 10  # what is held stays


def test_what_rests_is_withdrawn_with_it():
    rest = do("buy", data=1, size=5, stop=50, exectype=LIMIT, price=60, name="rest")
    script = {WARM: each(buy(0), rest)}
    session = trade(market(-0.04), market(0.01), profile=PROFILE, script=script)
    assert session.heard_of("rest") == ["Accepted", "Canceled"]


def test_where_there_is_a_breaker_it_opens():
    script = {WARM: buy(0), WARM + 1: buy(1), WARM + 2: buy(1, 8)}
    session = trade(market(-0.04), market(0.01), profile=PROFILE.replace(breaker_loss=0.5), script=script)
    assert [(d.rule, d.given) for d in session.decisions[1:]] == [("breaker", 0), ("half_open", 2)]


def test_a_price_spike_is_told_of_any_instrument_and_halts_nothing():
    profile = WIDE.replace(price_spike=3.0)
    session = trade(market(0.04), market(0.01), profile=profile, script={WARM + 1: each(buy(0), buy(1))})
    assert [d.outcome for d in session.decisions] == ["accepted", "accepted"]
    assert [(e.kind, e.level, e.data, e.text) for e in session.desk.events] == [
        ("price_spike", "info", "d0", "d0: a return of 4.00% is 3.9 deviations from usual")
    ]


def test_with_too_few_returns_nothing_is_a_spike():
    few = bars_of([0.01, -0.01] * 9 + [0.5])
    session = trade(few, profile=PROFILE, script={20: buy(0)})
    assert session.decisions[0].outcome == "accepted"


@pytest.mark.parametrize("bad", [(100, 101, 99, 200), (100, 99, 101, 200), (100, 101, 99, 1)])
def test_a_bar_of_bad_prices_is_no_jump_and_the_next_is_measured_from_the_last_good_close(bad):
    # d0 has closed at 99.85; the bar after the bad one closes at 101, 1.2 % above.
    bars = [*bars_of(CALM), bad, (100, 101, 100, 101), (101, 101, 100, 100)]
    script = {WARM - 1: buy(0), WARM + 1: buy(1), WARM + 2: buy(2)}
    both = PROFILE.replace(price_spike=3.0)
    session = trade(bars, market(0.01), market(0.01), profile=both, script=script)
    assert [d.outcome for d in session.decisions] == ["accepted"] * 3
    assert session.event_kinds() == ["data_quality"]


def test_a_bar_without_a_close_after_a_jump_is_not_that_jump_again():
    jumped = bars_of([*CALM, 0.06])
    last = jumped[-1][3]
    bars = [*jumped, (last, last, last, math.nan), (last,) * 4]
    script = {WARM - 1: buy(0), WARM + 1: buy(1), WARM + 2: buy(1), WARM + 3: buy(1)}
    session = trade(bars, market(0.01), profile=PROFILE.replace(price_spike=3.0), script=script)
    verdicts = [(d.outcome, d.rule) for d in session.decisions[1:]]
    # Without a close of what is held the account has no value.
    assert verdicts == [("denied", "volatility_spike"), ("denied", "halt"), ("accepted", "own_size")]
    kinds = session.event_kinds()
    assert (kinds.count("volatility_spike"), kinds.count("price_spike")) == (1, 1)
