"""The account's part in a bar: step its halts, tell what they notice, pass on what they ask for. Requires: the desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bt_risk.oversight.account import NOTHING, QUIET, Findings
from bt_risk.rules.alerts import Alert
from bt_risk.rules.notice import Action, Notice

if TYPE_CHECKING:
    from bt_risk.desk import RiskDesk


class AccountWatch:
    """Follow the halts once a bar, and once more where an operator changes limits in the middle of one."""

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk
        self._noticed: tuple[Notice, ...] = ()

    def step(self) -> None:
        """Take in this bar."""
        account, self._noticed = self._desk.account, ()
        was_known = account.is_known
        found = self._look()
        if found is NOTHING:
            return
        notices, alerts = found
        if account.is_known != was_known:
            self._tell_of_equity()
        self._noticed = notices
        self._tell(notices, alerts)

    def judge_again(self) -> None:
        """Hold this bar to other limits, without a second word on what was told of it; nothing before the first."""
        if self._desk.bar:
            notices, alerts = self._look()
            self._tell([notice for notice in notices if notice not in self._noticed], alerts)

    def _look(self) -> Findings:
        desk, markets = self._desk, QUIET
        if desk.figures is not None:
            markets = desk.figures.read(desk.holdings.values(), desk.profile, desk.bar)
        is_flat = not desk.holdings and not desk.plans
        return desk.account.step(len(desk.holdings), is_flat=is_flat, markets=markets)

    def _tell(self, notices: Iterable[Notice], alerts: Iterable[Alert]) -> None:
        for notice in notices:
            self.take(notice)
        for alert in alerts:
            self._desk.tell("alert", "warning" if alert.level == "high" else "info", None, alert.text)

    def take(self, notice: Notice) -> None:
        """Tell what a halt noticed, and keep what it asks for until the callbacks are over."""
        text = notice.text if notice.data is None else f"{notice.data}: {notice.text}"
        self._desk.log.tell(notice.kind, notice.level, notice.data, text, notice.action)
        self._desk.measures.ask(notice)

    def _tell_of_equity(self) -> None:
        desk = self._desk
        if desk.account.is_known:
            desk.tell("equity_known", "info", None, "the account's value is a number again")
            return
        held = [desk.instruments[data] for data in desk.holdings]
        names = ", ".join(i.name for i in held if i.priced != i.bar) or "no instrument held"
        text = f"the account's value is no number since the bar of {desk.now()} ({names}): entries are denied"
        desk.tell("equity_unknown", "critical", None, text, Action.DENY_ENTRIES)
