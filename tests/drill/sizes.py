"""Caps and scales: an entry that is cut, in the name of the cap, to a size that a reader can redo.

At a price of 100 with the stop at 50 a unit risks 50, with the profile's stop at 95 it risks 5.
"""

from __future__ import annotations

from tests.drill.cases import needs
from tests.edge.market import ROUND, WIDE, calm, do, each, trade

# Half of the equity as notional, whatever it risks: 500 units.
BOLD = WIDE.replace(sizing=("fixed_fraction",), fixed_fraction=0.5)
TWO = each(do("buy", data=0, size=100, stop=90), do("buy", data=1, size=200, stop=90))


def is_cut(session, rule, units):
    """Assert that the last request was cut to `units` by `rule`, and filled; return the run."""
    decision = session.decisions[-1]
    assert (decision.outcome, decision.rule, decision.given) == ("reduced", rule, units)
    assert (units, 100) in [(size, price) for _, size, price in session.fills]
    return session


def buy(profile, **options):
    return trade(calm(3), script={1: do("buy", **options)}, profile=profile)


@needs("caps/target_heat")
def target_heat():
    profile = BOLD.replace(risk_per_trade=0.01, target_heat=(0.01, 0.02))
    return is_cut(buy(profile), "target_heat", 400)  # 2 000 / 5


@needs("caps/heat_reserve")
def heat_reserve():
    return is_cut(buy(BOLD.replace(heat_reserve=0.4), stop=50), "heat_reserve", 120)  # 6 000 / 50


@needs("caps/max_heat")
def max_heat():
    return is_cut(buy(BOLD, stop=50), "max_heat", 200)  # 10 000 / 50


@needs("caps/max_stressed_heat")
def max_stressed_heat():
    # Bars of 2 in range: with 2 ATR beyond the stop a unit of the second risks 14; 1 600 of 3 000 are left.
    profile = WIDE.replace(risk_per_trade=0.02, atr_period=2, stress_atr=2.0, max_stressed_heat=0.03)
    session = trade(calm(5), calm(5), script={3: TWO}, profile=profile)
    return is_cut(session, "max_stressed_heat", 114)


@needs("caps/max_correlated_heat")
def max_correlated_heat():
    # 1 000 and r come to 2 000 where they are uncorrelated: r is 1 732.
    profile = WIDE.replace(risk_per_trade=0.02, heat_correlation=0.0, max_correlated_heat=0.02)
    session = trade(calm(5), calm(5), script={1: TWO}, profile=profile)
    return is_cut(session, "max_correlated_heat", 173)


@needs("caps/risk_per_trade_max")
def risk_per_trade_max():
    profile = BOLD.replace(risk_per_trade=0.01, risk_per_trade_max=0.02)
    return is_cut(buy(profile, stop=50), "risk_per_trade_max", 40)  # 2 000 / 50


@needs("caps/max_position")
def max_position():
    return is_cut(buy(ROUND.replace(max_position=0.15)), "max_position", 150)


@needs("caps/max_exposure")
def max_exposure():
    session = trade(calm(3), calm(3), script={1: TWO}, profile=WIDE.replace(max_exposure=0.25))
    return is_cut(session, "max_exposure", 150)  # 250 less the first 100


@needs("caps/max_leverage")
def max_leverage():
    session = trade(calm(3), calm(3), script={1: TWO}, profile=WIDE.replace(max_leverage=0.25))
    return is_cut(session, "max_leverage", 150)


@needs("caps/max_sector_exposure")
def max_sector_exposure():
    profile = WIDE.replace(groups={"d0": "steel", "d1": "steel"}, max_sector_exposure=0.25)
    return is_cut(trade(calm(3), calm(3), script={1: TWO}, profile=profile), "max_sector_exposure", 150)


@needs("caps/max_correlated_exposure")
def max_correlated_exposure():
    # Half of the second moves with the first, 50 a unit; of 17 500 the first leaves 7 500.
    profile = WIDE.replace(anchor="d0", betas={"d1": 0.5}, max_correlated_exposure=0.175)
    return is_cut(trade(calm(3), calm(3), script={1: TWO}, profile=profile), "max_correlated_exposure", 150)


@needs("caps/max_participation")
def max_participation():
    return is_cut(buy(ROUND.replace(max_participation=0.15)), "max_participation", 150)  # of 1 000


@needs("caps/cash")
def cash():
    # 1 000 / 0.5 is 2 000 units, of which the cash pays half; the broker would refuse them all.
    return is_cut(buy(ROUND.replace(fixed_stop=0.005)), "cash", 1_000)


@needs("caps/concurrent")
def concurrent():
    profile = ROUND.replace(is_concurrent_adjusted=True)
    script = {1: each(do("buy"), do("buy", data=1))}
    return is_cut(trade(calm(3), calm(3), script=script, profile=profile), "concurrent", 100)


@needs("caps/half_open")
def half_open():
    script = {1: lambda strategy: strategy.bt_risk.trip("news"), 2: do("buy")}
    return is_cut(trade(calm(4), script=script), "half_open", 50)


@needs("oversized")
def oversized():
    session = buy(ROUND.replace(max_position=0.15, oversized="reject"))
    decision = session.decisions[-1]
    assert (decision.outcome, decision.rule, decision.given) == ("denied", "max_position", 0)
    return session
