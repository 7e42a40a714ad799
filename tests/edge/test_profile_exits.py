"""Targets, trails and break-even that the profile sets, on hand-made bars."""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, LIMIT, ROUND, TRAIL, calm, do, each, trade


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


# From a best price of 106 on the stop trails 2 % behind it; the target of 110 is met on bar 5.
TRAILED = ROUND.replace(trail="fixed", trail_fraction=0.02, trail_activation_gain=0.06)
RISE = [*calm(2), (101, 106, 101, 105), (105, 105, 104, 105), (105, 112, 105, 112), (112, 112, 109, 109)]


@pytest.mark.parametrize(
    ("keeps", "exit_"), [("keep", (5, -200, 110)), ("cancel", (6, -200, pytest.approx(109.76)))]
)
@pytest.mark.parametrize("changes", [{}, {"target": "r", "target_r": 2.0}])
def test_once_the_trail_moves_the_stop_the_target_stays_or_goes(keeps, exit_, changes):
    profile = TRAILED.replace(target_with_trail=keeps, **changes)
    script = {1: do("buy", target=None if changes else 110)}
    session = trade([*RISE, CALM], script=script, profile=profile)
    assert session.fills[1:] == [exit_]
    assert session.is_covered


def test_until_the_trail_moves_the_stop_the_target_stays():
    # The best price of 105.99 does not start the trail.
    profile = TRAILED.replace(target_with_trail="cancel")
    bars = [*calm(2), (101, 105.99, 101, 105), (105, 111, 105, 110), CALM]
    session = trade(bars, script={1: do("buy", target=110)}, profile=profile)
    assert session.fills[1:] == [(4, -200, 110)]


def test_break_even_leaves_the_target():
    profile = ROUND.replace(target_with_trail="cancel", break_even=1.0)
    session = trade(RISE, script={1: do("buy", target=110)}, profile=profile)
    assert session.fills[1:] == [(5, -200, 110)]


def test_a_trail_of_the_strategys_own_leaves_the_target():
    script = {1: each(do("buy", target=110), do("sell", exectype=TRAIL, trailamount=4))}
    session = trade(RISE, script=script, profile=ROUND.replace(target_with_trail="cancel"))
    assert session.fills[1:] == [(5, -200, 110)]


def test_a_target_set_after_the_trail_has_begun_stays():
    # Gone on bar 3, set again on bar 4; the best price of 109 moves the stop once more.
    profile = TRAILED.replace(target_with_trail="cancel")
    bars = [*RISE[:4], (105, 109, 105, 108), (108, 110, 107.5, 110), CALM]
    script = {1: do("buy", target=110), 4: do("sell", exectype=LIMIT, price=110, name="own")}
    session = trade(bars, script=script, profile=profile)
    assert session.fills[1:] == [(6, -200, 110)]
    assert session.heard_of("own")[-1] == "Completed"


def test_the_rungs_stay_when_the_target_goes():
    profile = TRAILED.replace(target_with_trail="cancel", ladder=((1.6, 0.5),))
    session = trade([*RISE, CALM], script={1: do("buy", target=110)}, profile=profile)
    assert session.fills[1:] == [(5, -100, 108), (6, -100, pytest.approx(109.76))]
