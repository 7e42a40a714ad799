"""Play an entry on a handful of bars: 100 units decided at 100 with the stop at 95. Bar 1 is the first after it."""

from __future__ import annotations

import datetime as dt

from bt_risk import MODERATE
from bt_risk.rules.shadow.bar import Bar, Moment
from bt_risk.rules.shadow.fills import Fills
from bt_risk.rules.shadow.position import ShadowPosition
from bt_risk.rules.shadow.replay import replay
from bt_risk.rules.shadow.signals import Signal
from tests.rules.entries import request

PLAIN = MODERATE.replace(name="plain", trail="none", stop="fixed", fixed_stop=0.05)
FIRST = dt.datetime(2024, 1, 1)
CALM = (100, 101, 99, 100)


def moment(day):
    return Moment(float(day), FIRST + dt.timedelta(days=day))


def steps(bars, atr=2.0):
    return [
        (moment(day), Bar(day, float(day), *map(float, bar), atr)) for day, bar in enumerate(bars, start=1)
    ]


def play(
    *bars, profile=PLAIN, fills=None, signals=(), units=100.0, atr=2.0, equity=1e6, ends=None, **changes
):
    """Return what becomes of the entry; `changes` are those of its request."""
    position = ShadowPosition(
        request(**changes), units, profile=profile, fills=fills or Fills(), equity=equity, is_day_over=ends
    )
    return replay(position, steps(bars, atr), signals)


def leave(after, **changes):
    """Return an exit that is asked for when `after` bars are over."""
    return Signal(2, after, moment(after).now, closes_long=True, closes_short=True, **changes)


def left(trade):
    """Return (units, price, bar, reason) of each part."""
    return [(part.units, part.price, part.bar, part.reason) for part in trade.parts]
