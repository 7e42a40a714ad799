"""Exits for parts, for more than there is, and to a target of size, value or share, also beside others."""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, LIMIT, calm, cancel, do, each, fixed_filler, trade


def sizes(session):
    return [size for _, size, _ in session.fills]


@pytest.mark.parametrize(
    "rest", [do("sell"), do("close"), do("sell", size=200), do("order_target_size", target=0)]
)
def test_what_leaves_beside_a_part_on_its_way_is_the_rest_of_it(rest):
    session = trade(calm(5), script={1: do("buy"), 2: each(do("sell", size=50), rest)})
    assert sizes(session) == [200, -50, -150]
    assert (session.position, session.live) == (0, [])


@pytest.mark.parametrize("size", [150, 151, 300])
def test_a_part_beyond_what_is_left_is_cut_and_reverses_only_beyond_the_position(size):
    session = trade(calm(6), script={1: do("buy"), 2: each(do("sell", size=50), do("sell", size=size))})
    assert sizes(session)[:3] == [200, -50, -150]
    assert session.position == (-100 if size == 300 else 0)


@pytest.mark.parametrize("size", [200, 201, 1e9])
def test_a_close_for_more_than_is_held_closes_and_never_reverses(size):
    session = trade(calm(5), script={1: do("buy"), 2: do("close", size=size)})
    assert sizes(session) == [200, -200]
    assert (session.position, session.live) == (0, [])


def test_a_close_for_a_part_leaves_the_rest_stopped():
    session = trade(calm(5), script={1: do("buy"), 2: do("close", size=50)})
    assert sizes(session) == [200, -50]
    assert session.live == [(-150, 95)]
    assert session.is_covered


def test_a_part_of_a_part_that_fills_over_several_bars_is_sold_once():
    # 80 a bar: the exit of 150 is half done when the rest is asked for as well.
    script = {1: do("buy"), 4: do("sell", size=150), 5: do("sell")}
    session = trade(calm(9), script=script, prepare=fixed_filler(80))
    assert sum(sizes(session)) == 0
    assert min(running(session)) == 0
    assert session.is_covered
    assert session.live == []


def running(session):
    held, seen = 0, []
    for size in sizes(session):
        held += size
        seen.append(held)
    return seen


def test_cancelling_one_of_two_exits_covers_its_part_again():
    two = each(do("sell", size=50, name="one"), do("sell", size=70, name="two"), cancel("one"))
    session = trade(calm(5), script={1: do("buy"), 2: two})
    assert sizes(session) == [200, -70]
    assert session.live == [(-130, 95)]
    assert session.is_covered


def test_a_target_and_an_exit_of_a_part_share_the_position():
    # 50 leave at market on bar 3, and the limit for all the rest on bar 4.
    script = {1: do("buy"), 2: each(do("sell", exectype=LIMIT, price=105), do("sell", size=50))}
    session = trade([*calm(3), (100, 106, 99, 105), CALM], script=script)
    assert session.fills == [(2, 200, 100), (3, -50, 100), (4, -150, 105)]
    assert session.live == []


# Targets. 200 units at 100 are a fifth of 100 000.

SMALLER = [
    ("order_target_size", 150, -50),
    ("order_target_value", 15_000, -50),
    ("order_target_percent", 0.15, -50),
]


@pytest.mark.parametrize(("method", "target", "sold"), SMALLER)
def test_a_smaller_target_on_the_same_side_is_an_exit_of_a_part(method, target, sold):
    session = trade(calm(5), script={1: do("buy"), 2: do(method, target=target)})
    assert sizes(session) == [200, sold]
    assert session.live == [(-150, 95)]
    assert session.outcomes()[1:] == [("exit", "accepted", "signal")]
    assert session.is_covered


@pytest.mark.parametrize(
    ("method", "target"),
    [("order_target_size", -50), ("order_target_value", -5_000), ("order_target_percent", -0.05)],
)
def test_a_target_across_zero_closes_and_then_opens_the_other_side(method, target):
    session = trade(calm(6), script={1: do("buy"), 2: do(method, target=target)})
    assert session.fills == [(2, 200, 100), (3, -200, 100), (4, -50, 100)]
    assert session.live == [(50, 105)]
    assert [kind for kind, _, _ in session.outcomes()] == ["entry", "exit", "reversal"]


@pytest.mark.parametrize(("method", "target"), [("order_target_size", -150), ("order_target_value", -15_000)])
def test_a_smaller_short_is_the_mirror(method, target):
    session = trade(calm(5), script={1: do("sell"), 2: do(method, target=target)})
    assert sizes(session) == [-200, 50]
    assert session.live == [(150, 105)]


def test_a_target_of_zero_closes():
    for method in ("order_target_size", "order_target_value", "order_target_percent"):
        session = trade(calm(5), script={1: do("buy"), 2: do(method, target=0)})
        assert (sizes(session), session.live) == ([200, -200], [])


def test_a_target_that_is_met_sends_nothing():
    session = trade(calm(5), script={1: do("buy"), 2: do("order_target_size", target=200)})
    assert sizes(session) == [200]
    assert session.outcomes() == [("entry", "accepted", "risk_per_trade")]
