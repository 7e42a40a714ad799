"""Decisions to write and read: hand-made and drawn. Gives: `entry`, `drawn_decisions`."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math

from hypothesis import strategies as st

from bt_risk.rules.decision import Candidate, Decision, Finding, Ruling
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.groups import Groups
from bt_risk.rules.regime import Regime
from bt_risk.rules.request import Book, EntryRequest, TradeHistory, UnitTerms
from bt_risk.rules.tiers import Tier
from tests.rules.entries import OPEN, book, request

DAY = dt.datetime(2024, 1, 2, 16, 30)


def entry(number=1, wish=None, held=None, *, profile=OPEN, ruling=None, **changes):
    """Return the decision on a wish, as a desk records it under `profile`."""
    wish, held = wish or request(), held or book()
    ruling = ruling or decide_entry(wish, held, profile)
    one = Decision(
        number=number,
        datetime=DAY + dt.timedelta(days=number),
        data=wish.data,
        side="buy" if wish.is_long else "sell",
        kind="entry",
        outcome=ruling.outcome,
        rule=ruling.rule,
        text=ruling.text,
        price=wish.price,
        stop=wish.stop,
        target=wish.target,
        wanted=None if math.isnan(ruling.asked) else ruling.asked,
        given=ruling.units,
        heat_before=0.0,
        heat_after=0.01,
        equity=held.equity,
        order=7,
        request=wish,
        book=held,
        ruling=ruling,
        profile=profile,
    )
    return dataclasses.replace(one, **changes)


def exit_(number=2, **changes):
    """Return the record of an exit, which no rules were asked about."""
    told = dict(kind="exit", outcome="accepted", rule="signal", text="the strategy closes", side="sell")
    return dataclasses.replace(entry(number), request=None, book=None, ruling=None, **(told | changes))


numbers = st.floats() | st.integers(-(10**20), 10**20)
texts = st.text(st.characters(), max_size=8)
# The second pass of a repeated hour equals the first one.
times = st.times().map(lambda time: time.replace(fold=0))
maybe = {"number": st.none() | numbers, "text": st.none() | texts}

terms = st.builds(UnitTerms, *[numbers] * 5, st.booleans(), numbers)
wishes = st.builds(
    EntryRequest,
    data=texts,
    is_long=st.booleans(),
    price=numbers,
    stop=maybe["number"],
    target=maybe["number"],
    has_own_stop=st.booleans(),
    wanted=maybe["number"],
    sizer_units=maybe["number"],
    atr=numbers,
    has_fresh_bar=st.booleans(),
    terms=st.none() | terms,
    sizer_text=texts,
    confidence=maybe["number"],
    conviction=maybe["text"],
    regime=st.none() | st.builds(Regime, texts, numbers),
    performance=numbers,
    annual_volatility=numbers,
    return_score=numbers,
    volume=numbers,
    liquidity=numbers,
    time=st.none() | times,
    session_start=times,
    is_last_bar=st.booleans(),
    stop_alone=maybe["number"],
    rate=numbers,
    exectype=texts,
    until=maybe["number"],
)
groups = st.builds(
    Groups,
    st.dictionaries(texts, texts, max_size=3),
    st.booleans(),
    maybe["text"],
    st.dictionaries(texts, numbers, max_size=3),
)
accounts = st.builds(
    Book,
    *[numbers] * 7,
    *[st.integers()] * 2,
    *[st.booleans()] * 2,
    st.sampled_from(Tier),
    texts,
    st.builds(TradeHistory, st.integers(), numbers, numbers),
    texts,
    st.booleans(),
    numbers,
    st.integers(),
    numbers,
    st.booleans(),
    st.integers(),
    numbers,
    st.dictionaries(texts, numbers, max_size=3),
    groups,
    numbers,
    st.lists(numbers, max_size=3).map(tuple),
    numbers,
)
findings = st.lists(
    st.builds(Finding, texts, st.booleans(), numbers, numbers, texts, st.booleans()), max_size=3
)
candidates = st.lists(st.builds(Candidate, texts, numbers, st.booleans(), texts, st.booleans()), max_size=3)
rulings = st.builds(
    Ruling,
    numbers,
    numbers,
    texts,
    texts,
    findings.map(tuple),
    candidates.map(tuple),
    st.lists(texts, max_size=2).map(tuple),
)
drawn_decisions = st.builds(
    Decision,
    number=st.integers(1, 10**9),
    datetime=st.datetimes().map(lambda time: time.replace(fold=0)),
    data=texts,
    side=texts,
    kind=texts,
    outcome=texts,
    rule=texts,
    text=texts,
    price=numbers,
    stop=maybe["number"],
    target=maybe["number"],
    wanted=maybe["number"],
    given=numbers,
    heat_before=numbers,
    heat_after=numbers,
    equity=numbers,
    order=st.none() | st.integers(),
    bar=st.integers(),
    held=numbers,
    request=st.none() | wishes,
    book=st.none() | accounts,
    ruling=st.none() | rulings,
    profile=st.none() | st.sampled_from([OPEN, OPEN.replace(groups={"A": "tech"}, ladder=((1.0, 0.5),))]),
)
