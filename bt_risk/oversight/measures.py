"""What the desk does on its own: withdraw entries, cut positions. Requires: the desk. Gives: orders, events."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import TYPE_CHECKING

from bt_risk.errors import BtRiskError
from bt_risk.maths.position_size import ceil_to_lot
from bt_risk.oversight.heat_cut import cut_heat
from bt_risk.positions.holding import Holding
from bt_risk.positions.position_exits import Judge, judges_of
from bt_risk.rules.notice import Action, Notice
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.reduction import Cut, Protocol, plan_protocol
from bt_risk.rules.tiers import tier_actions

if TYPE_CHECKING:
    from bt_risk.calls.reversals import Reversals
    from bt_risk.desk import RiskDesk

HALF = 0.5


class Measures:
    """Carry out what tiers, halts and an operator ask for, behind the user's callbacks of a bar."""

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk
        self.reversals: Reversals | None = None
        self.asked: list[Notice] = []
        self._judges: tuple[Judge, ...] = ()

    def set_profile(self, profile: RiskProfile) -> None:
        """Judge positions by `profile` from now on."""
        self._judges = judges_of(profile)

    def ask(self, notice: Notice) -> None:
        """Take in what a halt asks for, to be carried out behind the callbacks of this bar."""
        if notice.action is Action.REDUCE_POSITIONS:
            self.asked.append(notice)

    def act(self) -> None:
        """Withdraw entries while none is allowed; close, halve and reduce positions where that is asked for."""
        desk = self._desk
        asked, self.asked = self.asked, []
        if not (desk.holdings or desk.plans):
            return
        tier, halted = tier_actions(desk.tier), desk.halted
        if halted or not tier.allows_entries:
            self.withdraw_entries()
        if not desk.holdings:
            return
        if halted and self.reversals is not None:
            self.reversals.drop_all()
        if desk.account.is_stopped:
            self.cut(
                plan_protocol(Protocol.CLOSE_ALL, self._risks()), rule="emergency", text="emergency stop"
            )
            return
        for notice in asked:
            self.cut(
                plan_protocol(Protocol.REDUCE_POSITIONS, self._risks(), share=HALF),
                rule="drawdown",
                text=notice.text,
            )
        if self._judges:
            self._leave_by_themselves()
        # Nothing is given away for an account whose value is not known.
        if tier.reduces and desk.profile.max_heat is not None and desk.view.is_equity_known():
            cut_heat(desk, desk.profile.max_heat)

    def _leave_by_themselves(self) -> None:
        desk = self._desk
        for holding in list(desk.holdings.values()):
            units = desk.cover.open_units(holding)
            found = (judge(desk, holding) for judge in self._judges)
            why = next((each for each in found if each is not None), None) if units else None
            if why is not None:
                name = desk.instruments[holding.data].name
                desk.tell(why.kind, why.level, holding.data, f"{name}: {why.text}", why.action)
                desk.exit(holding, units, rule=why.kind, text=why.text)

    def withdraw_entries(self) -> None:
        """Withdraw every entry on its way, and say so."""
        desk = self._desk
        for plan in list(desk.plans.values()):
            desk.call_off(plan)
            name = desk.instruments[plan.data].name
            desk.tell("entry_withdrawn", "warning", plan.data, f"{name}: an entry on its way is withdrawn")

    def carry_out(self, protocol: str, names: Collection[str], share: float) -> None:
        """Carry out an operator's protocol on the positions of `names`, or on all, at once."""
        desk = self._desk
        if protocol == Protocol.CLOSE_POSITIONS and not names:
            raise BtRiskError("close_positions needs datas, e.g. ['IBM']; received none")
        cuts = plan_protocol(protocol, self._risks(), keys=names or None, share=share)
        if protocol == Protocol.CLOSE_ALL:
            for notice in desk.account.stop("operator"):
                desk.tell(notice.kind, notice.level, None, notice.text, notice.action)
            self.withdraw_entries()
        else:
            is_whole = protocol == Protocol.CLOSE_POSITIONS
            action = Action.CLOSE_POSITION if is_whole else Action.REDUCE_POSITIONS
            desk.tell("emergency", "critical", None, f"an operator orders {protocol}", action)
        self.cut(cuts, rule="emergency", text=f"an operator orders {protocol}")

    def cut(self, cuts: list[Cut], *, rule: str, text: str) -> None:
        """Close a share of each position named, in whole lots, rounded up."""
        desk, holdings = self._desk, self._by_name()
        for cut in cuts:
            holding = holdings[cut.key]
            units = desk.cover.open_units(holding)
            if units > 0.0:
                desk.exit(holding, ceil_to_lot(units * cut.share, desk.profile.lot), rule=rule, text=text)

    def _by_name(self) -> dict[Hashable, Holding]:
        # Not by the data: Backtrader compares two of those by their prices.
        return {self._desk.instruments[data].name: holding for data, holding in self._desk.holdings.items()}

    def _risks(self) -> list[tuple[str, float]]:
        """Return (name, open risk of what no exit closes) of every position."""
        desk, risks = self._desk, self._desk.ledger.open_risks()
        return [
            (desk.instruments[data].name, risks[data] * desk.cover.open_units(holding) / abs(holding.size))
            for data, holding in desk.holdings.items()
        ]
