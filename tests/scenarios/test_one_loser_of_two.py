"""Of two positions one loses too much: that one goes, and the other knows nothing of it.

400 units of each at 100, stops at 50. Limits of 3 % of the equity (at its value), and of 10 % of the cost (above it).
"""

from __future__ import annotations

import pytest

from tests.edge.market import WIDE, do, each, trade

ROOM = WIDE.replace(max_heat=0.5, target_heat=(0.3, 0.5), risk_per_trade=0.5)
BOTH = each(do("buy", data=0, size=400, stop=50), do("buy", data=1, size=400, stop=50))
FLAT = (100.0,) * 4


def fall(close, days=6):
    return [FLAT, FLAT, FLAT, (100, 100, close, close), *[(close,) * 4] * (days - 4)]


@pytest.mark.parametrize(
    ("limits", "close", "is_closed"),
    [
        # 400 * 7.28 = 2 912 of 97 088 is 2.9994 %; 7.29 is 2 916 of 97 084, 3.0036 %.
        ({"position_loss": 0.03}, 92.72, False),
        ({"position_loss": 0.03}, 92.71, True),
        # A tenth of its cost of 40 000 is not more than a tenth.
        ({"position_loss_of_cost": 0.10}, 90, False),
        ({"position_loss_of_cost": 0.10}, 89.99, True),
    ],
)
def test_the_loser_goes_on_the_next_opening(limits, close, is_closed):
    session = trade(fall(close), [FLAT] * 6, profile=ROOM.replace(**limits), script={1: BOTH})
    assert session.fills[2:] == ([(5, -400, close)] if is_closed else [])
    assert session.desk.positions == ({"d1": 400} if is_closed else {"d0": 400, "d1": 400})
    assert session.is_covered


def test_exactly_three_percent_of_what_is_left_is_enough():
    # d0 loses 400 * 7.50 = 3 000, d1 gains as much: 3 000 of 100 000 is 3 %.
    rise = [FLAT, FLAT, FLAT, (100, 107.50, 100, 107.50), *[(107.50,) * 4] * 2]
    profile = ROOM.replace(position_loss=0.03)
    session = trade(fall(92.50), rise, profile=profile, script={1: BOTH})
    assert session.values[3] == 100_000.00
    assert session.fills[2:] == [(5, -400, 92.50)]
    assert session.decisions[-1].text == "the position lost 3.00% of equity, the limit is 3.00%"


def test_a_short_that_loses_goes_as_a_long_does():
    sides = each(do("sell", data=0, size=400, stop=150), do("buy", data=1, size=400, stop=50))
    rise = [FLAT, FLAT, FLAT, (100, 108, 100, 108), *[(108.0,) * 4] * 2]
    session = trade(rise, rise, profile=ROOM.replace(position_loss=0.03), script={1: sides})
    assert session.fills == [(2, -400, 100), (2, 400, 100), (5, 400, 108)]


def test_what_was_sold_before_does_not_count():
    # 300 sold at 90 on day 5 lost 3 000 of 100 000; 100 more at 90 have lost 1 000, 1.04 %.
    profile = ROOM.replace(position_loss=0.045)
    script = {1: BOTH, 4: do("close", data=0, size=300)}
    session = trade(fall(90), [FLAT] * 6, profile=profile, script=script)
    assert session.fills[2:] == [(5, -300, 90)]


def test_both_lose_and_both_go():
    session = trade(fall(90), fall(90), profile=ROOM.replace(position_loss=0.03), script={1: BOTH})
    assert session.fills[2:] == [(5, -400, 90), (5, -400, 90)]
    assert session.event_kinds() == ["position_loss", "position_loss"]


def test_a_stop_on_the_way_is_hit_first_where_both_would_sell():
    # Decided at the close of 90 on day 4; day 5 opens below the stop of 85: one sale, at the opening.
    both = each(do("buy", data=0, size=400, stop=85), do("buy", data=1, size=400, stop=50))
    bars = [FLAT, FLAT, FLAT, (100, 100, 90, 90), (80, 81, 79, 80), (80.0,) * 4]
    session = trade(bars, [FLAT] * 6, profile=ROOM.replace(position_loss=0.03), script={1: both})
    assert session.fills[2:] == [(5, -400, 80)]
    assert session.live == [(-400, 50)]
