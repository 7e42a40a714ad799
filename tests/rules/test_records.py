"""What decisions and events turn into: plain rows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest

from bt_risk.rules.decision import Candidate, Decision, Ruling
from bt_risk.rules.events import RiskEvent
from bt_risk.rules.journal import decisions_to_rows, events_to_rows

WHEN = dt.datetime(2024, 1, 5, 15, 30)
DECISION = Decision(
    number=1,
    datetime=WHEN,
    data="A",
    side="buy",
    kind="entry",
    outcome="accepted",
    rule="risk_per_trade",
    text="risk_per_trade binds at 200 units",
    price=100.0,
    stop=95.0,
    target=None,
    wanted=200.0,
    given=200.0,
    heat_before=0.0,
    heat_after=0.01,
    equity=100_000.0,
)
EVENT = RiskEvent(WHEN, "tier", "warning", None, "heat 9.00% of 10.00%")


def test_a_row_holds_the_flat_columns_in_their_order():
    (row,) = decisions_to_rows([DECISION])
    assert list(row)[:5] == ["number", "datetime", "data", "side", "kind"]
    assert row["stop"] == 95
    assert not {"request", "book", "ruling"} & set(row)


@pytest.mark.parametrize(
    ("time", "words"), [(WHEN, "1 2024-01-05 15:30 A buy"), (dt.datetime(2024, 1, 5), "1 2024-01-05 A buy")]
)
def test_a_label_tells_the_time_of_day_where_there_is_one(time, words):
    assert dataclasses.replace(DECISION, datetime=time).label == words


def test_events_become_json():
    (row,) = events_to_rows([EVENT])
    assert json.loads(json.dumps(row)) == {
        "datetime": "2024-01-05T15:30:00",
        "kind": "tier",
        "level": "warning",
        "data": None,
        "text": "heat 9.00% of 10.00%",
        "action": "none",
    }


def test_a_record_is_not_changed_afterwards():
    with pytest.raises(dataclasses.FrozenInstanceError):
        DECISION.given = 1.0


@pytest.mark.parametrize(
    ("units", "rule", "outcome"),
    [
        (0.0, "cash", "denied"),
        (5.0, "cash", "reduced"),
        (5.0, "kelly", "accepted"),
        (5.0, "unknown", "accepted"),
    ],
)
def test_the_outcome_follows_from_what_bound(units, rule, outcome):
    candidates = (Candidate("kelly", 9.0, False), Candidate("cash", 5.0, True))
    assert Ruling(units, 9.0, rule, "", (), candidates).outcome == outcome
