"""What the desk tells, by the names of instruments. Requires: the event log. Gives: `Telling`, a part of the desk."""

from __future__ import annotations

from typing import Any

from bt_risk.market.instruments import Instrument
from bt_risk.oversight.desk_part import DeskPart
from bt_risk.oversight.event_log import EventLog
from bt_risk.rules.notice import Action


class Telling(DeskPart):
    """Tell of events by the names of their instruments. A part of the desk."""

    instruments: dict[Any, Instrument]
    log: EventLog

    def name_of(self, data: Any) -> str:
        """Return an instrument's name."""
        return data if isinstance(data, str) else self.instruments[data].name

    def tell(self, kind: str, level: str, data: Any, text: str, action: Action = Action.NONE) -> None:
        """Record an event and hand it to the strategy's ``notify_risk``."""
        self.log.tell(kind, level, None if data is None else self.name_of(data), text, action)

    def tell_of_faults(self, instrument: Instrument) -> None:
        """Tell what is wrong with an instrument's bar."""
        text = f"{instrument.name}: {', '.join(instrument.faults())}: no entry until a bar can be used"
        self.tell("data_quality", "warning", instrument.data, text, Action.DENY_ENTRIES)
