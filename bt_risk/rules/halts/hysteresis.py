"""A limit that is entered at its value and left well below it, so that a trembling value does not flap."""

from __future__ import annotations

from bt_risk.maths.limits import at_least, at_most

RELEASE_SHARE = 0.8  # of the limit; also where alerts begin, so that a halt ends where its alert does


def is_held(was_held: bool, value: float, limit: float) -> bool:
    """Return whether a limit holds: from its value on, and then until the value is at 80 % of it or less.

    An unknown value changes nothing.
    """
    if at_least(value, limit):
        return True
    return was_held and not at_most(value, RELEASE_SHARE * limit)
