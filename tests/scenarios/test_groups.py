"""Two of a sector share its room, and so does what moves with the index: cut to fit, or denied where nothing is left.

Of 100 000, a sector may hold 30 % and what moves with the index 25 %. Requests at 100, so that 100 units are 10 %.
"""

from __future__ import annotations

import pytest

from tests.edge.market import LIMIT, WIDE, do, each, trade

FLAT = [(100.0,) * 4] * 6
SECTORS = {"d0": "technology", "d1": "technology", "d2": "energy"}
BY_SECTOR = WIDE.replace(max_sector_exposure=0.30, groups=SECTORS, max_positions=None)
BY_INDEX = WIDE.replace(
    max_correlated_exposure=0.25,
    anchor="d0",
    betas={"d1": 0.5, "d2": 0.0},
    correlation_beta=1.0,
    max_positions=None,
)


def buy(data, size, **options):
    return do("buy", data=data, size=size, stop=99, **options)


def given(session):
    return [(d.data, d.given, d.rule) for d in session.decisions]


def test_the_second_of_a_sector_gets_what_the_first_has_left():
    script = {1: each(buy(0, 200), buy(1, 200), buy(2, 200))}
    session = trade(FLAT, FLAT, FLAT, profile=BY_SECTOR, script=script)
    assert given(session) == [
        ("d0", 200, "own_size"),
        ("d1", 100, "max_sector_exposure"),
        ("d2", 200, "own_size"),
    ]


def test_a_short_takes_room_as_a_long_does_and_gives_it_back_when_it_leaves():
    script = {
        1: do("sell", data=0, size=250, stop=101),
        2: buy(1, 200),
        3: each(do("close", data=0), do("close", data=1)),
        5: buy(1, 300),
    }
    session = trade(FLAT, FLAT, profile=BY_SECTOR, script=script)
    entries = [line for line in given(session) if line[2] != "signal"]
    assert entries == [("d0", 250, "own_size"), ("d1", 50, "max_sector_exposure"), ("d1", 300, "own_size")]


def test_a_sector_that_is_full_is_closed():
    script = {1: buy(0, 300), 2: buy(1, 1)}
    session = trade(FLAT, FLAT, profile=BY_SECTOR, script=script)
    assert given(session)[1] == ("d1", 0, "max_sector_exposure")


@pytest.mark.parametrize(("limit_other", "units"), [(True, 100), (False, 200)])
def test_those_without_a_sector_share_one_or_are_limited_by_none(limit_other, units):
    profile = BY_SECTOR.replace(groups={"d0": "technology"}, limit_other=limit_other)
    script = {1: each(buy(1, 200), buy(2, 200))}
    assert given(trade(FLAT, FLAT, FLAT, profile=profile, script=script))[1][1] == units


def test_what_moves_with_the_index_fills_its_room_by_its_beta():
    # The index itself counts whole: 150 are 15 %. d1 counts half: 200 of it are the 10 % that are left. d2 is free.
    script = {1: each(buy(0, 150), buy(1, 300), buy(2, 300))}
    session = trade(FLAT, FLAT, FLAT, profile=BY_INDEX, script=script)
    assert given(session) == [
        ("d0", 150, "own_size"),
        ("d1", 200, "max_correlated_exposure"),
        ("d2", 300, "own_size"),
    ]


def test_one_without_a_beta_of_its_own_has_the_common_one():
    profile = BY_INDEX.replace(betas={}, correlation_beta=0.8)
    script = {1: each(buy(0, 150), buy(1, 300))}
    # 10 000 / 0.8 / 100 = 125
    assert given(trade(FLAT, FLAT, profile=profile, script=script))[1] == (
        "d1",
        125,
        "max_correlated_exposure",
    )


def test_what_rests_has_its_room_already():
    script = {1: buy(0, 200, exectype=LIMIT, price=99.5), 2: buy(1, 200)}
    session = trade(FLAT, FLAT, profile=BY_SECTOR, script=script)
    # 200 * 99.50 = 19 900 are on their way: 10 100 are left.
    assert given(session)[1] == ("d1", 101, "max_sector_exposure")
