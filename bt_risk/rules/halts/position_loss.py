"""Close a position that lost too much, of equity or of its cost. Requires: its open profit. Gives: `Notice`."""

from __future__ import annotations

from bt_risk.maths.drawdown import loss_fraction
from bt_risk.maths.limits import above, at_least
from bt_risk.rules.notice import Action, Notice
from bt_risk.rules.profile import RiskProfile


def position_loss(pnl: float, *, cost: float, equity: float, profile: RiskProfile) -> Notice | None:
    """Return why a position is to be closed for its open loss, None where it is not.

    Two limits: max(0, -pnl) / equity from ``position_loss`` on, at its value; and max(0, -pnl) / cost above
    ``position_loss_of_cost``, a backstop behind the stop. `pnl` is open profit (negative for a loss), `cost` the
    notional at the entry, both in money. An unknown figure closes nothing.
    """
    limit = profile.position_loss
    loss = loss_fraction(pnl, equity)
    if limit is not None and at_least(loss, limit):
        text = f"the position lost {loss:.2%} of equity, the limit is {limit:.2%}"
        return Notice("position_loss", "critical", text, loss, limit, Action.CLOSE_POSITION)
    limit = profile.position_loss_of_cost
    loss = loss_fraction(pnl, cost)
    if limit is not None and above(loss, limit):
        text = f"the position lost {loss:.2%} of its cost, the limit is {limit:.2%}"
        return Notice("excessive_loss", "critical", text, loss, limit, Action.CLOSE_POSITION)
    return None
