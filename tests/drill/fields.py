"""Fields of a profile that the scenarios of the rules leave as they are: what another value changes in a run."""

from __future__ import annotations

from tests.drill.account import NEXT, RELEASED, hold, last
from tests.drill.cases import needs
from tests.drill.exits import FALL, leaves
from tests.drill.heat import risks
from tests.drill.proposals import by_method, is_bought
from tests.drill.sizes import BOLD, TWO, is_cut
from tests.edge.market import CALM, ROUND, WIDE, calm, do, each, trade


@needs("profile kelly_fraction")
def kelly_fraction():
    return by_method("kelly", 200, kelly_prior=(0.6, 2.0), kelly_fraction=0.5)


@needs("profile volatility_base")
def volatility_base():
    return by_method("inverse_volatility", 100, atr_period=2, volatility_base=0.1)


@needs("profile confidence_floor")
def confidence_floor():
    # At the least confidence half of 40 %.
    return by_method("confidence", 200, told={"confidence": 0.55}, max_position=0.4, confidence_floor=0.5)


def convinced(word, units, **changes):
    told = {"conviction": word}
    return is_bought(units, rule="risk_per_trade", allocation="conviction", told=told, **changes)


@needs("profile conviction_high")
def conviction_high():
    return convinced("high", 600, conviction_high=3.0)


@needs("profile conviction_medium")
def conviction_medium():
    return convinced("medium", 300, conviction_medium=1.5)


@needs("profile conviction_low")
def conviction_low():
    return convinced("low", 50, conviction_low=0.25)


@needs("profile regime_mismatch")
def regime_mismatch():
    return by_method("regime", 50, told={"regime": "bearish"}, regime_mismatch=0.25)


@needs("profile lot")
def lot():
    return is_bought(180, rule="risk_per_trade", lot=30.0)


def ends_in(tier, units, price=100, **changes):
    """Assert the tier in which `units` that risk 20 each leave the book at `price`; return the run."""
    bars = [*calm(2), *[(price,) * 4] * 2]
    session = trade(bars, script={1: risks(units)}, profile=WIDE.replace(**changes))
    assert session.tiers[-1] == tier
    return session


@needs("profile max_heat")
def max_heat():
    profile = BOLD.replace(max_heat=0.05, target_heat=(0.02, 0.05), risk_per_trade=0.01)
    return is_cut(trade(calm(3), script={1: do("buy", stop=50)}, profile=profile), "max_heat", 100)


@needs("profile heat_warning")
def heat_warning():
    return ends_in("WARNING", 300, heat_warning=0.5)  # 60 % of the limit


@needs("profile heat_critical")
def heat_critical():
    return ends_in("CRITICAL", 470, heat_critical=0.92)


@needs("profile heat_hysteresis")
def heat_hysteresis():
    return ends_in("NORMAL", 450, price=102, heat_hysteresis=0.0)  # 9 000 of 100 900


@needs("profile heat_basis")
def heat_basis():
    return ends_in("NORMAL", 450, price=95, heat_basis="mark")  # of 20 a unit 15 are left to lose


@needs("profile reduction")
def reduction():
    three = each(*(do("buy", data=n, size=units, stop=90) for n, units in enumerate((200, 300, 440))))
    fall = [*calm(2), (100, 100, 92, 93), (93, 94, 92, 93)]
    session = trade(fall, fall, fall, script={1: three}, profile=WIDE.replace(reduction="lowest_risk"))
    assert session.fills[3:] == [(4, -200, 93)]
    return session


@needs("profile correlation_beta")
def correlation_beta():
    # Half of the second moves with the first, 50 a unit; of 17 500 the first leaves 7 500.
    profile = WIDE.replace(anchor="d0", correlation_beta=0.5, max_correlated_exposure=0.175)
    return is_cut(trade(calm(3), calm(3), script={1: TWO}, profile=profile), "max_correlated_exposure", 150)


@needs("profile limit_other")
def limit_other():
    profile = WIDE.replace(groups={"d7": "steel"}, limit_other=False, max_sector_exposure=0.25)
    session = trade(calm(3), calm(3), script={1: TWO}, profile=profile)
    assert [decision.given for decision in session.decisions] == [100, 200]
    return session


@needs("profile stop")
def stop():
    wide = [(100, 102, 98, 100)] * 4  # 2.5 times a range of 4
    session = trade(wide, script={3: do("buy")}, profile=ROUND.replace(stop="atr", atr_period=2))
    assert session.decisions[0].stop == 90
    return session


@needs("profile atr_stop")
def atr_stop():
    profile = ROUND.replace(stop="atr", atr_period=2, atr_stop=2.0)
    session = trade(calm(4), script={3: do("buy")}, profile=profile)
    assert session.decisions[0].stop == 96
    return session


@needs("profile stop_anchor")
def stop_anchor():
    # Bought at 102, 2 above the decision, and stopped where it was decided.
    bars = [CALM, (102, 103, 101, 102), (102, 102, 94, 98)]
    session = trade(bars, script={1: do("buy")}, profile=ROUND.replace(stop_anchor="decision"))
    assert session.fills == [(2, 200, 102), (3, -200, 95)]
    return session


@needs("profile entry_bar_stop")
def entry_bar_stop():
    bars = [CALM, (100, 101, 94, 96), (96, 97, 95.5, 96), (96, 97, 94, 95)]
    session = trade(bars, script={1: do("buy")}, profile=ROUND.replace(entry_bar_stop=False))
    assert session.fills == [(2, 200, 100), (4, -200, 95)]
    return session


@needs("profile place_stops")
def place_stops():
    session = trade([*calm(2), FALL, CALM], script={1: do("buy")}, profile=ROUND.replace(place_stops=False))
    assert [size for _, size, _ in session.fills] == [80]  # 8 000 are lost without a stop at zero
    return session


@needs("profile trail_activation")
def trail_activation():
    profile = ROUND.replace(trail="chandelier", trail_atr=2.0, trail_activation=0.2, atr_period=1)
    # At 101 a fifth of R is reached: twice the range of 2 behind it is 97.
    return leaves(3, 97, (100, 101, 96, 98), profile=profile)


@needs("profile trail_activation_gain")
def trail_activation_gain():
    # A gain of 4 % is not enough for a stop 2 % behind it.
    profile = ROUND.replace(trail="fixed", trail_fraction=0.02, trail_activation_gain=0.05)
    bars = [*calm(2), (101, 104, 101, 103), (103, 103, 101, 102)]
    session = trade(bars, script={1: do("buy")}, profile=profile)
    assert session.live == [(-200, 95)]
    return session


def meets(price, **changes):
    return leaves(3, price, (100, price + 1, 99, 100), CALM, profile=ROUND.replace(**changes))


@needs("profile target_fraction")
def target_fraction():
    return meets(106, target="fixed", target_fraction=0.06)


@needs("profile target_r")
def target_r():
    return meets(115, target="r", target_r=3.0)


@needs("profile target_atr")
def target_atr():
    session = trade(
        [*calm(4), (100, 107, 99, 100), CALM],
        script={3: do("buy")},
        profile=ROUND.replace(target="atr", target_atr=3.0, atr_period=2),
    )
    assert session.fills[1:] == [(5, -200, 106)]
    return session


@needs("profile daily_halt_sessions")
def daily_halt_sessions():
    session = hold(95, 95, 95, script={4: NEXT}, daily_loss=0.02, daily_halt_sessions=0)
    assert last(session) == ("accepted", "own_size", 100)
    return session


@needs("profile max_releases")
def max_releases():
    session = hold(95, 95, 95, 95, script={3: do("close"), 5: NEXT}, max_releases=0, **RELEASED)
    assert last(session) == ("denied", "portfolio_drawdown", 0)
    return session


@needs("profile entry_gap_buffer")
def entry_gap_buffer():
    # 2 000 units by risk; a fifth more than the price has to be in cash: 100 000 / 120.
    profile = ROUND.replace(fixed_stop=0.005, entry_gap_buffer=0.2)
    return is_cut(trade(calm(3), script={1: do("buy")}, profile=profile), "cash", 833)
