"""Down 15 % from the peak: entries halt, half size after twenty sessions, once; then it takes a new high, or a reset.

1 000 units are bought at 100 with 100 000, the stop at 50. A close of 90 leaves 90 000, one of 85 leaves 85 000.
The tests rest for three sessions instead of twenty.
"""

from __future__ import annotations

import pytest

from tests.edge.market import WIDE, do, each, trade

PROFILE = WIDE.replace(
    max_heat=0.8,
    target_heat=(0.5, 0.8),
    risk_per_trade=0.5,
    drawdown_halt=0.15,
    drawdown_cooldown=3,
    max_releases=1,
    half_open_size=0.5,
)
LONG = do("buy", size=1_000, stop=50, name="long")
CLOSE = do("close")
FLAT = (100.0,) * 4


def path(*closes):
    """Return one bar for each close, opened at the one before; the first at 100."""
    bars, last = [], 100.0
    for close in closes:
        bars.append((last, max(last, close), min(last, close), close))
        last = close
    return bars


def ask(units, stop=50):
    return do("buy", data=1, size=units, stop=stop)


def entries(session):
    """Return (bar, outcome, rule, units) of the requests for the second instrument."""
    days = [
        (decision.datetime.day, decision.outcome, decision.rule, decision.given)
        for decision in session.decisions
        if decision.data == "d1" and decision.kind == "entry"
    ]
    return days


def told(session):
    return [(e.datetime.day, e.text) for e in session.desk.events if e.kind == "portfolio_drawdown"]


def test_at_fifteen_percent_entries_halt_and_the_position_stays():
    # 85 000 of 100 000 on day 3: at the limit. Nothing is closed for it, and a day later nothing is allowed yet.
    session = trade(
        path(100, 100, 85, 85, 85), [FLAT] * 5, profile=PROFILE, script={1: LONG, 3: ask(10), 4: ask(10)}
    )
    assert session.fills == [(2, 1_000, 100)]
    assert entries(session) == [
        (3, "denied", "portfolio_drawdown", 0),
        (4, "denied", "portfolio_drawdown", 0),
    ]
    assert told(session) == [(3, "drawdown 15.00% reached 15.00%: no entries")]
    assert session.desk.halted == "the drawdown from 100000.00 halts entries"


def test_a_cent_above_it_nothing_halts():
    # 85.01 a unit leaves 85 010.
    script = {1: LONG, 3: do("sell", data=1, size=10, stop=150)}
    session = trade(path(100, 100, 85.01, 85.01), [FLAT] * 4, profile=PROFILE, script=script)
    assert [outcome for _, outcome, _, _ in entries(session)] == ["accepted"]


def test_the_whole_ladder():
    # Day 3: 85 000, halted; day 4: sold at 85, flat. Sessions 5, 6 and 7 are spent flat: on day 7 entries at half their
    # size, 50 of 100. Bought on day 8 at 100, sold on day 10 at 90: 84 500 are left. The second halt counts from the
    # release: 15 % of 85 000 are 12 750, to 72 250. 400 of 800 are bought on day 11 and fall to 65 on the same day:
    # 84 500 - 14 000 = 70 500 is 17.06 % below 85 000. Flat on day 12, and no second release in eighteen sessions.
    first = path(100, 100, 85, *[85] * 27)
    other = path(*[100] * 8, 90, 95, *[95] * 20)
    third = path(*[100] * 10, 65, *[65] * 19)
    script = {
        1: LONG,
        3: CLOSE,
        6: ask(100),
        7: ask(100),
        9: do("close", data=1),
        10: do("buy", data=2, size=800, stop=50),
        11: do("close", data=2),
        **{bar: ask(100) for bar in (15, 20, 29)},
    }
    session = trade(first, other, third, profile=PROFILE, script=script)
    assert session.fills == [
        (2, 1_000, 100),
        (4, -1_000, 85),
        (8, 50, 100),
        (10, -50, 90),
        (11, 400, 100),
        (12, -400, 65),
    ]
    assert session.cash == 70_500.00
    assert entries(session) == [
        (6, "denied", "portfolio_drawdown", 0),
        (7, "reduced", "half_open", 50),
        (15, "denied", "portfolio_drawdown", 0),
        (20, "denied", "portfolio_drawdown", 0),
        (29, "denied", "portfolio_drawdown", 0),
    ]
    assert told(session) == [
        (3, "drawdown 15.00% reached 15.00%: no entries"),
        (7, "3 sessions without position: entries at 50% of their size"),
        (11, "drawdown 17.06% reached 15.00%: no entries"),
    ]


def test_a_reset_ends_it_and_measures_from_there():
    # Down to 85 000, flat, never to be released. Reset on day 5: the peak is 85 000 and the size whole.
    session = trade(
        path(100, 100, 85, 85, 85, 85),
        path(100, 100, 100, 100, 100, 100),
        profile=PROFILE.replace(max_releases=0),
        script={1: LONG, 3: CLOSE, 4: ask(10), 5: each(lambda s: s.bt_risk.reset(), ask(10))},
    )
    assert [(day, outcome, units) for day, outcome, _, units in entries(session)] == [
        (4, "denied", 0),
        (5, "accepted", 10),
    ]
    assert session.desk.drawdown == 0.0


def test_a_new_high_ends_it_too():
    # Halted on day 3 and still held: at 100.01 the account is at 100 010, a new high.
    session = trade(
        path(100, 100, 85, 99, 100.01, 100),
        [FLAT] * 6,
        profile=PROFILE.replace(max_position=2.0),
        script={1: LONG, 4: ask(1), 5: do("sell", data=1, size=10, stop=150)},
    )
    assert [(d.datetime.day, d.outcome) for d in session.decisions[1:]] == [(4, "denied"), (5, "accepted")]
    assert told(session)[-1] == (5, "a new high: entries at full size")


def test_half_open_it_is_whole_again_at_eighty_percent_of_the_limit():
    # Released on day 7 at 85 000. 800 of d1 ask for 400 at 100; at 107.50 on day 9 they have made 3 000: 88 000 is 12 %
    # below 100 000, which is 80 % of 15 %. From there on a request of 100 gets 100.
    script = {1: LONG, 3: CLOSE, 7: ask(800), 8: do("buy", data=2, size=20), 9: do("buy", data=2, size=20)}
    session = trade(
        path(100, 100, 85, *[85] * 8),
        path(*[100] * 8, 107.5, 107.5, 107.5),
        [FLAT] * 11,
        profile=PROFILE.replace(stop="fixed", fixed_stop=0.5),
        script=script,
    )
    assert [(d.datetime.day, d.given) for d in session.decisions if d.data == "d2" and d.given] == [
        (8, 10),
    ]
    assert told(session)[-1] == (9, "drawdown is back at 12.00%: entries at full size")


def test_flat_in_a_drawdown_nothing_but_time_helps():
    # 20 sessions, the profile's default, from the first flat one on: flat on day 4, free on day 24.
    script = {1: LONG, 3: CLOSE, **{bar: ask(100) for bar in (10, 23, 24)}}
    session = trade(
        path(100, 100, 85, *[85] * 23),
        [FLAT] * 26,
        profile=PROFILE.replace(drawdown_cooldown=20),
        script=script,
    )
    assert [(day, units) for day, _, _, units in entries(session)] == [(10, 0), (23, 0), (24, 50)]
    assert session.values[3:] == [85_000.00] * 21 + [85_000.00] * 2


@pytest.mark.parametrize(
    ("flow", "left"),
    [
        # 90 000 on day 3. 90 000 come in on day 4: each of the 180 000 is one that has lost 10 % before.
        (90_000, 180_000),
        (-45_000, 45_000),
    ],
)
def test_money_that_comes_or_goes_in_a_drawdown_leaves_it_as_it_was(flow, left):
    # 900 units are sold at 90 on day 4, before the flow of day 5.
    seen = {}

    def look(strategy):
        seen[len(strategy)] = round(strategy.bt_risk.drawdown, 9)

    def move(strategy):
        look(strategy)
        strategy.broker.add_cash(flow)

    script = {1: LONG, 3: each(look, CLOSE), 5: move, 6: look, 7: look}
    session = trade(path(100, 100, 90, 90, 90, 90, 90), profile=PROFILE, script=script)
    assert seen == {3: 0.1, 5: 0.1, 6: 0.1, 7: 0.1}
    assert session.values[-1] == left


def test_a_deposit_in_an_open_position_counts_the_loss_on_all_there_is():
    # 95 000 at 95 on day 3, 5 % down; 95 000 come in. Day 4 closes at 76: 1 000 * 19 = 19 000 of 190 000 is 10 %. All
    # in all 1 - 0.95 * 0.90 = 14.5 %: no halt. On 95 000 alone it would be a fifth.
    seen = {}

    def look(strategy):
        seen[len(strategy)] = round(strategy.bt_risk.drawdown, 9)

    script = {1: LONG, 3: lambda s: s.broker.add_cash(95_000), 4: each(look, ask(1)), 5: look}
    session = trade(path(100, 100, 95, 76, 75), [FLAT] * 5, profile=PROFILE, script=script)
    # Day 5 at 75: 170 000 of 171 000 is left, 1 - 0.855 * 170 / 171 = 15 %.
    assert seen == {4: 0.145, 5: 0.15}
    assert entries(session)[0][1] == "accepted"
    assert session.desk.halted == "the drawdown from 200000.00 halts entries"


def test_positions_are_halved_once_on_the_way_down():
    # Day 3: 80 000, 20 %, halved at the opening of day 4 at 80. 500 left: at 62 on day 5 71 000, 29 %; at 59.99 on day
    # 6 69 995, 30.005 %: closed on day 7.
    profile = PROFILE.replace(drawdown_reduce=0.20, drawdown_emergency=0.30)
    session = trade(path(100, 100, 80, 80, 62, 59.99, 60, 60), profile=profile, script={1: LONG})
    assert session.fills == [(2, 1_000, 100), (4, -500, 80), (7, -500, 59.99)]
    assert session.desk.halted == "emergency stop (drawdown): entries wait for a reset"
    assert session.is_covered
