"""What happened that nobody asked for: tier changes, emergencies, refused fills. Gives: `RiskEvent`, to listeners."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RiskEvent:
    """One thing the desk noticed or did on its own.

    `kind` is ``"tier"`` (the heat entered another tier), ``"emergency"`` (positions are reduced), ``"margin"`` (the
    broker refused an entry at its opening), ``"entry_withdrawn"``, ``"reversal_dropped"``, ``"cancel_refused"`` (an
    exit of the desk's own), ``"adopted"`` (a position that came past the desk), ``"stop_for_all"`` (a stop that
    the strategy sent for a part stands for the whole position), ``"stale"`` (an instrument has no price any more while
    others trade on) or ``"resumed"`` (it has one again); `level` is ``"info"``, ``"warning"`` or ``"critical"``.
    """

    datetime: dt.datetime
    kind: str
    level: str
    data: str | None
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return the event as plain values; the time as ISO text."""
        return {**asdict(self), "datetime": self.datetime.isoformat()}
