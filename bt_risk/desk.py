"""The risk desk of one run: the one holder of its state, behind ``self.bt_risk``. Requires: the whole edge."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from collections import deque
from collections.abc import Iterator
from typing import Any

import backtrader as bt

from bt_risk.adding import Adding
from bt_risk.broker_view import BrokerView
from bt_risk.cover import Cover
from bt_risk.heat_cut import cut_heat
from bt_risk.holding import Holding
from bt_risk.hooks import find_hooks
from bt_risk.instruments import Instrument, name_instruments
from bt_risk.maths.heat import heat_utilisation, portfolio_heat
from bt_risk.orders import Orders, Role
from bt_risk.plan import Plan
from bt_risk.rules.decision import Decision
from bt_risk.rules.events import RiskEvent
from bt_risk.rules.ledger import Ledger
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.tiers import Tier, step_tier
from bt_risk.silence import Silence
from bt_risk.tally import TradeTally
from bt_risk.upkeep import Upkeep
from bt_risk.witness import Witness

# Events beyond these are forgotten, the oldest first: a run that flaps must not fill the memory.
MAX_EVENTS = 10_000


class RiskDesk:
    """Follow the account bar by bar: fills, stops, heat, tiers, reductions; remember why.

    The strategy's mixin calls it at fixed points of a bar: `take` for each order notification, `open_bar` before
    any callback of the user, `after_callbacks` behind them. What the user asks for comes through `Intake`.
    """

    def __init__(self, strategy: Any, profile: RiskProfile) -> None:
        self.profile = profile
        self.decisions: list[Decision] = []
        self.events: deque[RiskEvent] = deque(maxlen=MAX_EVENTS)
        self.tier = Tier.NORMAL
        self.halted = ""
        self.bar = 0
        self.view = BrokerView(strategy.broker, strategy.datas)
        self.ledger = Ledger()
        self.holdings: dict[Any, Holding] = {}
        self.plans: dict[int, Plan] = {}
        self.hooks = find_hooks(strategy)
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
        self.witness = Witness(strategy.broker)
        self.tally = TradeTally()
        self._touched: dict[Any, None] = {}
        self._is_open = False

    # What a user reads.

    @property
    def equity(self) -> float:
        """Broker value at this bar's close."""
        return self.view.equity()

    @property
    def open_heat(self) -> float:
        """Open risk / equity."""
        return portfolio_heat((self.ledger.open_risk,), self.equity)

    @property
    def reserved_heat(self) -> float:
        """Risk of entries on their way / equity."""
        return portfolio_heat((self.ledger.reserved_risk,), self.equity)

    @property
    def heat(self) -> float:
        """(Open + reserved risk) / equity, a fraction; infinite when risk is open on no equity."""
        return portfolio_heat((self.ledger.open_risk, self.ledger.reserved_risk), self.equity)

    @property
    def locked_in(self) -> float:
        """Profit secured behind stops / equity."""
        return portfolio_heat((self.ledger.locked_in,), self.equity)

    @property
    def utilisation(self) -> float:
        """Heat / max_heat; NaN without a limit."""
        if self.profile.max_heat is None:
            return math.nan
        return heat_utilisation(self.heat, self.profile.max_heat)

    @property
    def positions(self) -> dict[str, float]:
        """Signed size of each open position, by the instrument's name."""
        return {self.instruments[data].name: holding.size for data, holding in self.holdings.items()}

    def stop(self, data: Any) -> float | None:
        """Return the protective stop's price of the position in `data`; None without position or stop."""
        holding = self.holdings.get(data)
        return holding.stop if holding else None

    def now(self) -> dt.datetime:
        """Return the time of the newest bar of any instrument."""
        times = [i.time[0] for i in self.instruments.values() if i.is_started()]
        return bt.num2date(max(times)) if times else dt.datetime.min

    # What the mixin calls.

    def take(self, order: Any) -> None:
        """Take in one order notification; the same one twice changes nothing."""
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
            text = f"{self._name(ticket.data)}: the broker refused the entry, the cash did not pay its opening price"
            self.tell("margin", "warning", ticket.data, text)

    def catch_up(self) -> None:
        """Open the bar before its turn when the broker has traded on it already.

        A timer, or a notification under ``quicknotify``, reaches the user's code between the broker's part of a bar
        and the strategy's.
        """
        if self.witness.has_seen and not self._is_open and self._is_ahead():
            for order in self._strategy._orderspending:
                self.take(order)
            self._advance()
            self._is_open = True
        self._settle_late()

    def _is_ahead(self) -> bool:
        return any(i.time.lencount != i.bars for i in self.instruments.values())

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Make ready for a call of the user's, at whatever moment of the bar it comes.

        A bar that was delivered and not traded on yet may be known by its opening only.
        """
        self.catch_up()
        if self.orders.in_open or self.witness.has_seen or not self._is_ahead():
            yield
        else:
            with self.orders.at_open():
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
            self._settle_touched()
            self._step_tier()

    def _advance(self) -> None:
        self.bar += 1
        bar = self.bar
        absent = []
        for instrument in self.instruments.values():
            if instrument.time.lencount != instrument.bars:
                instrument.see(bar)
            if instrument.priced != bar:
                absent.append(instrument)
        if self.view.floating:
            self.upkeep.convert()
        self._settle_touched()
        for holding in self.holdings.values():
            self.upkeep.follow(holding)
        if absent or self.silence.silent:
            self.silence.follow(absent)
        self._step_tier()

    def after_callbacks(self) -> None:
        """Act on the tier: withdraw entries from CRITICAL on, reduce in EMERGENCY."""
        if self.tier >= Tier.CRITICAL:
            for plan in list(self.plans.values()):
                self.call_off(plan)
                name = self._name(plan.data)
                self.tell(
                    "entry_withdrawn", "warning", plan.data, f"{name}: an entry on its way is withdrawn"
                )
            if self.tier is Tier.EMERGENCY and self.profile.max_heat is not None:
                cut_heat(self, self.profile.max_heat)

    # How it works.

    def _name(self, data: Any) -> str:
        return self.instruments[data].name

    def tell(self, kind: str, level: str, data: Any, text: str) -> None:
        """Record an event and hand it to the strategy's ``notify_risk``."""
        name = None if data is None else self._name(data)
        event = RiskEvent(self.now(), kind, level, name, text)
        self.events.append(event)
        listener = self.hooks.get("notify_risk")
        if listener is not None:
            listener(event)

    def add_plan(self, plan: Plan) -> None:
        """Remember an entry that was sent, reserve its risk, and send its protective orders behind it."""
        self.plans[plan.order.ref] = plan
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
        self._reserve(plan)

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

    def _step_tier(self) -> None:
        if self.profile.max_heat is None or (
            self.tier is Tier.NORMAL and not self.holdings and not self.plans
        ):
            return
        tier = step_tier(self.tier, self.utilisation, self.profile)
        if tier is not self.tier:
            level = "info" if tier < Tier.WARNING else "warning" if tier < Tier.EMERGENCY else "critical"
            text = f"heat {self.heat:.2%} of {self.profile.max_heat:.2%}: {tier.name}, was {self.tier.name}"
            self.tier = tier
            self.tell("tier", level, None, text)

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

    def record(
        self, data: Any, *, order: Any = None, heat_before: float | None = None, **fields: Any
    ) -> Decision:
        """Append one decision to the run's record."""
        instrument = self.instruments[data]
        line = instrument.open if self.orders.in_open else instrument.close
        heat = self.heat
        fields.setdefault("price", line[0] if instrument.is_started() else math.nan)
        decision = Decision(
            number=len(self.decisions) + 1,
            datetime=self.now(),
            data=instrument.name,
            heat_before=heat if heat_before is None else heat_before,
            heat_after=heat,
            equity=self.equity,
            order=None if order is None else order.ref,
            **fields,
        )
        self.decisions.append(decision)
        return decision
