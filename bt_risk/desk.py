"""The risk desk of one run: the one holder of its state, behind ``self.bt_risk``. Requires: the whole edge."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from bt_risk.broker.broker_view import BrokerView
from bt_risk.broker.orders import Orders, Role
from bt_risk.broker.witness import Witness
from bt_risk.market.clock import Clock
from bt_risk.market.instruments import Instrument, name_instruments
from bt_risk.market.silence import Silence
from bt_risk.maths.heat import heat_utilisation, portfolio_heat
from bt_risk.oversight.account import Account
from bt_risk.oversight.account_watch import AccountWatch
from bt_risk.oversight.controls import Controls
from bt_risk.oversight.event_log import EventLog
from bt_risk.oversight.figures import Figures, wants_figures
from bt_risk.oversight.measures import Measures
from bt_risk.oversight.readings import Readings
from bt_risk.oversight.records import Records
from bt_risk.oversight.telling import Telling
from bt_risk.positions.adding import Adding
from bt_risk.positions.at_close import AtClose
from bt_risk.positions.bonds import Bonds
from bt_risk.positions.cover import Cover
from bt_risk.positions.holding import Holding
from bt_risk.positions.plan import Plan
from bt_risk.positions.shadows import Shadows
from bt_risk.positions.tally import TradeTally
from bt_risk.positions.trade_book import TradeBook
from bt_risk.positions.upkeep import Upkeep
from bt_risk.refusals import refuse_endless
from bt_risk.rules.groups import groups_of
from bt_risk.rules.ledger import Ledger
from bt_risk.rules.notice import Action
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.tiers import Tier, step_tier, tier_actions


class RiskDesk(Readings, Controls, Records, Telling):
    """Follow the account bar by bar: fills, stops, heat, tiers, reductions; remember why.

    The strategy's mixin calls it at fixed points of a bar: `take` for each order notification, `open_bar` before
    any callback of the user, `after_callbacks` behind them. What the user asks for comes through `Intake`.
    """

    def __init__(self, strategy: Any, profile: RiskProfile, hooks: dict[str, Callable[..., Any]]) -> None:
        super().__init__()
        self.profile = profile
        self._tier = Tier.NORMAL
        self.bar = 0
        self.view = BrokerView(strategy.broker, strategy.datas)
        self.ledger = Ledger()
        self.holdings: dict[Any, Holding] = {}
        self.plans: dict[int, Plan] = {}
        self.hooks = hooks
        self._strategy = strategy
        names = name_instruments(strategy.datas)
        self.instruments = {
            data: Instrument(data, name, profile.atr_period)
            for data, name in zip(strategy.datas, names, strict=True)
        }
        self.orders = Orders(strategy, self.view, self.instruments)
        self.cover = Cover(self.orders, profile)
        self.upkeep = Upkeep(self)
        self.silence = Silence(self)
        self.adding = Adding(self)
        self.measures = Measures(self)
        self.watch = AccountWatch(self)
        self.bonds = Bonds(self)
        self.at_close = AtClose(self)
        self.witness = Witness(strategy.broker)
        self.tally = TradeTally()
        self.shadows = Shadows(self)
        self.trade_book = TradeBook(self)
        self.clock = Clock(list(self.instruments.values()))
        self.log = EventLog(self.clock, hooks.get("notify_risk"))
        self.events = self.log.events
        self.account = Account(self.view, self.clock, profile)
        self.figures: Figures | None = None
        self.set_profile(profile)
        self._touched: dict[Any, None] = {}
        self._is_open = False

    def set_profile(self, profile: RiskProfile) -> None:
        """Decide by `profile` from now on."""
        if profile.end_of_day == "last_bar":
            refuse_endless(self.instruments)
        self.profile = self.cover.profile = profile
        self.groups = groups_of(profile)
        self.account.set_profile(profile)
        self.measures.set_profile(profile)
        if self.figures is None and wants_figures(profile):
            self.figures = Figures(self.instruments)

    # What the mixin calls.

    def take(self, order: Any) -> None:
        """Take in one order notification; the same one twice changes nothing."""
        self.trade_book.take(order)
        ticket = self.orders.tickets.get(order.ref)
        if ticket is None:
            self._touched[order.data] = None
            return
        if not ticket.is_users:
            # Backtrader skips the user's notify_order for "historical" orders; the clone alone is marked.
            order.Historical, order.histnotify = order.exectype, False
        self._touched[ticket.data] = None
        if ticket.role is Role.ENTRY:
            plan = self.plans.get(order.ref)
            if plan is not None:
                self._reserve(plan)
        if order.alive() or ticket.order.alive():
            return
        del self.orders.tickets[order.ref]
        if ticket.role is Role.ENTRY and order.status == order.Margin:
            self.log.hold()
            text = f"{self.name_of(ticket.data)}: the broker refused the entry, the cash did not pay its opening price"
            self.tell("margin", "warning", ticket.data, text)

    def catch_up(self) -> None:
        """Open the bar before its turn when the broker has traded on it already.

        A timer, or a notification under ``quicknotify``, reaches the user's code between the broker's part of a bar
        and the strategy's.
        """
        if self.witness.has_seen and not self._is_open and self._is_ahead():
            for order in self._strategy._orderspending:
                self.take(order)
            self.trade_book.note_stops()
            # Fills whose notices are still to come have happened too.
            self._touched |= dict.fromkeys((*self.holdings, *(plan.data for plan in self.plans.values())))
            self._advance()
            self._is_open = True
        self._settle_late()

    def refresh(self) -> None:
        """Bring the desk up to date before the user's code reads it, at whatever moment of the bar that is."""
        if self.witness.has_seen and not self.log.is_held:
            self.catch_up()

    def _is_ahead(self) -> bool:
        return any(i.time.lencount != i.bars for i in self.instruments.values())

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Make ready for a call of the user's, at whatever moment of the bar it comes.

        A bar that was delivered and not traded on yet may be known by its opening only.
        """
        self.catch_up()
        is_open_only = not self.orders.in_open and not self.witness.has_seen and self._is_ahead()
        with self.orders.at_open() if is_open_only else contextlib.nullcontext():
            if self.orders.in_open:
                for instrument in self.instruments.values():
                    if instrument.is_started():
                        self.clock.see(instrument.time[0])
            yield

    @property
    def moment(self) -> tuple[int, bool]:
        """Return what tells one round of the user's calls from the next: the bar, and whether it is at its opening."""
        return self.bar, self.orders.in_open

    def open_bar(self) -> None:
        """Bring instruments, holdings, stops, ledger and tier up to this bar."""
        if self._is_open:
            self._is_open = False
            self._settle_late()
        else:
            self._advance()
        self.witness.wait()

    def _settle_late(self) -> None:
        if self._touched:
            self.log.hold()
            self._settle_touched()
            self.update_tier()
        self.log.hand_over()

    def _advance(self) -> None:
        self.log.hold()
        self.bar += 1
        bar = self.bar
        clock, figures, absent = self.clock, self.figures, []
        for instrument in self.instruments.values():
            if instrument.time.lencount != instrument.bars:
                is_fault_new = instrument.see(bar)
                if instrument.last_time > clock.number:
                    clock.see(instrument.last_time)
                if is_fault_new:
                    self.tell_of_faults(instrument)
                if figures is not None:
                    figures.see(instrument)
            if instrument.priced != bar:
                absent.append(instrument)
        if self.view.floating:
            self.upkeep.convert()
        if self._touched:
            self._settle_touched()
        for holding in self.holdings.values():
            self.upkeep.follow(holding)
        if self.shadows.followed:
            self.shadows.follow()
        self.view.at_marks = self._value_at_marks() if absent else None
        if absent or self.silence.silent:
            self.silence.follow(absent)
        self.watch.step()
        self.update_tier()
        self.log.hand_over()

    def after_callbacks(self) -> None:
        """Act on what the bar brought: withdraw entries, close and reduce positions."""
        if not (self.holdings or self.plans or self.measures.asked):
            return
        self.log.hold()
        try:
            self.measures.act()
        finally:
            self.log.hand_over()

    # How it works.

    def add_plan(self, plan: Plan) -> None:
        """Remember an entry that was sent, reserve its risk, and send its protective orders behind it."""
        self.plans[plan.order.ref] = self.orders.tickets[plan.order.ref].plan = plan
        self.renew_protection(plan)

    def renew_protection(self, plan: Plan) -> None:
        """Bring the stop and the target of an entry on its way to the plan's prices.

        Only where the broker fills whole orders: else they follow each fill.
        """
        self._reserve(plan)
        if not self.orders.has_filler:
            self.cover.prepare(plan)

    def plan_for(self, data: Any) -> Plan | None:
        """Return the entry on its way for `data`."""
        return next(iter(self.plans_for(data)), None)

    def plans_for(self, data: Any) -> list[Plan]:
        """Return the entries on their way for `data`; more than one where each cancels the others."""
        return [plan for plan in self.plans.values() if plan.data is data]

    def call_off(self, plan: Plan) -> None:
        """Withdraw an entry, with its protective orders, and release what it reserved."""
        self.orders.cancel(plan.order)
        # Its partner, of which one cancels the other, is gone with it.
        for each in list(self.plans.values()):
            self._reserve(each)

    def _reserve(self, plan: Plan) -> None:
        """Reserve the risk of what is not filled; give up the plan when nothing was and nothing will be."""
        ref = plan.order.ref
        left = plan.share_left()
        if left > 0.0:
            self.ledger.reserve(ref, plan.risk * left)
            return
        self.ledger.release(ref)
        if not plan.order.executed.size:
            self.cover.drop(plan)
            self.plans.pop(ref, None)

    def _settle_touched(self) -> None:
        touched, self._touched = self._touched, {}
        for data in touched:
            self.upkeep.settle(data)

    def _value_at_marks(self) -> float | None:
        """Return the account's value at last prices where the broker's counts a price that is none, else None.

        The broker's does so also for what is not held any more: of nothing, times no number, it makes no number.
        """
        if not self.view.is_simulated:
            return None
        held = [self.instruments[data] for data in self.holdings]
        self.view.is_priced = all(i.priced == i.bar for i in held)
        if self.view.is_priced and self.view.is_value_a_number():
            return None
        return self.view.value_at({i.data: i.mark for i in held})

    def update_tier(self) -> None:
        """Bring the heat tier up to the ledger, and tell of a change."""
        before, limit = self._tier, self.profile.max_heat
        if not before and (limit is None or not (self.holdings or self.plans)):
            return  # NORMAL, which is zero, and nothing that could lift it
        self._tier = Tier.NORMAL
        if limit is not None:
            risks = (self.ledger.open_risk, self.ledger.reserved_risk)
            heat = portfolio_heat(risks, self.view.equity())
            self._tier = step_tier(before, heat_utilisation(heat, limit), self.profile)
        if self._tier is before:
            return
        actions = tier_actions(self._tier)
        level = "critical" if actions.reduces else "warning" if actions.warns else "info"
        of = "without a limit" if limit is None else f"of {limit:.2%}"
        action = Action.NONE if actions.allows_entries else Action.DENY_ENTRIES
        text = f"heat {self.heat:.2%} {of}: {self._tier.name}, was {before.name}"
        self.tell("tier", level, None, text, action)

    def exit(
        self, holding: Holding, units: float, *, rule: str, text: str, is_users: bool = False, **options: Any
    ) -> Any:
        """Close up to `units` of a holding, call off what would add to it, record why, and return the order."""
        for plan in self.plans_for(holding.data) if units > 0.0 else ():
            self.call_off(plan)
        before = self.cover.closing_units(holding)
        order = self.cover.exit(holding, units, reason=rule, is_users=is_users, **options)
        given = self.cover.closing_units(holding) - before
        self.record(
            holding.data,
            side="sell" if holding.is_long else "buy",
            kind="exit",
            outcome="accepted" if given else "nothing",
            rule=rule,
            text=self.silence.add_wait(holding.data, text),
            wanted=units,
            given=given,
            stop=holding.stop,
            target=holding.legs.target,
            order=order,
        )
        return order
