"""Targets, trails and break-even that the profile sets, on hand-made bars."""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, ROUND, calm, do, trade


@pytest.mark.parametrize(
    ("profile", "target"),
    [
        (ROUND.replace(target="fixed", target_fraction=0.08), 108),
        (ROUND.replace(target="r", target_r=2.0), 110),
    ],
)
def test_the_profile_sets_the_target_of_an_entry(profile, target):
    # Bought at 100, stop at 95: 8 % above, or twice the 5 at risk.
    bars = [*calm(2), (100, target + 1, 99, 100), CALM]
    session = trade(bars, script={1: do("buy")}, profile=profile)
    assert session.fills == [(2, 200, 100), (3, -200, target)]
    assert session.decisions[0].target == target


def test_a_target_of_the_strategys_own_comes_first():
    profile = ROUND.replace(target="fixed", target_fraction=0.08)
    bars = [*calm(2), (100, 109, 99, 100), CALM]
    session = trade(bars, script={1: do("buy", target=104)}, profile=profile)
    assert session.fills == [(2, 200, 100), (3, -200, 104)]


def test_a_fixed_trail_follows_the_best_price_from_its_activation():
    # 2 % behind the best price, from a gain of 1 %: 110 gives 107.8.
    profile = ROUND.replace(trail="fixed", trail_fraction=0.02, trail_activation_gain=0.01)
    bars = [CALM, (100, 100.5, 99, 100), (100, 110, 100, 109), (109, 109, 105, 106), CALM]
    session = trade(bars, script={1: do("buy")}, profile=profile)
    (entry, exit_) = session.fills
    assert entry == (2, 200, 100)
    assert exit_ == (4, -200, pytest.approx(107.8))


def test_break_even_moves_the_stop_to_the_entry_at_its_multiple_of_the_risk():
    # One R is 5: at a best price of 105 the stop goes from 95 to 100.
    profile = ROUND.replace(break_even=1.0)
    bars = [CALM, CALM, (101, 105, 101, 104), (103, 103, 99, 101), CALM]
    session = trade(bars, script={1: do("buy")}, profile=profile)
    assert session.fills == [(2, 200, 100), (4, -200, 100)]
