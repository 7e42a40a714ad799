from __future__ import annotations

from math import nan

import pytest

from bt_risk.rules.caps import CAPS, cash, max_heat, max_leverage, max_position, risk_per_trade_max
from bt_risk.rules.request import UnitTerms
from tests.rules.books import PLAIN, book, request


def allow(cap, *, profile=PLAIN, held=None, **changes):
    asked = request(**changes)
    return cap.allow(asked, asked.terms, held or book(), profile)


def test_the_caps_in_their_order():
    assert [name for name, _ in CAPS] == [
        "target_heat",
        "heat_reserve",
        "max_heat",
        "max_stressed_heat",
        "max_correlated_heat",
        "risk_per_trade_max",
        "max_position",
        "max_exposure",
        "max_leverage",
        "max_sector_exposure",
        "max_correlated_exposure",
        "max_participation",
        "cash",
    ]


@pytest.mark.parametrize(
    ("cap", "field"),
    [
        (max_heat, "max_heat"),
        (risk_per_trade_max, "risk_per_trade_max"),
        (max_position, "max_position"),
        (max_leverage, "max_leverage"),
    ],
)
def test_a_cap_that_is_off_allows_everything(cap, field):
    off = PLAIN.replace(allocation="risk_per_trade", target_heat=None, **{field: None})
    assert allow(cap, profile=off) is None


@pytest.mark.parametrize(
    ("open_risk", "reserved", "units"), [(0, 0, 2000), (8_000, 1_000, 200), (10_000, 0, 0), (12_000, 0, 0)]
)
def test_max_heat_leaves_the_room_up_to_the_limit(open_risk, reserved, units):
    assert allow(max_heat, held=book(open_risk=float(open_risk), reserved_risk=float(reserved))) == units


def test_max_heat_counts_the_exit_costs_and_not_those_of_the_entry():
    assert allow(max_heat, entry_costs=3.0, exit_costs=5.0) == 1000  # 10 000 / (5 + 5)


def test_risk_per_trade_max_counts_both():
    assert allow(risk_per_trade_max) == 1000  # 5 000 / 5
    assert allow(risk_per_trade_max, entry_costs=3.0, exit_costs=2.0) == 500


@pytest.mark.parametrize(("share", "units"), [(0.25, 250), (1, 1000), (2, 2000)])
def test_max_position_is_a_share_of_equity(share, units):
    assert allow(max_position, profile=PLAIN.replace(max_position=share)) == units


@pytest.mark.parametrize(
    ("notional", "pending", "units"), [(0, 0, 1000), (40_000, 35_000, 250), (100_000, 0, 0), (150_000, 0, 0)]
)
def test_max_leverage_counts_what_is_held_and_what_is_on_its_way(notional, pending, units):
    held = book(notional=float(notional), pending_notional=float(pending))
    assert allow(max_leverage, profile=PLAIN.replace(max_leverage=1.0), held=held) == units


@pytest.mark.parametrize(
    ("buffer", "atr", "units"),
    [
        (0.0, 2.0, 1000),
        (0.25, 2.0, 800),  # 100 000 / 125
        (None, 25.0, 800),  # one ATR of 25 on a price of 100
        (None, nan, 100_000 / 105),  # no ATR known yet
    ],
)
def test_cash_pays_a_worse_opening_too(buffer, atr, units):
    profile = PLAIN.replace(entry_gap_buffer=buffer)
    assert allow(cash, profile=profile, atr=atr) == pytest.approx(units, rel=1e-12)


def test_cash_counts_the_commission_of_the_entry():
    assert allow(cash, entry_costs=25.0) == 800


def test_cash_of_entries_on_their_way_is_spent():
    assert allow(cash, held=book(cash=100_000.0, pending_cash=90_000.0)) == 100
    assert allow(cash, held=book(cash=100_000.0, pending_cash=120_000.0)) == 0
    assert allow(cash, held=book(cash=-10.0)) == 0


def test_a_share_sold_short_takes_no_cash():
    assert allow(cash, price=100.0, stop=105.0, is_long=False, held=book(cash=0.0)) is None


def test_a_contract_sold_short_takes_its_margin():
    contract = UnitTerms(loss=500.0, entry_costs=0.0, exit_costs=0.0, notional=200_000.0, cash=10_000.0)
    assert allow(cash, is_long=False, terms=contract) == 10
