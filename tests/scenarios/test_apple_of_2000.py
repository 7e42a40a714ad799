"""AAPL on 2000-09-29: a profit warning after the close, and the next opening is 48 % lower.

In adjusted prices: decided on the close of the 27th at 24.1143 with the stop at 22.9000, bought on the 28th at 24.2966,
sold on the 29th at the opening of 13.8901. 0.1 % of commission a side. Of 100 000, 1 % is at risk: a unit risks

    24.1143 - 22.9000 + 0.0241143 + 0.0229000 = 1.2613143,  and  1 000 / 1.2613143 = 792 units.

    planned       792 * (22.9000 - 24.1143)             =   -961.73
    entry gap     792 * (24.1143 - 24.2966)             =   -144.38
    exit gap      792 * (13.8901 - 22.9000)             = -7 135.84
    commissions   792 * (24.2966 + 13.8901) * 0.001     =    -30.24
    together      792 * (13.8901 - 24.2966) - 30.24     = -8 272.19
"""

from __future__ import annotations

import datetime as dt

import pytest

from bt_risk import AGGRESSIVE, CONSERVATIVE, MODERATE
from tests.edge.market import ROUND
from tests.scenarios.history import buy_once

DECIDED = dt.date(2000, 9, 27)


def test_one_percent_at_risk_loses_more_than_eight():
    run = buy_once("AAPL", DECIDED, 22.90, ROUND, commission=0.001)
    entry = run.desk.decisions[0]
    assert (entry.price, entry.stop, entry.given) == (24.1143, 22.90, 792)
    assert run.fills == [("2000-09-28", 792, 24.2966), ("2000-09-29", -792, 13.8901)]
    assert round(run.equity("2000-09-29"), 2) == round(100_000 - 8_272.19, 2)


def test_the_heat_before_it_counts_from_the_fill_to_the_stop():
    # 792 * (24.2966 - 22.9000) + 792 * 22.90 * 0.001 = 1 106.11 + 18.14 = 1 124.24 at risk. Equity on the close of the
    # 28th: 100 000 - 19.24 of commission + 792 * (26.3612 - 24.2966) = 101 615.92.
    run = buy_once("AAPL", DECIDED, 22.90, ROUND, commission=0.001)
    assert round(run.equity("2000-09-28"), 2) == 101_615.92
    assert run.heat("2000-09-28") * 101_615.92 == pytest.approx(1_124.24, abs=0.005)
    assert run.heat("2000-09-29") == 0


def test_the_audit_says_how_much_was_never_promised():
    run = buy_once("AAPL", DECIDED, 22.90, ROUND, commission=0.001)
    audit = run.audit
    assert audit.to_text() == (
        "planned -961.73, realised -8,272.19, of which 7,280.22 was never promised: entry gap -144.38, "
        "exit gap -7,135.84, costs -30.24"
    )


@pytest.mark.parametrize(
    ("profile", "units", "lost"),
    [
        # a quarter of 100 000 is 1 036 units, three tenths are 1 244; each loses 24.2966 - 13.8901 = 10.4065
        (CONSERVATIVE, 1_036, 10_781.134),
        (MODERATE, 1_036, 10_781.134),
        (AGGRESSIVE, 1_244, 12_945.686),
    ],
    ids=["conservative", "moderate", "aggressive"],
)
def test_the_shipped_profiles_lose_what_their_notional_lets_them(profile, units, lost):
    run = buy_once("AAPL", DECIDED, 22.90, profile)
    assert run.fills == [("2000-09-28", units, 24.2966), ("2000-09-29", -units, 13.8901)]
    assert run.desk.decisions[0].rule == "max_position"
    assert round(100_000 - run.equity("2000-09-29"), 3) == lost


def test_the_unadjusted_prices_tell_the_same_share():
    # As it traded: 48.94 decided, stop 46.50, bought at 49.31, sold at 28.19. 1 000 / 2.44 = 409 units.
    # 409 * (28.19 - 49.31) = -8 638.08
    run = buy_once("AAPL_raw", DECIDED, 46.50, ROUND)
    assert run.fills == [("2000-09-28", 409, 49.31), ("2000-09-29", -409, 28.19)]
    assert round(run.equity("2000-09-29"), 2) == 91_361.92
