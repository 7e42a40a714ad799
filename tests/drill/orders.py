"""What the desk does with prices that are missing, and with the orders of the strategy's own.

The desk buys 200 units at 100 on bar 2, stopped at 95.
"""

from __future__ import annotations

import datetime as dt
import math

from tests.drill.cases import needs
from tests.drill.exits import BOUGHT, FALL, leaves
from tests.edge.market import CALM, LIMIT, STOP, WIDE, calm, cancel, do, each, trade


@needs("value of the account")
def value_of_the_account():
    # The position has no close on bar 3, and with it the account no value.
    script = {1: do("buy"), 3: do("buy", data=1, size=10, stop=90)}
    session = trade([*calm(2), (100, 101, 99, math.nan), CALM], calm(4), script=script)
    decision = session.decisions[-1]
    assert (decision.outcome, decision.rule) == ("denied", "halt")
    return session


@needs("value of the account is told")
def value_is_told():
    # A future's close that is no number takes the cash with it, until somebody sets it anew.
    def futures(cerebro):
        cerebro.broker.setcommission(margin=50.0, mult=10.0, stocklike=False)

    script = {1: do("buy", size=20, stop=80), 4: lambda strategy: strategy.broker.setcash(100_000)}
    bars = [*calm(2), (100, 101, 99, math.nan), *calm(3)]
    session = trade(bars, script=script, profile=WIDE, prepare=futures)
    assert session.event_kinds() == ["data_quality", "equity_unknown", "equity_known"]
    return session


@needs("silence")
def silence():
    # No price after day 3: on day 14 more than ten days are over, and what rests is withdrawn. Day 16 has one.
    rest = do("buy", data=1, exectype=LIMIT, price=98, name="rest")
    other = {**dict(enumerate(calm(3), start=1)), 16: CALM}
    session = trade(calm(17), other, script={3: rest})
    assert session.heard_of("rest") == ["Accepted", "Canceled"]
    return session


@needs("own stop")
def own_stop():
    # Asked for 50 units, it stands for all.
    script = {2: do("sell", size=50, exectype=STOP, price=97)}
    return leaves(3, 97, FALL, CALM, script=script)


@needs("own stop ends")
def own_stop_ends():
    own = do("sell", exectype=STOP, price=97, valid=dt.timedelta(days=2), name="own")
    session = trade(calm(7), script={1: do("buy"), 2: own})
    assert session.heard_of("own") == ["Expired"]
    assert session.live == [(-200, 97)]
    return session


@needs("own target")
def own_target():
    script = {2: do("sell", exectype=LIMIT, price=103)}
    return leaves(3, 103, (100, 104, 99, 103), CALM, script=script)


@needs("reversal")
def reversal():
    # The other 200 are decided afresh when the first are sold.
    session = trade(calm(6), script={1: do("buy"), 3: do("sell", size=400)})
    assert session.fills == [BOUGHT, (4, -200, 100), (5, -200, 100)]
    return session


@needs("reversal dropped")
def reversal_dropped():
    script = {1: do("buy"), 3: each(do("sell", size=400), do("close"))}
    session = trade(calm(6), script=script)
    assert session.fills == [BOUGHT, (4, -200, 100)]
    return session


@needs("reversal dropped by a halt")
def reversal_dropped_by_a_halt():
    # The breaker is closed again before the position has left: what was asked for before it opened is given up.
    trip = each(do("sell", size=400), lambda strategy: strategy.bt_risk.trip("news"))
    script = {1: do("buy"), 3: trip, 4: lambda strategy: strategy.bt_risk.reset()}
    session = trade(calm(6), script=script)
    assert session.fills == [BOUGHT, (4, -200, 100)]
    return session


@needs("exits of the desk's own")
def exits_of_the_desks_own():
    # 9 840 at risk are 10.08 % of the 97 600 that are left at 90: the riskier one goes, whatever the strategy says.
    enter = each(do("buy", data=0, size=240, stop=80), do("buy", data=1, size=240, stop=79))
    script = {1: enter, 3: each(do("close", data=1, name="exit"), cancel("exit"))}
    bars = [*calm(2), (100, 100, 90, 90), (90, 91, 89, 90)]
    session = trade(calm(4), bars, script=script, profile=WIDE)
    assert (4, -240, 90) in session.fills
    return session
