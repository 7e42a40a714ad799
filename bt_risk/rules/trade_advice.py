"""What the record of closed trades suggests. Requires: win rate, payoff, expectancy. Gives: `Recommendation`s."""

from __future__ import annotations

from bt_risk.maths.limits import above, at_most
from bt_risk.rules.recommendations import Recommendation

# What a record should show to be worth trading larger: more wins than losses, and wins of twice a loss.
WIN_RATE = 0.5
PAYOFF = 2.0
MIN_TRADES = 20  # fewer say too little


def advise_on_trades(
    trades: int, win_rate: float, payoff: float, mean_r: float, *, min_trades: int = MIN_TRADES
) -> tuple[Recommendation, ...]:
    """Return advice on a record whose trades win too seldom, or too little; information, nothing enforces it.

    An average trade that loses is told first. A win rate of a half or less and a mean win of twice the mean loss or
    less are told where the other does not make up for them: together they keep the average trade above zero, and one
    of the two aims is met. Nothing for fewer than `min_trades`, and of an unknown number.
    """
    if trades < min_trades:
        return ()
    if at_most(mean_r, 0.0):
        text = f"trade no larger: the average of {trades} trades made {mean_r:.2f} R"
        return (Recommendation("expectancy", text),)
    if above(win_rate, WIN_RATE) or above(payoff, PAYOFF):
        return ()
    found = []
    if at_most(win_rate, WIN_RATE):
        text = f"win more often: {win_rate:.0%} of {trades} trades won, aim above {WIN_RATE:.0%}"
        found.append(Recommendation("win_rate", text))
    if at_most(payoff, PAYOFF):
        text = f"win more each time: a win is {payoff:.2f} times a loss, aim above {PAYOFF:.0f}"
        found.append(Recommendation("payoff", text))
    return tuple(found)
