"""The order protocol on the broker: send, move, resize, withdraw. Requires: the broker. Gives: orders, tickets."""

from __future__ import annotations

import contextlib
import enum
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import backtrader as bt
from backtrader.order import BuyOrder, SellOrder

from bt_risk.broker.broker_view import BrokerView
from bt_risk.broker.fill_guard import FillGuard
from bt_risk.broker.ties import Ties
from bt_risk.market.instruments import Instrument

if TYPE_CHECKING:
    from bt_risk.positions.plan import Plan


class Role(enum.Enum):
    """What an order of ours is for."""

    ENTRY = "entry"
    EXIT = "exit"
    STOP = "stop"
    TARGET = "target"


class Ticket:
    """One live order of ours: what it is for, and whether the user's own callbacks hear of it.

    `plan` is what an entry has decided; it stays with the order's last notice, when the desk may be done with it.
    """

    __slots__ = ("data", "is_users", "order", "plan", "reason", "role")

    def __init__(self, order: Any, data: Any, role: Role, reason: str, is_users: bool) -> None:
        self.order = order
        self.data = data
        self.role = role
        self.reason = reason
        self.is_users = is_users
        self.plan: Plan | None = None


class Orders:
    """Send and change our orders; remember each under its number as long as it lives.

    On the simulated broker orders skip the queue of submitted orders: they can be withdrawn in the bar that sent
    them, a protective order is never refused for lack of cash, and orders stand in the order in which they were
    sent. The cash of an entry is checked when it fills. Stops are moved and resized in place, which keeps their
    turn in the queue and costs no notification.
    """

    def __init__(self, strategy: Any, view: BrokerView, instruments: dict[Any, Instrument]) -> None:
        self._strategy = strategy
        self._instruments = instruments
        self._broker = strategy.broker
        self.is_simulated = view.is_simulated
        # Other brokers know an order by what was sent to them: there a change is a withdrawal and a new order.
        self.is_in_place = view.is_simulated
        self._ties = Ties(strategy.broker)
        self.in_open = False
        self.tickets: dict[int, Ticket] = {}
        self._closings: dict[Any, list[Any]] = {data: [] for data in instruments}

    @property
    def has_filler(self) -> bool:
        """Return whether the broker fills by volume, so that an entry can be filled in parts."""
        return not self.is_simulated or self._broker.p.filler is not None

    @contextlib.contextmanager
    def at_open(self) -> Iterator[None]:
        """Mark the time between the delivery of a bar and the broker's turn (``next_open``)."""
        self.in_open = True
        try:
            yield
        finally:
            self.in_open = False

    def send(
        self,
        data: Any,
        units: float,
        role: Role,
        *,
        reason: str,
        is_users: bool,
        after: Any = None,
        is_later: bool = False,
        **options: Any,
    ) -> Any:
        """Send an order for `units` (negative sells) and return it; `options` are Backtrader's own.

        `after` and `is_later` tie it to an entry, see `FillGuard`.
        """
        if self.is_simulated:
            options["_checksubmit"] = False
            if self._broker.p.coc and not 0.0 < data.close[0] < math.inf:
                options["coc"] = False  # there is no close to cheat on
            partner = options.get("oco")
            if partner is not None and not self._ties.knows(partner):
                # An order that never reached the broker, such as one of a denied bracket, cancels nothing.
                options["oco"] = None
        place = self._broker.buy if units > 0 else self._broker.sell
        order = place(self._strategy, data, size=abs(units), **options)
        if self.is_simulated:
            order.active = FillGuard(
                order,
                self.bars_over(data),
                self._instruments[data],
                self._closings[data],
                after,
                is_later=is_later,
                is_exit=role is not Role.ENTRY,
            )
            if role is Role.EXIT and order.exectype == bt.Order.Close:
                self._closings[data].append(order)
            if role is Role.TARGET and self.is_in_place:
                self._ties.end_alone(order)
        self.tickets[order.ref] = Ticket(order, data, role, reason, is_users)
        return order

    def bars_over(self, data: Any) -> int:
        """Return how many bars of a data no order sent now can trade on any more."""
        # With cheat-on-open a bar is delivered before the broker has tried it: an order may still trade on it, so
        # that what counts as seen is what the desk had seen at its last close.
        if self.in_open:
            return self._instruments[data].bars
        return int(data.lines.datetime.lencount)

    def move(self, order: Any, price: float | None) -> None:
        """Give a resting stop or limit another price; it is tried at it from the next bar on."""
        order.created.price = price
        order.active.count = self.bars_over(order.data)

    def resize(self, order: Any, units: float) -> None:
        """Give a resting order another remaining size, in units without a sign."""
        signed = math.copysign(units, 1.0 if order.isbuy() else -1.0)
        order.executed.remsize = signed
        order.size = order.created.size = order.executed.size + signed

    def closings(self, data: Any) -> list[Any]:
        """Return the live exits that wait for a session's close."""
        found = self._closings[data]
        if found:
            found[:] = [order for order in found if order.alive()]
        return found

    def put_closings_last(self, data: Any) -> None:
        """Let what waits for the close be tried behind all else that covers or closes a position that is there."""
        for order in self.closings(data):
            if order.active.after is not None:
                order.active.after, order.active.count = None, self.bars_over(data)
            order.active.miss_close()
            self._ties.requeue(order)

    def drop_closings(self, data: Any, after: Any = None) -> None:
        """Withdraw what waits for the close: all of it, or what waits for an entry first."""
        for order in list(self.closings(data)):
            if after is None or order.active.after is after:
                self.cancel(order)

    def cancel(self, order: Any) -> None:
        """Withdraw an order, with the siblings that depend on it; an order that is gone already is no error."""
        if order is not None and order.alive():
            self._broker.cancel(order)

    def cancel_alone(self, order: Any) -> None:
        """Withdraw an order and leave what it is tied to, where that can be done."""
        if order is not None and order.alive():
            if self.is_in_place:
                self._ties.untie(order)
            self._broker.cancel(order)

    def expire(self, order: Any) -> None:
        """End an order as expired, at the desk's word; elsewhere than at the simulated broker it is cancelled."""
        if not (self.is_simulated and order is not None and order.alive()):
            self.cancel_alone(order)
            return
        self._ties.untie(order)
        self._broker.pending.remove(order)
        order.status = bt.Order.Expired
        order.executed.dt = order.data.datetime[0]
        self._broker.notify(order)

    def tie(self, stop: Any, target: Any) -> None:
        """Let a stop and its target cancel each other again, where one was sent or filled in part since."""
        if self.is_in_place and not self._ties.are_tied(stop, target):
            self._ties.tie(stop, target)

    def hand_over(self, order: Any) -> Any:
        """Let the user's callbacks hear of an order that now carries out their request; return it."""
        ticket = None if order is None else self.tickets.get(order.ref)
        if ticket is not None:
            ticket.is_users = True
        return order

    def live(self, data: Any, role: Role) -> list[Any]:
        """Return the live orders of one role on one instrument, oldest first."""
        return [
            ticket.order
            for ticket in self.tickets.values()
            if ticket.data is data and ticket.role is role and ticket.order.alive()
        ]


def remaining(order: Any) -> float:
    """Return the units that an order still wants to trade, without a sign; 0 when it is gone."""
    return abs(order.executed.remsize) if order is not None and order.alive() else 0.0


def is_filled(order: Any) -> bool:
    """Return whether an order has traded, all of it or a part."""
    return order is not None and bool(order.executed.size)


def inert_order(strategy: Any, data: Any, *, is_buy: bool) -> Any:
    """Return a rejected order that never reached the broker, with a number of its own, and have it notified.

    What a denied bracket returns three of, so that code works which collects their numbers, asks ``alive()``, or
    waits in ``notify_order`` for their end.
    """
    make = BuyOrder if is_buy else SellOrder
    order = make(owner=strategy, data=data, size=0, price=0.0, simulated=True)
    order.reject(strategy.broker)
    if isinstance(strategy.broker, bt.brokers.BackBroker):
        order.executed.dt = data.datetime[0] if len(data) else None
        order.p.simulated = False  # Backtrader tells strategies nothing of simulated orders
        strategy.broker.notify(order)
    return order
