"""Gates: an entry that is denied, in the name of the gate. Most of them would be bought without it."""

from __future__ import annotations

import math
import warnings

from tests.drill.cases import needs
from tests.edge.market import CALM, ROUND, WIDE, calm, do, each, trade

SMALL = do("buy", data=1, size=10, stop=90)
LAST = do("buy", size=10, stop=90)


def is_denied(session, rule):
    """Assert that the last request was denied by `rule`, and return the run."""
    decision = session.decisions[-1]
    assert (decision.outcome, decision.rule, decision.given) == ("denied", rule, 0)
    return session


def shaken(bars, jump=100.0):
    """Return that many bars whose closes change between 100 and 101, then one that closes at `jump`."""
    closes = [100 + number % 2 for number in range(bars)]
    return [(close, 101, 99, close) for close in closes] + [(100, max(101, jump), 99, jump), CALM]


@needs("checks/fresh_bar")
def fresh_bar():
    crossed = (100, 99, 101, 100)  # its high is below its low
    return is_denied(trade([CALM, crossed, CALM], script={2: do("buy")}), "fresh_bar")


@needs("checks/known_rate")
def known_rate():
    def with_rate(cerebro):
        cerebro.datas[0].fx = cerebro.datas[1]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # this broker books one to one, which the decision does not depend on
        session = trade(calm(3), [(math.nan,) * 4] * 3, script={2: LAST}, prepare=with_rate)
    return is_denied(session, "known_rate")


@needs("checks/halt")
def halt():
    # 400 * (95 - 100) is 2 % of 100 000.
    bars = [*calm(2), (100, 100, 95, 95), (95, 96, 94, 95)]
    script = {1: do("buy", size=400, stop=80), 3: SMALL}
    session = trade(bars, calm(4), script=script, profile=WIDE.replace(daily_loss=0.02))
    return is_denied(session, "daily_loss")


@needs("checks/breaker")
def breaker():
    script = {2: each(lambda strategy: strategy.bt_risk.trip("news"), LAST)}
    return is_denied(trade(calm(4), script=script), "breaker")


@needs("checks/heat_tier")
def heat_tier():
    # 480 * 20 is 9.6 % of a limit of 10 %.
    script = {1: do("buy", size=480, stop=80), 3: SMALL}
    return is_denied(trade(calm(5), calm(5), script=script, profile=WIDE), "heat_tier")


@needs("checks/entry_windows")
def entry_windows():
    profile = ROUND.replace(entry_windows=(("09:30", "11:00"),))  # daily bars are of midnight
    return is_denied(trade(calm(3), script={2: LAST}, profile=profile), "entry_windows")


@needs("checks/end_of_day")
def end_of_day():
    bars = {1: CALM, 1.5: CALM, 1.75: CALM, 2: CALM}  # at 0, 12 and 18 o'clock, and on the next day
    session = trade(bars, script={3: LAST}, profile=ROUND.replace(end_of_day="18:00"))
    return is_denied(session, "end_of_day")


@needs("checks/max_trades_per_day")
def max_trades_per_day():
    session = trade(
        calm(3), calm(3), script={2: each(LAST, SMALL)}, profile=ROUND.replace(max_trades_per_day=1)
    )
    return is_denied(session, "max_trades_per_day")


@needs("checks/one_position")
def one_position():
    return is_denied(trade(calm(5), script={1: LAST, 3: LAST}), "one_position")


@needs("checks/max_positions")
def max_positions():
    session = trade(calm(3), calm(3), script={2: each(LAST, SMALL)}, profile=ROUND.replace(max_positions=1))
    return is_denied(session, "max_positions")


@needs("checks/valid_size")
def valid_size():
    return is_denied(trade(calm(3), script={2: do("buy", size=math.nan)}), "valid_size")


@needs("checks/valid_stop")
def valid_stop():
    # Only without limits on what may be lost is there a size for what loses nothing at its stop.
    profile = ROUND.replace(
        sizing=("cash_fraction",), allocation="risk_per_trade", max_heat=None, risk_per_trade_max=None
    )
    session = trade(calm(3), script={2: do("buy", size=10, stop=105)}, profile=profile)
    assert session.fills == []
    return is_denied(session, "valid_stop")


@needs("checks/valid_target")
def valid_target():
    return is_denied(trade(calm(3), script={2: do("buy", target=95)}), "valid_target")


@needs("checks/min_reward_to_risk")
def min_reward_to_risk():
    profile = ROUND.replace(min_reward_to_risk=2.0)
    session = trade(calm(3), script={2: do("buy", stop=95, target=109)}, profile=profile)  # 9 to 5
    return is_denied(session, "min_reward_to_risk")


@needs("checks/min_liquidity")
def min_liquidity():
    profile = ROUND.replace(min_liquidity=100_001.0)  # a bar trades 1 000 units at 100
    return is_denied(trade(calm(3), script={2: LAST}, profile=profile), "min_liquidity")


@needs("checks/volatility_spike")
def volatility_spike():
    # Returns of 1 % up and down, then 10 %.
    profile = ROUND.replace(volatility_spike=5.0)
    session = trade(shaken(24, jump=111), script={25: LAST}, profile=profile)
    return is_denied(session, "volatility_spike")


@needs("checks/max_correlation")
def max_correlation():
    profile = ROUND.replace(max_correlation=0.9)
    session = trade(shaken(36), shaken(36), script={1: LAST, 36: SMALL}, profile=profile)
    assert session.decisions[-1].book.correlation > 0.99
    return is_denied(session, "max_correlation")


@needs("checks/min_expectancy")
def min_expectancy():
    profile = ROUND.replace(min_expectancy=0.1, min_expectancy_trades=1)
    session = trade([*calm(2), (100, 101, 89, 91), *calm(2)], script={1: LAST, 4: LAST}, profile=profile)
    return is_denied(session, "min_expectancy")


@needs("checks/min_position")
def min_position():
    profile = ROUND.replace(min_position=0.02)  # 10 * 100 is 1 %
    return is_denied(trade(calm(3), script={2: LAST}, profile=profile), "min_position")


@needs("checks/single_position_gate")
def single_position_gate():
    profile = ROUND.replace(single_position_gate=0.19)  # 200 * 100 is 20 %
    return is_denied(trade(calm(3), script={2: do("buy")}, profile=profile), "single_position_gate")


@needs("checks/dry_run")
def dry_run():
    session = trade(calm(3), script={2: do("buy")}, profile=ROUND.replace(dry_run=True))
    return is_denied(session, "dry_run")
