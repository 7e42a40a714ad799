"""A size of zero that explains itself. Gives: `Refusal`, to the list that every sizer keeps."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

LOGGER = logging.getLogger("bt_risk.sizers")
LOGGER.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Refusal:
    """An order that a sizer gave no size, so that Backtrader did not send it.

    `datetime` is that of the bar, None before the first one; `data` the instrument's name; `reason` says which rule
    bound, with its numbers.
    """

    datetime: dt.datetime | None
    data: str
    is_long: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Sized:
    """A sizer's answer: units, 0 for none, and the rule that set them in words."""

    units: float
    text: str
