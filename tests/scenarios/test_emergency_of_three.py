"""Three positions when the account has to stop: two longs and a short, and what each protocol leaves of them.

10 of d0 and 30 of d1 are bought at 100 with the stop at 90, 50 of d2 are sold short at 100 with the stop at 110: at
risk are 100, 300 and 500.
"""

from __future__ import annotations

import pytest

from tests.edge.market import LIMIT, WIDE, do, each, trade

FLAT = (100.0,) * 4
THREE = each(
    do("buy", data=0, size=10, stop=90),
    do("buy", data=1, size=30, stop=90),
    do("sell", data=2, size=50, stop=110),
)
REST = do("buy", data=3, size=10, stop=50, exectype=LIMIT, price=95, name="rest")
ALL = [(4, -10, 100), (4, -30, 100), (4, 50, 100)]
OPENED = [(2, 10, 100), (2, 30, 100), (2, -50, 100)]


@pytest.mark.parametrize(
    ("protocol", "options", "left", "live"),
    [
        ("close_all", {}, ALL, []),
        ("close_positions", {"datas": ["d0", "d2"]}, [ALL[0], ALL[2]], [(-30, 90)]),
        (
            "reduce_positions",
            {},
            [(4, -5, 100), (4, -15, 100), (4, 25, 100)],
            [(-5, 90), (-15, 90), (25, 110)],
        ),
        # 100, 300 and 500 are 300 on average: only the short has more, by two fifths.
        ("redistribute_positions", {}, [(4, 20, 100)], [(-10, 90), (-30, 90), (30, 110)]),
    ],
)
def test_by_hand(protocol, options, left, live):
    script = {1: THREE, 2: REST, 3: lambda s: s.bt_risk.emergency(protocol, **options)}
    session = trade(*[[FLAT] * 6] * 4, profile=WIDE.replace(max_positions=4), script=script)
    assert session.fills == OPENED + left
    assert session.is_covered
    # Only the first is the emergency stop: everything that rests is called off, and nothing new comes.
    is_stop = protocol == "close_all"
    rest = [] if is_stop else [(10, 95), (-10, 50)]
    assert [order for order in session.live if order not in rest] == live
    assert session.heard_of("rest")[-1] == ("Canceled" if is_stop else "Accepted")
    assert session.desk.halted == ("emergency stop (operator): entries wait for a reset" if is_stop else "")


# With stops far away, on day 3 the longs fall to 80 and the short's price rises to 120: 10 * 20 + 30 * 20 + 50 * 20 are
# 1 800 of 100 000, 1.8 %.
FAR = each(
    do("buy", data=0, size=10, stop=50),
    do("buy", data=1, size=30, stop=50),
    do("sell", data=2, size=50, stop=150),
)
FALL = [FLAT, FLAT, (100, 100, 80, 80), *[(80.0,) * 4] * 3]
RISE = [FLAT, FLAT, (100, 120, 100, 120), *[(120.0,) * 4] * 3]
MARKETS = (FALL, FALL, RISE, [FLAT] * 6)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"drawdown_emergency": 0.0179, "max_positions": 4}, "drawdown"),
        ({"emergency_daily_loss": 0.0179, "max_positions": 4}, "daily_loss"),
        ({"emergency_positions": 2, "max_positions": None}, "position_count"),
    ],
)
@pytest.mark.parametrize("reduction", ["highest_risk", "lowest_risk", "trim"])
def test_by_itself_whatever_the_policy_of_the_heat(limits, reason, reduction):
    rest = do("buy", data=3, size=10, stop=50, exectype=LIMIT, price=95, name="rest")
    script = {1: each(FAR, rest), 5: do("buy", data=0)}
    session = trade(*MARKETS, profile=WIDE.replace(reduction=reduction, **limits), script=script)
    # Three are too many as soon as they are there.
    day, low, high = (3, 100, 100) if reason == "position_count" else (4, 80, 120)
    assert session.fills[3:] == [(day, -10, low), (day, -30, low), (day, 50, high)]
    assert [d.rule for d in session.decisions if d.kind == "exit"] == ["emergency"] * 3
    assert session.heard_of("rest") == ["Accepted", "Canceled"]
    assert session.decisions[-1].rule == "emergency_stop"
    assert session.desk.halted == f"emergency stop ({reason}): entries wait for a reset"
    assert session.live == []


@pytest.mark.parametrize(
    "limits", [{"drawdown_emergency": 0.018}, {"emergency_daily_loss": 0.018}, {"emergency_positions": 3}]
)
def test_at_its_value_nothing_stops(limits):
    session = trade(*MARKETS, profile=WIDE.replace(**limits), script={1: FAR})
    assert session.values[-1] == 98_200.00
    assert session.fills == OPENED
