"""Notice when Kelly finds no edge any more. Requires: the desk's tally. Gives: `EdgeWatch`, to the entries."""

from __future__ import annotations

from bt_risk.desk import RiskDesk
from bt_risk.rules.methods.kelly import NAME, has_edge
from bt_risk.rules.request import TradeHistory


class EdgeWatch:
    """Tell once, when an entry is decided, that Kelly trades its floor; again only after there was an edge."""

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk
        self._has_edge = True

    def see(self, history: TradeHistory) -> None:
        """Take in the closed trades as an entry was decided on them."""
        desk = self._desk
        if NAME not in desk.profile.sizing:
            return
        had_edge, found = self._has_edge, has_edge(history, desk.profile)
        if found is None:
            return
        self._has_edge = found
        if had_edge and not found:
            text = f"no edge in {history.trades} closed trades: kelly trades {desk.profile.kelly_floor:.2%}"
            desk.tell("no_edge", "warning", None, text)
