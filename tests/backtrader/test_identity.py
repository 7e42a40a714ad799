"""Equality and hashing of orders and datas: what may be a key, what may be compared."""

from __future__ import annotations

import pytest

from tests.backtrader.play import cancel, play, send

SAME = [(100, 101, 99, 100)] * 3
OTHER = [(200, 201, 199, 200)] * 3


def look(script_of, *markets):
    seen = []
    play(*markets, script={2: lambda s: seen.append(script_of(s))})
    return seen[0]


def test_an_order_has_no_hash():
    order = play(SAME, script={1: send("entry", "buy", size=1)}).strategy.sent["entry"]
    with pytest.raises(TypeError, match="unhashable"):
        hash(order)


def test_comparing_an_order_with_anything_but_an_order_or_none_raises():
    order = play(SAME, script={1: send("entry", "buy", size=1)}).strategy.sent["entry"]
    assert (order == None) is False  # noqa: E711 - the comparison itself is the subject
    with pytest.raises(AttributeError):
        order == "entry"  # noqa: B015


def test_cancelling_none_is_a_silent_no_op():
    play(SAME, script={1: send("nothing", "buy", size=0), 2: cancel("nothing")})


def test_datas_compare_by_their_closing_prices():
    assert look(lambda s: bool(s.datas[0] == s.datas[1]), SAME, SAME)
    assert not look(lambda s: bool(s.datas[0] == s.datas[1]), SAME, OTHER)


def test_membership_and_index_find_the_wrong_data_when_prices_are_equal():
    assert look(lambda s: s.datas[1] in [s.datas[0]], SAME, SAME)
    assert look(lambda s: list(s.datas).index(s.datas[1]), SAME, SAME) == 0


def test_a_data_as_a_key_is_found_by_identity():
    assert look(lambda s: {s.datas[0]: 0, s.datas[1]: 1}[s.datas[1]], SAME, SAME) == 1


def test_the_truth_of_a_data_is_the_truth_of_its_close():
    free = [(0, 0, 0, 0)] * 3
    assert look(lambda s: bool(s.datas[1]), SAME, OTHER)
    assert not look(lambda s: bool(s.datas[1]), SAME, free)


def test_executed_without_a_fill_is_falsy():
    order = play(SAME, script={3: send("late", "buy", size=1)}).strategy.sent["late"]
    assert not order.executed
