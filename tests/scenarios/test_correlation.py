"""Two positions that move as one are one bet: the second is not opened, and a book of them opens nothing more.

Made series of forty bars before the first request: d1 follows d0, d2 does the opposite, d3 has a life of its own.
"""

from __future__ import annotations

import math
import random

import pytest

from tests.edge.market import LIMIT, WIDE, do, each, trade

WARM = 40
ROOM = WIDE.replace(max_heat=0.5, target_heat=(0.3, 0.5), risk_per_trade=0.5)
GATE = ROOM.replace(max_correlation=0.7)
SPIKE = ROOM.replace(correlation_spike=0.9)


def bars_of(closes):
    last, bars = closes[0], []
    for close in closes:
        bars.append((last, max(last, close) + 0.01, min(last, close) - 0.01, close))
        last = close
    return bars


def walk(seed, bars=60, sign=1, start=100.0):
    rng, closes = random.Random(seed), [start]
    for _ in range(bars - 1):
        closes.append(closes[-1] * math.exp(sign * rng.gauss(0, 0.01)))
    return closes


D0, D1, D2, D3 = (bars_of(walk(*args)) for args in ((1,), (1, 60, 1, 50.0), (1, 60, -1), (2,)))
FIRST = do("buy", data=0, size=10, stop=50)


def second(data, side="buy", **options):
    return do(side, data=data, size=10, stop=20 if side == "buy" else 300, **options)


def verdicts(session):
    return [(d.data, d.outcome, d.rule) for d in session.decisions[1:]]


@pytest.mark.parametrize(
    ("data", "side", "verdict"),
    [
        (1, "buy", ("d1", "denied", "max_correlation")),  # the same bet again
        (1, "sell", ("d1", "accepted", "own_size")),  # a hedge
        (2, "buy", ("d2", "accepted", "own_size")),
        (2, "sell", ("d2", "denied", "max_correlation")),  # short of the opposite is the same bet
        (3, "buy", ("d3", "accepted", "own_size")),
        (3, "sell", ("d3", "accepted", "own_size")),
    ],
)
def test_the_gate_minds_the_sides(data, side, verdict):
    script = {WARM: FIRST, WARM + 2: second(data, side)}
    assert verdicts(trade(D0, D1, D2, D3, profile=GATE, script=script)) == [verdict]


def test_an_entry_of_the_same_bar_counts_as_what_it_will_be():
    session = trade(D0, D1, profile=GATE, script={WARM: each(FIRST, second(1))})
    assert verdicts(session) == [("d1", "denied", "max_correlation")]
    assert session.decisions[-1].text == "the correlation of d1 with the book is 1, the limit is 0.7"


def test_so_does_one_that_rests_and_no_longer_when_it_is_called_off():
    rest = do("buy", data=0, size=10, stop=50, exectype=LIMIT, price=60, name="rest")
    call_off = each(lambda s: s.cancel(s.sent["rest"]), second(1))
    session = trade(D0, D1, profile=GATE, script={WARM: rest, WARM + 2: second(1), WARM + 4: call_off})
    assert verdicts(session) == [("d1", "denied", "max_correlation"), ("d1", "accepted", "own_size")]


def test_what_is_not_known_yet_is_not_low():
    # Thirty returns say something: 31 bars. Bar 32 has them.
    script = {20: FIRST, 30: second(3), 31: second(3)}
    session = trade(D0, D1, D2, D3, profile=GATE, script=script)
    assert verdicts(session) == [("d3", "denied", "max_correlation"), ("d3", "accepted", "own_size")]
    assert "is not known yet" in session.decisions[1].text


def test_one_that_is_not_known_is_not_low_beside_one_that_is():
    # d1 trades on odd days and d2 on even ones: each has thirty returns in common with d0, and none with the other.
    long = bars_of(walk(1, 90))
    odd, even = (
        dict(zip(range(first, 91, 2), bars_of(walk(seed, 45)), strict=False))
        for first, seed in ((1, 4), (2, 5))
    )
    script = {71: FIRST, 73: second(1), 76: second(2)}
    session = trade(long, odd, even, profile=GATE, script=script)
    assert verdicts(session) == [("d1", "accepted", "own_size"), ("d2", "denied", "max_correlation")]
    assert (
        session.decisions[-1].text == "the correlation of d2 with the book is not known yet, the limit is 0.7"
    )


def test_a_book_that_moves_as_one_halts_entries_until_it_is_smaller():
    # d0 and d1 are held. Halted from the bar that holds both; d1 is sold on bar 46, and d3 may come.
    script = {
        WARM: each(FIRST, second(1)),
        WARM + 2: second(3),
        WARM + 5: do("close", data=1),
        WARM + 6: second(3),
    }
    session = trade(D0, D1, D2, D3, profile=SPIKE, script=script)
    assert [v for v in verdicts(session) if v[0] == "d3"] == [
        ("d3", "denied", "correlation_spike"),
        ("d3", "accepted", "own_size"),
    ]
    assert [(e.kind, e.text) for e in session.desk.events if e.kind == "correlation_spike"] == [
        ("correlation_spike", "the positions' mean correlation 1.00 reached 0.90: no entries"),
        ("correlation_spike", "the positions move apart again"),
    ]


def test_a_hedged_book_does_not():
    script = {WARM: each(FIRST, second(1, "sell")), WARM + 3: second(3)}
    session = trade(D0, D1, D2, D3, profile=SPIKE, script=script)
    assert verdicts(session)[-1] == ("d3", "accepted", "own_size")


def test_where_there_is_a_breaker_the_spike_opens_it():
    script = {WARM: each(FIRST, second(1)), WARM + 2: second(3), WARM + 3: lambda s: s.bt_risk.reset()}
    session = trade(D0, D1, D2, D3, profile=SPIKE.replace(breaker_loss=0.5), script=script)
    said = [(e.kind, e.text.split(";")[0]) for e in session.desk.events]
    assert [text for kind, text in said if kind == "breaker"] == [
        "breaker open: correlation_spike",
        "breaker half open: small entries are on probation",
    ]
    assert said[-1] == (
        "reset",
        "every halt is ended by hand",
    )  # what still holds does not halt again by itself


def test_an_alert_comes_before_and_once():
    session = trade(
        D0, D1, profile=ROOM.replace(alert_correlation=0.8), script={WARM: each(FIRST, second(1))}
    )
    alerts = [e.text for e in session.desk.events if e.kind == "alert" and "correlation" in e.text]
    assert alerts == ["correlation 1 above 0.8"]
