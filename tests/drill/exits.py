"""Exits: what takes a position out, and where its stop and its target are.

The desk buys 200 units at 100 on bar 2, stopped at 95: R is 5, 1 000 of 100 000 are at risk.
"""

from __future__ import annotations

import backtrader as bt

from tests.drill.cases import needs
from tests.edge.adds import HIGH, add
from tests.edge.market import CALM, LIMIT, ROUND, STOP, WIDE, calm, do, fixed_filler, trade

BOUGHT = (2, 200, 100)
FALL = (100, 101, 94, 96)  # through the stop


def leaves(bar, price, *bars, profile=ROUND, size=-200, **options):
    """Trade one entry of the desk's on two calm bars and `bars`; assert where it leaves, and return the run."""
    script = {1: do("buy", **options.pop("entry", {})), **options.pop("script", {})}
    session = trade([*calm(2), *bars], script=script, profile=profile, **options)
    assert [(at, size, round(price, 6)) for at, size, price in session.fills] == [BOUGHT, (bar, size, price)]
    return session


@needs("stop")
def stop():
    return leaves(3, 95, FALL, CALM)


@needs("exits/initial_stop")
def initial_stop():
    return leaves(3, 95, FALL, CALM)


@needs("exits/anchored_stop")
def anchor():
    # Bought at 102, 2 above the decision: from the next bar on the stop is at 97.
    session = trade([CALM, (102, 103, 101, 102), (102, 102, 96, 98)], script={1: do("buy")})
    assert session.fills == [(2, 200, 102), (3, -200, 97)]
    return session


@needs("stop on the entry bar")
def entry_bar():
    session = trade([CALM, (100, 101, 94, 96), (96, 97, 95.5, 96)], script={1: do("buy")})
    assert session.fills == [BOUGHT, (2, -200, 95)]
    return session


@needs("rest of a stop")
def rest_of_a_stop():
    # 80 units a bar: what the stop at 95 has not sold does not wait for the price to come back.
    bars = [*calm(4), FALL, *[(100, 105, 99, 100)] * 3]
    session = trade(bars, script={1: do("buy")}, prepare=fixed_filler(80))
    assert session.fills[3:] == [(5, -80, 95), (6, -80, 100), (7, -40, 100)]
    return session


@needs("fill beyond stop")
def fill_beyond_stop():
    # Decided at a limit of 98 with the stop at 93.1, filled at 93: a stop 4.9 behind the fill would be at 88.1.
    script = {1: do("buy", size=100, exectype=LIMIT, price=98)}
    session = trade([CALM, (93, 94, 92, 93), (93, 94, 92, 93), CALM], script=script)
    assert session.fills == [(2, 100, 93), (3, -100, 93)]
    return session


@needs("stop of adopted")
def adopted():
    def behind(strategy):
        strategy.broker.buy(strategy, strategy.data, size=10)

    session = trade([*calm(2), FALL, CALM], script={1: behind})
    assert session.fills == [(2, 10, 100), (3, -10, 95)]
    return session


@needs("exits/next_stop")
def next_stop():
    profile = ROUND.replace(break_even=1.0)
    return leaves(4, 100, (101, 105, 101, 104), (103, 103, 99, 101), profile=profile)


@needs("exits/break_even")
def break_even():
    profile = ROUND.replace(break_even=1.0)  # at 105
    return leaves(4, 100, (101, 105, 101, 104), (103, 103, 99, 101), profile=profile)


@needs("exits/fixed_trail")
def fixed_trail():
    profile = ROUND.replace(trail="fixed", trail_fraction=0.02, trail_activation_gain=0.05)
    return leaves(4, 107.8, (101, 110, 101, 109), (109, 109, 105, 106), profile=profile)


CHANDELIER = ROUND.replace(trail="chandelier", trail_atr=2.0, trail_activation=1.0, atr_period=1)
# Twice the range of the last bar behind 106: 94 after the first, 102 after the second.
RISEN = [(101, 106, 100, 105), (105, 106, 104, 105)]


@needs("exits/chandelier")
def chandelier():
    return leaves(5, 102, *RISEN, (105, 105, 101, 102), profile=CHANDELIER)


@needs("exits/next_stop ratchet")
def ratchet():
    # A range of 3.5 would take the stop from 102 back to 99.
    bars = [*RISEN, (105, 106, 102.5, 105), (105, 105, 101, 102)]
    return leaves(6, 102, *bars, profile=CHANDELIER)


@needs("own stop ratchet")
def own_stop_ratchet():
    script = {2: do("sell", exectype=STOP, price=90)}
    return leaves(3, 95, FALL, CALM, script=script)


@needs("target")
def target():
    return leaves(3, 110, (100, 111, 99, 105), CALM, entry={"target": 110})


@needs("exits/initial_target")
def initial_target():
    profile = ROUND.replace(target="r", target_r=2.0)
    return leaves(3, 110, (100, 111, 99, 105), CALM, profile=profile)


@needs("target goes with trail")
def target_with_trail():
    profile = ROUND.replace(
        trail="fixed", trail_fraction=0.05, trail_activation_gain=0.05, target_with_trail="cancel"
    )
    bars = [(101, 108, 101, 107), (107, 112, 107, 112), (112, 112, 100, 101)]
    return leaves(5, 106.4, *bars, profile=profile, entry={"target": 110})  # 112 - 5 %


@needs("exits/ladder")
def ladder():
    session = leaves(
        3, 105, (100, 106, 99, 104), CALM, profile=ROUND.replace(ladder=((1.0, 0.5),)), size=-100
    )
    assert session.live == [(-100, 95)]
    return session


@needs("exits/add_stop")
def add_stop():
    # The stop stands at 120 when 200 units are added at 125: alone they would be stopped 5 % below, at 118.75.
    script = {1: do("buy"), 3: do("sell", exectype=STOP, price=120), 4: do("buy", name="add")}
    session = add(HIGH, HIGH, HIGH, script=script)
    assert session.decisions[-1].stop == 120
    assert sorted(session.live) == [(-200, 120), (-200, 120)]
    return session


@needs("exits/add_stop on its way")
def add_stop_on_its_way():
    script = {1: do("buy"), 3: do("buy", exectype=LIMIT, price=120), 4: do("sell", exectype=STOP, price=116)}
    session = add(HIGH, script=script)
    assert sorted(session.live) == [(-200, 116), (-166, 116), (166, 120)]
    return session


@needs("exits/time_limit max_hold")
def max_hold():
    return leaves(5, 100, *calm(4), profile=ROUND.replace(max_hold=48.0))  # two days after bar 2 is bar 4


@needs("exits/time_limit max_hold_bars")
def max_hold_bars():
    return leaves(6, 100, *calm(5), profile=ROUND.replace(max_hold_bars=3))


@needs("exits/time_limit min_hold")
def min_hold():
    # Old enough on bar 4; asked for on bar 2.
    script = {2: do("close")}
    return leaves(5, 100, *calm(4), profile=ROUND.replace(min_hold=48.0), script=script)


@needs("exits/time_limit min_hold is over")
def min_hold_is_over():
    script = {2: do("close")}
    return leaves(5, 100, *calm(4), profile=ROUND.replace(min_hold=48.0), script=script)


HALF_DAYS = {1: CALM, 2: CALM, 2.25: CALM, 2.5: CALM, 2.75: CALM, 3: CALM}


@needs("exits/end_of_day")
def end_of_day():
    # The bar of 12 o'clock is the fourth.
    session = trade(HALF_DAYS, script={1: do("buy")}, profile=ROUND.replace(end_of_day="12:00"))
    assert session.fills == [BOUGHT, (5, -200, 100)]
    return session


@needs("exits/end_of_day last_bar")
def last_bar():
    def six_hours(cerebro):
        (data,) = cerebro.datas
        data._timeframe, data._compression = bt.TimeFrame.Minutes, 360
        data.p.sessionend = bt.datetime.time(18, 0)

    profile = ROUND.replace(end_of_day="last_bar")
    session = trade(HALF_DAYS, script={1: do("buy")}, profile=profile, prepare=six_hours)
    assert session.fills == [BOUGHT, (5, -200, 100)]  # on the bar that ends at 18 o'clock
    return session


@needs("halts/position_timeout")
def position_timeout():
    return leaves(6, 100, *calm(5), profile=ROUND.replace(position_timeout=48 * 3600.0))  # above two days


# 200 units that lose 10 each are 2 % of 100 000, and 10 % of their cost.
DOWN = [(100, 100, 90, 90), *[(90, 91, 89, 90)] * 2]


@needs("halts/position_loss")
def position_loss():
    profile = WIDE.replace(position_loss=0.02)
    return leaves(4, 90, *DOWN, profile=profile, entry={"size": 200, "stop": 80})


@needs("halts/position_loss of cost")
def position_loss_of_cost():
    profile = WIDE.replace(position_loss_of_cost=0.09)
    return leaves(4, 90, *DOWN, profile=profile, entry={"size": 200, "stop": 80})
