from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.maths.limits import at_most
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.request import TradeHistory
from bt_risk.rules.tiers import Tier
from tests.rules.books import PLAIN, book, request

thorough = settings(max_examples=150, derandomize=True, deadline=None)
shares = st.floats(0.001, 1.0)


@st.composite
def profiles(draw):
    max_heat = draw(st.none() | st.floats(0.05, 0.5))
    top = draw(st.floats(0.02, 0.05 if max_heat is None else max_heat))
    return PLAIN.replace(
        sizing=draw(
            st.sampled_from(
                [("risk_per_trade",), ("risk_per_trade", "kelly"), ("cash_fraction", "risk_per_trade")]
            )
        ),
        allocation=draw(st.sampled_from(["target_heat", "equal_heat", "risk_per_trade"])),
        risk_per_trade=draw(st.floats(0.001, 0.05)),
        max_heat=max_heat,
        target_heat=(top / 2, top),
        max_position=draw(st.none() | shares),
        max_leverage=draw(st.none() | st.floats(0.1, 3.0)),
        lot=draw(st.sampled_from([0.0, 0.001, 1.0, 100.0])),
        entry_gap_buffer=draw(st.none() | st.floats(0.0, 0.2)),
    )


@st.composite
def books(draw):
    equity = draw(st.floats(1_000, 1e7))
    return book(
        equity=equity,
        cash=equity * draw(st.floats(-0.2, 1.5)),
        open_risk=equity * draw(st.floats(0, 0.2)),
        reserved_risk=equity * draw(st.floats(0, 0.1)),
        notional=equity * draw(st.floats(0, 2)),
        pending_notional=equity * draw(st.floats(0, 0.5)),
        pending_cash=equity * draw(st.floats(0, 0.5)),
        positions=draw(st.integers(0, 3)),
        pending=draw(st.integers(0, 1)),
        tier=draw(st.sampled_from(list(Tier)[:3])),
        history=TradeHistory(draw(st.integers(0, 40)), draw(st.floats(0, 1)), draw(st.floats(0.1, 5))),
    )


@st.composite
def requests(draw):
    price = draw(st.floats(0.5, 5_000))
    distance = price * draw(st.floats(0.001, 0.5))
    is_long = draw(st.booleans())
    return request(
        price=price,
        stop=price - distance if is_long else price + distance,
        is_long=is_long,
        entry_costs=price * draw(st.floats(0, 0.01)),
        exit_costs=price * draw(st.floats(0, 0.01)),
        has_own_stop=draw(st.booleans()),
        wanted=draw(st.none() | st.floats(0.01, 1e6)),
        atr=price * draw(st.floats(0.001, 0.2)),
    )


def grows(asked, held, profile, factor):
    """Return the rulings on an account and on one `factor` times as large in every respect."""
    money = ("equity", "cash", "open_risk", "reserved_risk", "notional", "pending_notional", "pending_cash")
    larger = dataclasses.replace(held, **{name: getattr(held, name) * factor for name in money})
    return decide_entry(asked, held, profile), decide_entry(asked, larger, profile)


@thorough
@given(asked=requests(), held=books(), profile=profiles())
def test_no_size_exceeds_any_candidate(asked, held, profile):
    ruling = decide_entry(asked, held, profile)
    assert ruling.units >= 0.0
    assert all(at_most(ruling.units, candidate.units) for candidate in ruling.candidates)
    if ruling.units:
        assert ruling.rule in {candidate.rule for candidate in ruling.candidates}


@thorough
@given(asked=requests(), held=books(), profile=profiles())
def test_heat_after_an_entry_is_within_its_limit(asked, held, profile):
    ruling = decide_entry(asked, held, profile)
    if ruling.units and profile.max_heat is not None:
        after = held.risk + ruling.units * asked.terms.heat_risk
        assert at_most(after, profile.max_heat * held.equity)


@thorough
@given(asked=requests(), held=books(), profile=profiles())
def test_a_size_of_ours_leaves_the_heat_below_the_upper_edge_of_the_band(asked, held, profile):
    ours = dataclasses.replace(asked, has_own_stop=False, wanted=None)
    ruling = decide_entry(ours, held, profile)
    if ruling.units and profile.allocation != "risk_per_trade":
        assert at_most(held.risk + ruling.units * ours.terms.heat_risk, profile.target_heat[1] * held.equity)


@thorough
@given(asked=requests(), held=books(), profile=profiles())
def test_a_denied_entry_says_why(asked, held, profile):
    ruling = decide_entry(asked, held, profile)
    assert ruling.rule
    assert ruling.text
    assert (ruling.outcome == "denied") == (ruling.units == 0)


@thorough
@given(asked=requests(), held=books(), profile=profiles(), factor=st.floats(1, 10))
def test_a_larger_account_never_gets_less(asked, held, profile, factor):
    small, large = grows(asked, held, profile, factor)
    assert at_most(small.units, large.units)


@thorough
@given(asked=requests(), held=books(), profile=profiles(), more=st.floats(0, 0.1))
def test_more_heat_in_the_book_never_gives_more(asked, held, profile, more):
    hotter = dataclasses.replace(held, open_risk=held.open_risk + more * held.equity)
    assert at_most(decide_entry(asked, hotter, profile).units, decide_entry(asked, held, profile).units)


@thorough
@given(asked=requests(), held=books(), profile=profiles())
def test_a_short_is_sized_as_the_long_that_costs_and_risks_the_same(asked, held, profile):
    distance = abs(asked.price - asked.stop)
    mirrored = dataclasses.replace(
        asked,
        is_long=not asked.is_long,
        stop=asked.price + distance if asked.is_long else asked.price - distance,
    )
    one, other = decide_entry(asked, held, profile), decide_entry(mirrored, held, profile)
    assert (one.units, one.rule, one.outcome) == (other.units, other.rule, other.outcome)


@thorough
@given(asked=requests(), held=books(), profile=profiles())
def test_a_smaller_wish_is_never_granted_more(asked, held, profile):
    wishes = [dataclasses.replace(asked, wanted=wanted) for wanted in (5.0, 50.0, 500.0)]
    units = [decide_entry(wish, held, profile).units for wish in wishes]
    assert units == sorted(units)
    assert all(got <= wish.wanted for got, wish in zip(units, wishes, strict=True))
