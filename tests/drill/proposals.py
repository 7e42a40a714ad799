"""Methods that propose a size, and what may lose on one trade, inside a run: a size that a reader can redo.

At a price of 100 with the stop at 95 a unit risks 5, and costs 0.1 % of 100 000. Calm bars have a range of 2.
"""

from __future__ import annotations

from tests.drill.cases import needs
from tests.drill.gates import shaken
from tests.edge.market import ROUND, calm, do, trade

PLAIN = ROUND.replace(risk_per_trade_max=None, target_heat=(0.06, 0.1))


def is_bought(units, *, rule, bars=None, on=3, told=None, **changes):
    """Assert that `rule` proposes `units` on bar `on` and that they are bought; return the run."""
    session = trade(bars or calm(5), script={on: do("buy", **(told or {}))}, profile=PLAIN.replace(**changes))
    decision = session.decisions[-1]
    assert (decision.outcome, decision.rule, decision.given) == ("accepted", rule, units)
    assert session.fills[0][:2] == (on + 1, units)
    return session


def by_method(name, units, **options):
    return is_bought(units, rule=name, sizing=(name,), **options)


@needs("methods/risk_per_trade")
def risk_per_trade():
    return by_method("risk_per_trade", 200)  # 1 000 / 5


@needs("methods/fixed_fraction")
def fixed_fraction():
    return by_method("fixed_fraction", 20)  # 2 %


@needs("methods/cash_fraction")
def cash_fraction():
    return by_method("cash_fraction", 500, cash_fraction=0.5)


@needs("methods/atr_risk")
def atr_risk():
    return by_method("atr_risk", 500, atr_period=2)  # 1 000 / 2


@needs("methods/inverse_volatility")
def inverse_volatility():
    # 5 % of 100 000, times 4 % over the 2 % that a bar moves.
    return by_method("inverse_volatility", 100, atr_period=2, volatility_target=0.04)


@needs("methods/confidence")
def confidence():
    # From a quarter at 0.5 to all of 40 % at 0.7: half way it is 25 %.
    limits = {"max_position": 0.4, "confidence_low": 0.5, "confidence_high": 0.7}
    return by_method("confidence", 250, told={"confidence": 0.6}, **limits)


@needs("methods/dynamic")
def dynamic():
    # Changes of 1 % on every day deviate by 19.3 % a year: 10 000 * (0.5 + 1.5 * 1) / 1.193.
    session = by_method("dynamic", 167, bars=shaken(40), on=39, told={"confidence": 1.0}, dynamic_base=0.1)
    assert round(session.decisions[-1].request.annual_volatility, 3) == 0.193
    return session


@needs("methods/regime")
def regime():
    return by_method(
        "regime", 150, told={"regime": {"trend": "bearish", "risk_multiplier": 1.5}}
    )  # 1.5 * 0.5


@needs("methods/kelly")
def kelly():
    # 0.6 - 0.4 / 2 is 40 % of 100 000, a quarter of it 10 %.
    return by_method("kelly", 100, kelly_prior=(0.6, 2.0))


@needs("methods/kelly floor")
def kelly_floor():
    # Half of the trades at a ratio of 1 is no edge.
    return by_method("kelly", 20, kelly_prior=(0.5, 1.0), kelly_floor=0.02)


@needs("methods/kelly min_win_rate")
def kelly_min_win_rate():
    limits = {"kelly_min_win_rate": 0.65, "kelly_floor": 0.02}
    return by_method("kelly", 20, kelly_prior=(0.6, 2.0), **limits)


@needs("methods/kelly min")
def kelly_min():
    return by_method("kelly", 150, kelly_prior=(0.6, 2.0), kelly_min=0.15)


@needs("methods/kelly max")
def kelly_max():
    return by_method("kelly", 50, kelly_prior=(0.6, 2.0), kelly_max=0.05)


def after_two_trades(units, **changes):
    """Assert what Kelly buys at 102 after 4 were won and then 2 lost on each of 100 units; return the run."""
    flat = [(close, close, close, close) for close in (100, 100, 104, 104, 104, 102, 102, 102)]
    script = {1: do("buy", size=100), 3: do("close"), 4: do("buy", size=100), 5: do("close"), 7: do("buy")}
    profile = PLAIN.replace(sizing=("kelly", "cash_fraction"), kelly_min_trades=2, **changes)
    session = trade(flat, script=script, profile=profile)
    assert [pnl for _, pnl in session.trades] == [400, -200]
    assert (session.decisions[-1].rule, session.decisions[-1].given) == ("kelly", units)
    return session


@needs("methods/kelly closed trades")
def kelly_closed_trades():
    # 0.5 - 0.5 / 2 is 25 % of 100 200, a quarter of it 6 262 at 102.
    return after_two_trades(61)


@needs("methods/kelly shrinkage")
def kelly_shrinkage():
    # The lower bound of 1 in 2 at 60 % is 0.412: 0.412 - 0.588 / 2 is 11.8 %, a quarter of it 2 949 at 102.
    return after_two_trades(28, kelly_shrinkage=0.6)


@needs("methods/budget equal_heat")
def equal_heat():
    return is_bought(400, rule="risk_per_trade", allocation="equal_heat", max_positions=5)  # 10 000 / 5 / 5


@needs("methods/budget conviction")
def conviction():
    told = {"conviction": "high"}
    return is_bought(400, rule="risk_per_trade", allocation="conviction", told=told)  # twice


@needs("methods/budget volatility_tiers")
def volatility_tiers():
    tiers = ((0.1, 0.5),)  # above 10 % a year half
    return is_bought(100, rule="risk_per_trade", bars=shaken(40), on=39, volatility_tiers=tiers)


@needs("methods/budget risk_money")
def risk_money():
    return is_bought(100, rule="risk_per_trade", risk_money=500.0)


@needs("methods/budget room in the band")
def room_in_band():
    # Of 1 000 that may be risked 600 are left below the band's edge.
    return is_bought(120, rule="risk_per_trade", target_heat=(0.001, 0.006))
