"""One trade on eight daily bars, with the frames of a run around it; every number can be redone on paper."""

from __future__ import annotations

import pandas as pd

from bt_risk.rules.decision import Decision
from bt_risk.views.story import trade_story
from tests.rules.trades import closed, day, entry, leave

DAYS = pd.DatetimeIndex([day(bar) for bar in range(1, 9)], name="datetime")
PRICES = pd.DataFrame(
    {
        "Open": [98.0, 99, 101, 102, 104, 106, 92, 93],
        "High": [99.0, 100, 103, 104, 106, 107, 94, 95],
        "Low": [97.0, 98, 100, 101, 103, 105, 91, 92],
        "Close": [98.5, 99.5, 102, 103, 105, 106, 93, 94],
    },
    index=DAYS,
)
# Decided at 99.5 with the stop at 94.5, filled at 101: the stop follows to 96, trails to 98 and 99, and is jumped.
BOOK = pd.DataFrame(
    [
        (DAYS[2], "AAA", 100.0, 101.0, 96.0, float("nan"), 102.0, 500.0),
        (DAYS[2], "BBB", 10.0, 50.0, 45.0, float("nan"), 51.0, 50.0),
        (DAYS[3], "AAA", 100.0, 101.0, 98.0, float("nan"), 103.0, 300.0),
        (DAYS[4], "AAA", 100.0, 101.0, 99.0, float("nan"), 105.0, 200.0),
        (DAYS[5], "AAA", 100.0, 101.0, 99.0, float("nan"), 106.0, 200.0),
    ],
    columns=["datetime", "data", "units", "entry", "stop", "target", "price", "risk"],
)
ACCOUNT = pd.DataFrame(
    {"equity": [10_000.0] * 8, "heat": [0.0, 0.05, 0.055, 0.03, 0.02, 0.02, 0.0, 0.0]}, index=DAYS
)


def decision(number=1, bar=2, **changes):
    fields = {
        "number": number,
        "datetime": day(bar),
        "data": "AAA",
        "side": "buy",
        "kind": "entry",
        "outcome": "reduced",
        "rule": "max_position",
        "text": "max_position binds at 100 units",
        "price": 99.5,
        "stop": 94.5,
        "target": None,
        "wanted": 120.0,
        "given": 100.0,
        "heat_before": 0.0,
        "heat_after": 0.05,
        "equity": 10_000.0,
    }
    return Decision(**{**fields, **changes})


def event(bar, kind, level="warning", data=None, text="something"):
    return {"datetime": pd.Timestamp(day(bar)), "kind": kind, "level": level, "data": data, "text": text}


def events(*rows):
    return pd.DataFrame(list(rows), columns=["datetime", "kind", "level", "data", "text"])


def trade(**changes):
    return closed(
        entry(price=101.0, bar=3, decided=99.5, stop=94.5, quote=101.0, risk=500.0),
        leave(price=92.0, bar=7, reason="trail", stop=99.0, pnl=-900.0),
        data="AAA",
        **changes,
    )


def story(record=None, decisions=None, told=(), **options):
    return trade_story(
        record or trade(),
        decisions=[decision()] if decisions is None else decisions,
        events=events(*told),
        prices=PRICES,
        book=BOOK,
        account=ACCOUNT,
        **options,
    )
