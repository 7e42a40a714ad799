"""The gates an entry must pass before it is sized, in order. A new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable

from bt_risk.rules.checks import (
    fresh_bar,
    halt,
    heat_tier,
    max_positions,
    one_position,
    valid_size,
    valid_stop,
    valid_target,
)
from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

Judge = Callable[[EntryRequest, Book, RiskProfile], Finding]

CHECKS: tuple[Judge, ...] = (
    fresh_bar.judge,
    halt.judge,
    heat_tier.judge,
    one_position.judge,
    max_positions.judge,
    valid_size.judge,
    valid_stop.judge,
    valid_target.judge,
)
