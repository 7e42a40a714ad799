"""One record for each request, whatever is asked, and its numbers are those of the orders."""

from __future__ import annotations

import math
import random

import backtrader as bt
import pytest

from bt_risk.rules.entry import decide_entry
from tests.edge.market import CALM, LIMIT, ROUND, STOP, TRAIL, calm, do, each, fixed_filler, trade
from tests.edge.test_classic_scripts import walk

REQUESTS = ("buy", "sell", "close", "buy_bracket", "sell_bracket")


def some_call(rng, strategy):
    """Return a random request: a method and its arguments, some of them absurd."""
    data = rng.choice(strategy.datas)
    close = data.close[0]
    size = rng.choice((None, None, None, 10, 50, 1e9, 0.5, 0, -20, math.nan))
    method = rng.choice(REQUESTS)
    if method == "close":
        return method, {"data": data, "size": rng.choice((None, None, 10))}
    if "bracket" in method:
        side = 1 if method == "buy_bracket" else -1
        prices = {
            "price": close,
            "stopprice": close * (1 - side * 0.03),
            "limitprice": close * (1 + side * 0.03),
        }
        return method, {
            "data": data,
            "size": size,
            "exectype": rng.choice((LIMIT, bt.Order.Market)),
            **prices,
        }
    options = {"data": data, "size": size}
    kind = rng.choice(("market", "market", "limit", "stop", "trail", "own stop", "target"))
    if kind in ("limit", "stop"):
        options |= {"exectype": LIMIT if kind == "limit" else STOP, "price": close * rng.uniform(0.95, 1.05)}
    elif kind == "trail":
        options |= {"exectype": TRAIL, "trailamount": close * 0.03}
    elif kind == "own stop":
        options["stop"] = rng.choice((close * 0.96, close * 1.04, math.nan, 0.0))
    elif kind == "target":
        options["target"] = rng.choice((close * 0.96, close * 1.04, math.inf))
    return method, options


def ask(seed, counts):
    """Return a script entry of a few random requests; `counts` gets the records that each has left."""

    def act(strategy):
        rng = random.Random(f"{seed}/{len(strategy)}")
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            method, options = some_call(rng, strategy)
            before = len(strategy.bt_risk.decisions)
            getattr(strategy, method)(**options)
            counts.append((method, len(strategy.bt_risk.decisions) - before))

    return act


@pytest.mark.parametrize("filler", [None, fixed_filler(30)], ids=["whole", "in parts"])
@pytest.mark.parametrize("seed", range(8))
def test_every_request_leaves_exactly_one_record(seed, filler):
    counts = []
    script = {bar: ask(seed, counts) for bar in range(1, 80)}
    session = trade(walk(seed, 80), walk(seed + 100, 80), script=script, prepare=filler)
    assert len(counts) > 60
    assert {number for _, number in counts} == {1}
    assert {method for method, _ in counts} == set(REQUESTS)
    numbers = [decision.number for decision in session.decisions]
    assert numbers == list(range(1, len(numbers) + 1))
    # What is beyond the requests are the desk's own: its exits, and reversals decided when flat.
    own = [d for d in session.decisions if d.kind == "exit" and d.rule != "signal"]
    own += [d for d in session.decisions if d.kind == "reversal" and d.outcome != "pending"]
    assert len(session.decisions) == len(counts) + len(own)
    assert session.is_covered


def test_targets_of_size_value_and_share_leave_one_record_each_or_ask_for_nothing():
    script = {
        1: do("order_target_size", target=50),
        2: do("order_target_size", target=50),  # Backtrader itself sends nothing
        3: do("order_target_value", target=2_000),
        4: do("order_target_percent", target=0.0),
    }
    session = trade(calm(6), script=script)
    assert [(d.kind, d.outcome, d.given) for d in session.decisions] == [
        ("entry", "accepted", 50),
        ("exit", "accepted", 30),
        ("exit", "accepted", 20),
    ]


def test_an_entry_record_shows_every_rule_with_its_numbers():
    session = trade(calm(3), script={1: do("buy", size=500)}, profile=ROUND.replace(max_position=0.15))
    (decision,) = session.decisions
    assert (decision.number, decision.data, decision.side, decision.kind) == (1, "d0", "buy", "entry")
    assert (decision.outcome, decision.rule) == ("reduced", "max_position")
    assert (decision.wanted, decision.given) == (200, 150)
    assert (decision.price, decision.stop, decision.target) == (100, 95, None)
    assert (decision.heat_before, decision.heat_after, decision.equity) == (0, 0.0075, 100_000)
    assert decision.datetime.day == 1
    assert decision.order == session.strategy.sent["buy"].ref
    assert [(f.rule, f.passed) for f in decision.ruling.findings] == [
        (rule, True)
        for rule in (
            "fresh_bar",
            "halt",
            "heat_tier",
            "one_position",
            "max_positions",
            "valid_size",
            "valid_stop",
            "valid_target",
        )
    ]
    assert {c.rule: c.units for c in decision.ruling.candidates} == {
        "risk_per_trade": 200,
        "own_size": 500,
        "max_heat": 2000,
        "risk_per_trade_max": 1000,
        "max_position": 150,
        "cash": 1000,
    }


def test_the_exits_of_the_desk_are_recorded_with_their_reason():
    session = trade([CALM, (94, 96, 93, 95), CALM], script={1: do("buy", exectype=LIMIT, price=100)})
    exit_ = session.decisions[1]
    assert (exit_.kind, exit_.rule, exit_.wanted, exit_.given) == ("exit", "fill_beyond_stop", 200, 200)
    assert exit_.datetime.day == 2


def test_replaying_the_records_gives_the_same_rulings():
    counts = []
    session = trade(walk(3, 60), walk(4, 60), script={bar: ask(3, counts) for bar in range(1, 60)})
    entries = [d for d in session.decisions if d.ruling is not None]
    assert len(entries) > 20
    for decision in entries:
        assert repr(decide_entry(decision.request, decision.book, ROUND)) == repr(decision.ruling)


def test_two_requests_of_one_bar_are_two_records_in_their_order():
    session = trade(calm(3), script={1: each(do("buy"), do("close"), do("buy", name="again"))})
    assert session.outcomes() == [
        ("entry", "accepted", "risk_per_trade"),
        ("exit", "cancelled", "signal"),
        ("entry", "accepted", "risk_per_trade"),
    ]
