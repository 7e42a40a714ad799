"""What a rule noticed on a bar and what it asks for. Gives: `Notice` and `Action`, to the desk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import nan


class Action(StrEnum):
    """What the desk is asked to do; exits are never among what a halt denies."""

    NONE = "none"
    DENY_ENTRIES = "deny_entries"
    CLOSE_POSITION = "close_position"
    REDUCE_POSITIONS = "reduce_positions"
    EMERGENCY_STOP = "emergency_stop"


@dataclass(frozen=True, slots=True)
class Notice:
    """One change of state: the desk stamps it with the bar's time and makes an event of it.

    `level` is ``"info"``, ``"warning"`` or ``"critical"``; `value` is what was found and `limit` what it was
    compared with, NaN where there is no number; `data` names the instrument that it is about, None for the account.
    """

    kind: str
    level: str
    text: str
    value: float = nan
    limit: float = nan
    action: Action = Action.NONE
    data: str | None = None
