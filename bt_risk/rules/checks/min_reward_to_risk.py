"""A target must be worth its risk."""

from __future__ import annotations

from bt_risk.maths.limits import at_least
from bt_risk.maths.r_multiples import r_multiple
from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "min_reward_to_risk"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass when the distance to the target is ``min_reward_to_risk`` times that to the stop, or more.

    Nothing is judged without a target or without a stop: a trade that is left to a trail has no reward to name.
    """
    limit, stop, target = profile.min_reward_to_risk, request.stop, request.target
    if limit is None or stop is None or target is None:
        return None
    found = r_multiple(request.price, stop, target, is_long=request.is_long)
    passed = at_least(found, limit)
    text = "" if passed else f"reward to risk is {found:.6g}, the least is {limit:g}"
    return Finding(NAME, passed, limit, found, text)
