"""Halts of the account, the breaker, the emergency stop, alerts: what a loss, a gain or a jump sets off.

400 units at 100, stopped at 80: a point is 0.4 % of 100 000, and a close of 95 a loss of 2 %.
"""

from __future__ import annotations

from bt_risk.rules.breaker import BreakerState
from tests.drill.cases import needs
from tests.drill.gates import is_denied, shaken
from tests.edge.market import CALM, LIMIT, WIDE, calm, do, each, trade

LONG = do("buy", size=400, stop=80)
NEXT = do("buy", data=1, size=100, stop=95)


def path(*closes):
    """Return two calm bars, then one bar for each close, opened at the close before."""
    bars, last = calm(2), 100
    for close in closes:
        bars.append((last, max(last, close), min(last, close), close))
        last = close
    return bars


def hold(*closes, profile=None, script=(), **limits):
    """Trade the long through `closes`, beside two calm instruments."""
    bars = path(*closes)
    script = {1: LONG, **dict(script)}
    return trade(bars, calm(len(bars)), calm(len(bars)), script=script, profile=WIDE.replace(**limits))


def last(session):
    decision = session.decisions[-1]
    return decision.outcome, decision.rule, decision.given


@needs("halts/account")
def all_halts():
    return is_denied(hold(95, 95, script={3: NEXT}, daily_loss=0.02), "daily_loss")


@needs("halts/daily_loss")
def daily_loss():
    return is_denied(hold(95, 95, script={3: NEXT}, daily_loss=0.02), "daily_loss")


@needs("halts/daily_loss sessions")
def daily_halt_sessions():
    # The orders of the bad day are of the next one, which is halted too.
    return is_denied(hold(95, 95, 95, script={4: NEXT}, daily_loss=0.02), "daily_loss")


@needs("withdrawal of entries")
def withdrawal():
    rest = do("buy", data=1, size=1, stop=50, price=90, exectype=LIMIT, name="rest")
    session = hold(95, 95, script={2: rest}, daily_loss=0.02)
    assert session.heard_of("rest") == ["Accepted", "Canceled"]
    return session


@needs("halts/drawdown_ladder halt")
def drawdown_halt():
    return is_denied(hold(95, 95, script={3: NEXT}, drawdown_halt=0.02), "portfolio_drawdown")


@needs("halts/drawdown_ladder reduce")
def drawdown_reduce():
    session = hold(95, 95, drawdown_reduce=0.02)
    assert session.fills == [(2, 400, 100), (4, -200, 95)]
    return session


@needs("halts/drawdown_ladder emergency")
def drawdown_emergency():
    # 4.4 % in one bar: the last rung speaks for the one below it, and the emergency stop for the last one.
    session = hold(89, 89, drawdown_reduce=0.02, drawdown_emergency=0.04)
    assert session.fills == [(2, 400, 100), (4, -400, 89)]
    assert "portfolio_drawdown" not in session.event_kinds()
    return session


RELEASED = {"drawdown_halt": 0.02, "drawdown_cooldown": 1}


@needs("halts/drawdown_ladder release")
def drawdown_release():
    # Sold on bar 4: one session without position is over on bar 5.
    session = hold(95, 95, 95, 95, script={3: do("close"), 5: NEXT}, **RELEASED)
    assert last(session) == ("reduced", "half_open", 25)
    return session


@needs("halts/drawdown_ladder recovery")
def drawdown_recovery():
    # 25 % of 800 units gain 2.5 each: 98 500 is 1.5 % below the peak, less than 80 % of the halt.
    rise = [*calm(6), (100, 103, 100, 102.5), *[(102.5, 103, 102, 102.5)] * 2]
    script = {
        1: LONG,
        3: do("close"),
        5: do("buy", data=1, size=800, stop=90),
        7: do("buy", data=2, size=100, stop=90),
    }
    profile = WIDE.replace(**RELEASED)
    session = trade(path(*[95] * 7), rise, calm(9), script=script, profile=profile)
    assert last(session) == ("accepted", "own_size", 100)
    return session


@needs("halts/drawdown_ladder max_releases")
def max_releases():
    # From 98 000 on another 2 %: the second halt waits for a new high.
    script = {3: do("close"), 5: do("buy", size=400, stop=70), 8: do("close"), 11: NEXT}
    session = hold(95, 95, 95, 95, 90, 90, 90, 90, 90, script=script, half_open_size=1.0, **RELEASED)
    assert len(session.fills) == 4
    return is_denied(session, "portfolio_drawdown")


@needs("halts/strategy_drawdown")
def strategy_drawdown():
    return is_denied(hold(95, 95, script={3: NEXT}, max_strategy_drawdown=0.02), "strategy_drawdown")


@needs("halts/hysteresis")
def hysteresis():
    # Back at 1.8 % the loss is below its limit, and not yet at 80 % of it.
    session = hold(95, 95.5, script={4: NEXT}, max_strategy_drawdown=0.02)
    return is_denied(session, "strategy_drawdown")


SHAKEN = shaken(24, jump=111)  # changes of 1 %, and one of 10 % on bar 25


@needs("halts/volatility_spike")
def volatility_spike():
    script = {1: LONG, 25: NEXT}
    session = trade(SHAKEN, calm(26), script=script, profile=WIDE.replace(volatility_spike=5.0))
    return is_denied(session, "volatility_spike")


@needs("halts/price_spike")
def price_spike():
    session = trade(SHAKEN, script={}, profile=WIDE.replace(price_spike=5.0))
    assert [(event.kind, event.data) for event in session.desk.events] == [("price_spike", "d0")]
    return session


@needs("halts/correlation_spike")
def correlation_spike():
    small = do("buy", data=2, size=10, stop=90)
    two = each(*(do("buy", data=number, size=10, stop=90) for number in range(2)))
    profile = WIDE.replace(correlation_spike=0.9)
    session = trade(shaken(36), shaken(36), calm(38), script={1: two, 36: small}, profile=profile)
    return is_denied(session, "correlation_spike")


@needs("halts/data_quality")
def data_quality():
    crossed = (100, 99, 101, 100)
    session = trade([CALM, crossed, CALM], script={2: do("buy")})
    assert session.event_kinds() == ["data_quality"]
    return is_denied(session, "fresh_bar")


@needs("breaker loss")
def breaker_loss():
    session = hold(95, 95, script={3: NEXT}, breaker_loss=0.02)
    return is_denied(session, "breaker")


@needs("breaker profit")
def breaker_profit():
    session = hold(105, 105, script={3: NEXT}, breaker_profit=0.02)
    return is_denied(session, "breaker")


@needs("breaker spike")
def breaker_spike():
    # The spike itself denies on its bar only; the breaker that it opens is half open on the next day.
    profile = WIDE.replace(volatility_spike=5.0, breaker_loss=0.5)
    session = trade(SHAKEN, calm(26), script={1: LONG}, profile=profile)
    assert session.desk.breaker is BreakerState.HALF_OPEN
    return session


def trip(strategy):
    strategy.bt_risk.trip("news")


@needs("breaker half open")
def half_open():
    session = trade(calm(4), calm(4), script={1: trip, 2: NEXT})
    assert last(session) == ("reduced", "half_open", 25)
    return session


@needs("breaker closed")
def closed():
    session = trade(calm(4), calm(4), script={1: trip, 3: NEXT})
    assert last(session) == ("accepted", "own_size", 100)
    return session


@needs("breaker cooldown")
def cooldown():
    day = {1: CALM, 2: CALM, 2.25: CALM, 2.5: CALM}
    return is_denied(trade(day, day, script={2: trip, 4: NEXT}), "breaker")


@needs("breaker cooldown in seconds")
def cooldown_in_seconds():
    # Two days after bar 1 is bar 3: above that is bar 4.
    script = {1: trip, 3: NEXT}
    profile = WIDE.replace(breaker_cooldown=172_800.0)
    return is_denied(trade(calm(4), calm(4), script=script, profile=profile), "breaker")


@needs("emergency drawdown")
def emergency_drawdown():
    session = hold(94, 94, drawdown_emergency=0.02)
    assert session.fills == [(2, 400, 100), (4, -400, 94)]
    return session


@needs("emergency positions")
def emergency_positions():
    session = hold(100, 100, script={2: NEXT}, max_positions=None, emergency_positions=1)
    assert session.fills == [(2, 400, 100), (3, 100, 100), (4, -400, 100), (4, -100, 100)]
    return session


@needs("emergency daily_loss")
def emergency_daily_loss():
    session = hold(94, 94, emergency_daily_loss=0.02)
    assert session.fills == [(2, 400, 100), (4, -400, 94)]
    return session


def is_alerted(session, words):
    assert [event.text for event in session.desk.events if event.kind == "alert"] == [words]
    return session


@needs("alerts drawdown")
def alert_drawdown():
    return is_alerted(hold(95, 95, alert_drawdown=0.01), "drawdown 2.00% above 1.00%")


@needs("alerts daily_loss")
def alert_daily_loss():
    return is_alerted(hold(95, 95, alert_daily_loss=0.01), "daily loss 2.00% above 1.00%")


@needs("alerts at a share of the limit")
def alert_at_a_share():
    return is_alerted(hold(95, 95, daily_loss=0.024), "daily loss 2.00% above 1.92%")  # 80 %


@needs("alerts position_count")
def alert_positions():
    return is_alerted(hold(100, script={1: each(LONG, NEXT)}, alert_positions=1), "position count 2 above 1")


@needs("alerts correlation")
def alert_correlation():
    two = each(*(do("buy", data=number, size=10, stop=90) for number in range(2)))
    profile = WIDE.replace(alert_correlation=0.9)
    session = trade(shaken(36), shaken(36), script={1: two}, profile=profile)
    return is_alerted(session, "correlation 1 above 0.9")
