"""Close a position that has been open for too long. Requires: its age. Gives: `Notice`."""

from __future__ import annotations

from bt_risk.maths.limits import above
from bt_risk.rules.notice import Action, Notice


def position_timeout(age: float, timeout: float | None) -> Notice | None:
    """Return why a position older than `timeout` is to be closed, None at the timeout itself and below.

    Both in seconds of bar time. A maximum holding time (`exits.time_limit`) acts at its value; this backstop acts
    above it, as an operator's watch does that looks after the time is over. None switches it off.
    """
    if timeout is None or not above(age, timeout):
        return None
    text = f"the position is {age:g} s old, the limit is {timeout:g} s"
    return Notice("position_timeout", "warning", text, age, timeout, Action.CLOSE_POSITION)
