"""What holds for every entry, whatever the market, the book and the profile."""

import dataclasses
import math
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.maths.exposure import correlated_exposure, grouped_exposure
from bt_risk.maths.limits import at_least, at_most, equals
from bt_risk.rules.caps.cash import cash_per_unit
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.groups import Groups
from bt_risk.rules.methods import METHODS
from bt_risk.rules.regime import Regime
from bt_risk.rules.request import TradeHistory, UnitTerms
from tests.rules.entries import OPEN, book, request

small = settings(derandomize=True, max_examples=150, deadline=None)

share = st.floats(0.1, 1.0)
lot = st.sampled_from([0.0, 0.01, 1.0, 10.0])
NAMES = ("A", "B", "C")


@st.composite
def wishes(draw):
    """Draw a request of any usable shape, with everything that a method may ask for."""
    price = draw(st.floats(0.01, 1e3))
    is_long = draw(st.booleans())
    distance = price * draw(st.floats(1e-4, 0.9))
    stop = price - distance if is_long else price + distance
    multiplier = draw(st.sampled_from([1.0, 50.0]))
    costs = price * multiplier * draw(st.floats(0, 0.01))
    terms = UnitTerms(
        loss=distance * multiplier,
        entry_costs=costs,
        exit_costs=costs,
        notional=price * multiplier,
        cash=price * multiplier * draw(st.sampled_from([0.0, 0.1, 1.0])),
    )
    return request(
        price,
        stop,
        is_long=is_long,
        terms=terms,
        wanted=draw(st.none() | st.none() | st.floats(0.01, 1e6)),
        sizer_units=draw(st.none() | st.none() | st.floats(0, 1e6)),
        has_own_stop=draw(st.booleans()),
        atr=price * draw(st.floats(0, 0.2)),
        confidence=draw(st.floats(0.5, 1)),
        conviction=draw(st.sampled_from(["high", "medium", "low"])),
        regime=Regime(draw(st.sampled_from(["bullish", "bearish", "neutral"])), draw(st.floats(0, 3))),
        annual_volatility=draw(st.floats(0, 2)),
        volume=draw(st.floats(0, 1e9)),
    )


@st.composite
def books(draw):
    """Draw a book that still has some room, more often than not."""
    equity = draw(st.floats(10_000, 1e7))

    def some(high):
        return equity * draw(st.sampled_from([0.0, 0.1, 0.5, 1.0])) * high

    values = {name: some(0.3) for name in NAMES}
    return book(
        equity=equity,
        cash=equity * draw(st.floats(0.2, 1)),
        open_risk=some(0.06),
        reserved_risk=some(0.01),
        notional=sum(values.values()),
        pending_cash=some(0.2),
        positions=draw(st.integers(0, 5)),
        size_factor=draw(st.sampled_from([1.0, 1.0, 0.25])),
        values=values,
        groups=Groups({"A": "one", "B": "one"}, anchor=draw(st.sampled_from(NAMES)), betas={"B": 0.4}),
        history=TradeHistory(30, draw(st.floats(0.3, 0.9)), draw(st.floats(0.5, 5))),
    )


@st.composite
def profiles(draw):
    def maybe(values):
        return draw(st.none() | values)

    return OPEN.replace(
        sizing=tuple(draw(st.lists(st.sampled_from(sorted(METHODS)), min_size=1, unique=True))),
        kelly_prior=(0.6, 2.0),
        allocation=draw(st.sampled_from(["risk_per_trade", "conviction", "target_heat"])),
        risk_per_trade=draw(st.floats(0.001, 0.05)),
        risk_per_trade_max=maybe(st.floats(0.05, 0.2)),
        target_heat=(0.0, draw(st.floats(0.01, 0.10))),
        max_heat=maybe(st.floats(0.10, 0.5)),
        max_position=draw(share),
        max_exposure=maybe(share),
        max_leverage=maybe(st.floats(1, 5)),
        max_sector_exposure=maybe(share),
        max_correlated_exposure=maybe(share),
        max_participation=maybe(share),
        is_concurrent_adjusted=draw(st.booleans()),
        volatility_tiers=((0.30, 0.5), (0.20, 0.75)),
        lot=draw(lot),
    )


@small
@given(wish=wishes(), held=books(), profile=profiles())
def test_a_granted_entry_stays_within_every_limit(wish, held, profile):
    ruling = decide_entry(wish, held, profile)
    units, terms = ruling.units, wish.terms
    if not units:
        return
    notional = units * terms.notional
    values = {**held.values, wish.data: held.values[wish.data] + notional}
    bounds = [
        (held.risk + units * terms.heat_risk, profile.max_heat),
        (units * terms.trade_risk, profile.risk_per_trade_max),
        (notional, profile.max_position),
        (held.notional + notional, profile.max_exposure),
        (held.notional + notional, profile.max_leverage),
        (grouped_exposure(values, held.groups.group_of)["one"], profile.max_sector_exposure),
        (
            correlated_exposure(values, anchor=held.groups.anchor, betas=held.groups.betas),
            profile.max_correlated_exposure,
        ),
    ]
    for found, limit in bounds:
        assert limit is None or at_most(found, limit * held.equity)
    assert profile.max_participation is None or at_most(units, profile.max_participation * wish.volume)
    if terms.cash:
        assert at_most(units * cash_per_unit(wish, terms, profile), held.cash - held.pending_cash)
    if profile.allocation == "target_heat" and not wish.has_own_stop and wish.wanted is None:
        assert at_most(held.risk + units * terms.heat_risk, profile.target_heat[1] * held.equity)
    assert wish.wanted is None or at_most(units, wish.wanted)


@small
@given(wish=wishes(), held=books(), profile=profiles())
def test_no_ruling_holds_a_number_that_is_none(wish, held, profile):
    ruling = decide_entry(wish, held, profile)
    assert math.isfinite(ruling.units)
    assert ruling.units >= 0.0
    assert all(math.isfinite(candidate.units) and candidate.units >= 0.0 for candidate in ruling.candidates)
    assert ruling.rule
    assert ruling.text
    assert math.isfinite(ruling.asked) == bool(ruling.candidates)
    assert not ruling.units or at_least(ruling.asked, ruling.units)
    if profile.lot:
        assert equals(ruling.units, round(ruling.units / profile.lot) * profile.lot)


@small
@given(wish=wishes(), held=books(), profile=profiles())
def test_the_same_question_has_the_same_answer(wish, held, profile):
    assert decide_entry(wish, held, profile) == decide_entry(wish, held, profile)


def plain(risk, size_lot):
    return OPEN.replace(risk_per_trade=risk, lot=size_lot)


@small
@given(wish=wishes(), equity=st.floats(1_000, 1e7), risk=st.floats(0.001, 0.1), size_lot=lot)
def test_the_loss_at_the_stop_is_never_above_the_budget(wish, equity, risk, size_lot):
    ruling = decide_entry(wish, book(equity=equity, cash=1e12), plain(risk, size_lot))
    assert at_most(ruling.units * wish.terms.trade_risk, risk * equity)


@small
@given(wish=wishes(), risk=st.floats(0.001, 0.05), more=st.floats(0, 0.05), size_lot=lot, held=books())
def test_a_larger_budget_never_buys_less(wish, risk, more, size_lot, held):
    units, larger = (decide_entry(wish, held, plain(share, size_lot)).units for share in (risk, risk + more))
    assert units <= larger


@small
@given(wish=wishes(), wider=st.floats(1.0, 5.0), risk=st.floats(0.001, 0.05), size_lot=lot, held=books())
def test_a_wider_stop_never_buys_more(wish, wider, risk, size_lot, held):
    far = dataclasses.replace(
        wish,
        is_long=False,
        stop=wish.price + wider * abs(wish.price - wish.stop),
        terms=dataclasses.replace(wish.terms, loss=wish.terms.loss * wider),
    )
    near = dataclasses.replace(wish, is_long=False, stop=wish.price + abs(wish.price - wish.stop))
    assert decide_entry(far, held, plain(risk, size_lot)).units <= (
        decide_entry(near, held, plain(risk, size_lot)).units
    )


@small
@given(wish=wishes(), held=books(), profile=profiles())
def test_a_short_is_sized_like_a_long(wish, held, profile):
    mirrored = {"bullish": "bearish", "bearish": "bullish", "neutral": "neutral"}
    distance = abs(wish.price - wish.stop)
    short = dataclasses.replace(
        wish,
        is_long=not wish.is_long,
        stop=wish.price + distance if wish.is_long else wish.price - distance,
        regime=Regime(mirrored[wish.regime.trend], wish.regime.multiplier),
    )
    long_ruling, short_ruling = (decide_entry(side, held, profile) for side in (wish, short))
    assert long_ruling.candidates == short_ruling.candidates
    assert long_ruling.units == short_ruling.units


def test_the_generators_reach_grants_denials_and_many_rules():
    seen = Counter()

    @small
    @given(wish=wishes(), held=books(), profile=profiles())
    def look(wish, held, profile):
        ruling = decide_entry(wish, held, profile)
        seen.update((ruling.outcome, ruling.rule))

    look()
    assert min(seen["accepted"], seen["reduced"], seen["denied"]) >= 10
    assert len(seen) >= 15
