"""Cut positions while the heat is above its limit. Requires: the desk. Gives: exits, an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bt_risk.maths.position_size import ceil_to_lot
from bt_risk.rules.notice import Action
from bt_risk.rules.reduction import plan_reduction

if TYPE_CHECKING:
    from bt_risk.desk import RiskDesk


def cut_heat(desk: RiskDesk, max_heat: float) -> None:
    """Send the exits after which the heat is within `max_heat`, or after which everything that trades is closing.

    An exit on its way counts as done, except where the instrument is silent: what nobody quotes does not leave.
    """
    risks, cover, silent = desk.ledger.open_risks(), desk.cover, desk.silence.silent
    staying = {
        data: risks[data] * (1.0 if data in silent else cover.open_units(holding) / abs(holding.size))
        for data, holding in desk.holdings.items()
    }
    # A dict, since Backtrader's datas are equal in a list when their closes are.
    sellable = {
        data: risk
        for data, risk in staying.items()
        if desk.instruments[data].bar == desk.bar and data not in silent
    }
    cuts = plan_reduction(
        [(data, risk) for data, risk in sellable.items() if cover.open_units(desk.holdings[data])],
        untouchable=sum(risk for data, risk in staying.items() if data not in sellable),
        equity=desk.equity,
        max_heat=max_heat,
        policy=desk.profile.reduction,
    )
    if not cuts:
        return
    names = ", ".join(desk.instruments[cut.key].name for cut in cuts)
    text = f"heat {desk.heat:.2%} above {max_heat:.2%}"
    desk.tell("emergency", "critical", None, f"{text}: reducing {names}", Action.REDUCE_POSITIONS)
    for cut in cuts:
        holding = desk.holdings[cut.key]
        units = ceil_to_lot(cover.open_units(holding) * cut.share, desk.profile.lot)
        desk.exit(holding, units, rule="heat_reduction", text=text)
