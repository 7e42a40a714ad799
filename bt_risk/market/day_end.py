"""Whether a position of an instrument is left at the end of its day. Gives: `DayEnd`, to trades that were not made."""

from __future__ import annotations

from typing import Any

from bt_risk.market.clock import is_session_over
from bt_risk.rules.exits.end_of_day import is_end_of_day
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.shadow.bar import Moment


class DayEnd:
    """Tell of a position in `data`, opened at one moment, whether a day trader leaves it at another."""

    def __init__(self, data: Any, profile: RiskProfile) -> None:
        self._data = data
        self._profile = profile

    def __call__(self, entered: Moment, moment: Moment) -> bool:
        """Return whether the day of the position is over."""
        return is_end_of_day(
            moment.now.time(),
            is_last_bar=is_session_over(self._data, moment.now),
            profile=self._profile,
            session_start=self._data.p.sessionstart,
        )
