"""Decisions and events as plain rows, in the order they came. Gives: rows, to frames and tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bt_risk.rules.decision import Decision
from bt_risk.rules.events import RiskEvent


def decisions_to_rows(decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """Return one plain dict per decision, in order."""
    return [decision.to_row() for decision in decisions]


def events_to_rows(events: Iterable[RiskEvent]) -> list[dict[str, Any]]:
    """Return one plain dict per event, in order."""
    return [event.to_dict() for event in events]
