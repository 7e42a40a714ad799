"""What the user's calls mean: entries, exits, reversals, brackets. Requires: the desk. Gives: orders, decisions."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import backtrader as bt

from bt_risk.desk import RiskDesk
from bt_risk.holding import Holding, Plan
from bt_risk.maths.limits import above
from bt_risk.orders import Role, inert_order
from bt_risk.rules.caps.cash import cash_per_unit
from bt_risk.rules.decision import Ruling
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.exits.initial_stop import initial_stop
from bt_risk.rules.regime import read_regime
from bt_risk.rules.request import Book, EntryRequest, TradeHistory

STOP_TYPES = (bt.Order.Stop, bt.Order.StopLimit, bt.Order.StopTrail, bt.Order.StopTrailLimit)
MARKET_TYPES = (None, bt.Order.Market, bt.Order.Close)


@dataclass(slots=True)
class Call:
    """One call of ``buy`` or ``sell`` as the user made it; `options` go to the broker with the order."""

    data: Any
    is_buy: bool
    size: float | None = None
    price: float | None = None
    exectype: Any = None
    stop: float | None = None
    target: float | None = None
    trail: float | None = None
    confidence: float | None = None
    conviction: str | None = None
    regime: Any = None
    options: dict[str, Any] = field(default_factory=dict)


class Intake:
    """Turn each call of the user's strategy into one decision, and what it allows into orders.

    A call against a position (or against an entry on its way) is an exit and opens nothing, unless it names a
    size beyond the position: the rest is then a reversal, which waits until the position is closed and is decided
    afresh at that time. A resting stop against a position tightens our stop, a limit becomes our target.
    """

    def __init__(self, strategy: Any, desk: RiskDesk) -> None:
        self._strategy = strategy
        self._desk = desk
        self._reversals: dict[Any, Call] = {}
        self._closed_in: dict[Any, int] = {}
        self._entries: tuple[dt.date | None, int] = (None, 0)

    def submit(self, call: Call) -> Any:
        """Carry out one buy or sell; return the order, or None when nothing is sent."""
        desk, data = self._desk, call.data
        holding = desk.holdings.get(data)
        if holding is not None:
            if holding.is_long != call.is_buy:
                return self._against(holding, call)
            if desk.cover.is_closing(holding):
                return self._await_reversal(holding, call)
        else:
            plan = desk.plan_for(data)
            if plan is not None and plan.is_long != call.is_buy:
                return self._against_plan(plan, call)
        return self._enter(call)

    def close(self, data: Any, size: float | None, options: dict[str, Any]) -> Any:
        """Carry out the user's ``close``: never refused; an entry on its way is called off."""
        desk = self._desk
        holding = desk.holdings.get(data)
        self._reversals.pop(data, None)
        if holding is not None:
            self._closed_in[data] = desk.bar
            units = abs(holding.size) if size is None else abs(size)
            return desk.exit(
                holding, units, rule="signal", text="the strategy closes", is_users=True, **_for_exit(options)
            )
        plan = desk.plan_for(data)
        if plan is not None:
            desk.call_off(plan)
        self._note_exit(data, "cancelled" if plan else "nothing", plan)
        return plan.order if plan else None

    def bracket(self, call: Call) -> list[Any]:
        """Carry out a bracket: [entry, stop, target], the protective orders live; three inert orders if denied."""
        entry = self.submit(call)
        plan = self._desk.plans.get(entry.ref) if entry is not None else None
        if plan is None:
            first = entry or inert_order(self._strategy, call.data, is_buy=call.is_buy)
            return [
                first,
                *(inert_order(self._strategy, call.data, is_buy=not call.is_buy) for _ in range(2)),
            ]
        for order in (plan.stop_order, plan.target_order):
            if order is not None:
                self._desk.orders.tickets[order.ref].is_users = True
        return [entry, plan.stop_order, plan.target_order]

    def cancel(self, order: Any) -> bool:
        """Cancel one of our orders for the user and restore what it leaves open; False if it is not ours."""
        desk = self._desk
        ticket = desk.orders.tickets.get(order.ref)
        if ticket is None:
            return False
        if ticket.role is Role.ENTRY:
            plan = desk.plans.get(order.ref)
            if plan is not None:
                desk.call_off(plan)
            return True
        desk.orders.cancel(ticket.order)
        holding = desk.holdings.get(ticket.data)
        if holding is not None:
            if ticket.role is Role.TARGET:
                holding.target = None
            desk.cover.ensure(holding)
        return True

    def decide_reversals(self) -> None:
        """Decide the second half of each reversal whose first half is done; forget those called off."""
        for data in list(self._reversals):
            holding = self._desk.holdings.get(data)
            if holding is None:
                self._enter(self._reversals.pop(data), kind="reversal")
            elif not self._desk.cover.is_closing(holding):
                del self._reversals[data]

    # Calls against something.

    def _against(self, holding: Holding, call: Call) -> Any:
        desk = self._desk
        if call.exectype in STOP_TYPES:
            return self._own_stop(holding, call)
        if call.exectype == bt.Order.Limit:
            return self._own_target(holding, call)
        held = abs(holding.size)
        if desk.cover.is_closing(holding):
            if self._closed_in.get(call.data) == desk.bar or (
                call.size is not None and above(abs(call.size), held)
            ):
                return self._await_reversal(holding, call)
            return desk.exit(holding, held, rule="signal", text="the exit is on its way already")
        wanted = held if call.size is None else abs(call.size)
        if above(wanted, held):
            rest = dataclasses.replace(call, size=wanted - held)
            self._reversals[call.data] = rest
        text = "the strategy reverses" if above(wanted, held) else "an opposite order is an exit"
        return desk.exit(holding, wanted, rule="signal", text=text, is_users=True, **_for_exit(call.options))

    def _await_reversal(self, holding: Holding, call: Call) -> Any:
        desk = self._desk
        self._reversals[call.data] = call
        order = holding.exits[-1]
        desk.record(
            call.data,
            side="buy" if call.is_buy else "sell",
            kind="reversal",
            outcome="pending",
            rule="until_flat",
            text="waits until the position is closed, then is decided afresh",
            wanted=call.size,
            given=0.0,
            stop=call.stop,
            target=call.target,
            order=order,
        )
        return order

    def _against_plan(self, plan: Plan, call: Call) -> Any:
        desk = self._desk
        if call.exectype in STOP_TYPES or call.exectype == bt.Order.Limit:
            return self._amend_plan(plan, call)
        desk.call_off(plan)
        if call.size is not None and above(abs(call.size), plan.units):
            return self._enter(dataclasses.replace(call, size=abs(call.size) - plan.units))
        self._note_exit(call.data, "cancelled", plan)
        return plan.order

    def _amend_plan(self, plan: Plan, call: Call) -> Any:
        """Take the user's stop or limit against an entry on its way as the stop or target of its position."""
        orders = self._desk.orders
        level = call.price if call.price else call.data.close[0]
        if call.exectype == bt.Order.Limit:
            plan.target = level
            if plan.target_order is not None:
                orders.move(plan.target_order, level)
            order, kind = plan.target_order, "target"
        else:
            is_tighter = plan.stop is None or (level > plan.stop if plan.is_long else level < plan.stop)
            if is_tighter:
                plan.stop, plan.has_own_stop = level, True
                if plan.stop_order is not None:
                    orders.move(plan.stop_order, level)
            order, kind = plan.stop_order, "stop"
        self._note_protection(call, kind, level, order, is_used=True)
        return order if order is not None else plan.order

    def _own_stop(self, holding: Holding, call: Call) -> Any:
        close = call.data.close[0]
        level = call.price or close
        if call.trail is not None:
            level = close - call.trail if holding.is_long else close + call.trail
        is_used = holding.tighten(level)
        self._desk.cover.ensure(holding)
        self._desk.enter_risk(holding)
        self._note_protection(call, "stop", level, holding.stop_order, is_used=is_used)
        return self._hand_over(holding.stop_order)

    def _own_target(self, holding: Holding, call: Call) -> Any:
        holding.target = call.price or call.data.close[0]
        self._desk.cover.ensure(holding)
        self._note_protection(call, "target", holding.target, holding.target_order, is_used=True)
        return self._hand_over(holding.target_order)

    def _hand_over(self, order: Any) -> Any:
        """Let the user's callbacks hear of an order that now carries out their request."""
        if order is not None:
            self._desk.orders.tickets[order.ref].is_users = True
        return order

    def _note_protection(self, call: Call, kind: str, level: float, order: Any, *, is_used: bool) -> None:
        text = f"the strategy's own {kind} at {level:.6g}" + (
            "" if is_used else ": looser than ours, which stays"
        )
        self._desk.record(
            call.data,
            side="buy" if call.is_buy else "sell",
            kind=kind,
            outcome="accepted" if is_used else "nothing",
            rule=f"own_{kind}",
            text=text,
            wanted=call.size,
            given=0.0,
            stop=level if kind == "stop" else None,
            target=level if kind == "target" else None,
            order=order,
        )

    def _note_exit(self, data: Any, outcome: str, plan: Plan | None) -> None:
        self._desk.record(
            data,
            side="" if plan is None else ("sell" if plan.is_long else "buy"),
            kind="exit",
            outcome=outcome,
            rule="signal",
            text="the entry on its way is called off" if plan else "nothing to close",
            wanted=None if plan is None else plan.units,
            given=0.0,
            stop=None,
            target=None,
            order=None if plan is None else plan.order,
        )

    # Entries.

    def _enter(self, call: Call, kind: str = "entry") -> Any:
        desk = self._desk
        request = self._request(call)
        book = self._book(call.data)
        ruling = decide_entry(request, book, desk.profile)
        heat_before = desk.heat
        plan = self._send(call, request, ruling) if ruling.units > 0.0 else None
        if plan is not None:
            self._entries = (desk.now(call.data).date(), book.entries_today + 1)
        desk.record(
            call.data,
            side="buy" if call.is_buy else "sell",
            kind=kind,
            outcome=ruling.outcome,
            rule=ruling.rule,
            text=ruling.text,
            price=request.price,
            stop=request.stop,
            target=request.target,
            wanted=None if math.isnan(ruling.asked) else ruling.asked,
            given=ruling.units,
            heat_before=heat_before,
            order=None if plan is None else plan.order,
            request=request,
            book=book,
            ruling=ruling,
        )
        return None if plan is None else plan.order

    def _request(self, call: Call) -> EntryRequest:
        desk, data, is_long = self._desk, call.data, call.is_buy
        instrument = desk.instruments[data]
        in_open = desk.orders.in_open
        has_fresh_bar = instrument.is_started() and (
            instrument.time.lencount > instrument.bars
            if in_open
            else instrument.bar == desk.bar and instrument.is_usable()
        )
        price = math.nan
        if instrument.is_started():
            price = instrument.open[0] if in_open else instrument.close[0]
            if call.exectype not in MARKET_TYPES and call.price:
                price = float(call.price)
        atr = instrument.atr.value
        stop, has_own_stop = call.stop, call.stop is not None
        if stop is None and "stop_price" in desk.hooks:
            stop = desk.hooks["stop_price"](data, is_long, price)
            has_own_stop = stop is not None
        if stop is None:
            stop = initial_stop(price, atr, is_long=is_long, profile=desk.profile)
        confidence = self._told(call.confidence, "confidence", data)
        regime = self._told(call.regime, "regime", data)
        target = call.target
        if target is None and "target_price" in desk.hooks:
            target = desk.hooks["target_price"](data, is_long, price)
        is_priced = math.isfinite(price) and price > 0.0 and (stop is None or math.isfinite(stop))
        sizer_units, sizer_text = None, ""
        if call.size is None and is_priced:
            sizer_units, sizer_text = self._ask_sizer(
                data, is_long, price=price, stop=stop, confidence=confidence, regime=regime
            )
        return EntryRequest(
            data=instrument.name,
            is_long=is_long,
            price=price,
            stop=stop,
            target=target,
            has_own_stop=has_own_stop,
            wanted=None if call.size is None else abs(call.size),
            sizer_units=sizer_units,
            sizer_text=sizer_text,
            atr=atr,
            has_fresh_bar=has_fresh_bar,
            terms=desk.view.unit_terms(data, is_long=is_long, price=price, stop=stop) if is_priced else None,
            confidence=confidence,
            conviction=self._told(call.conviction, "conviction", data),
            regime=None if regime is None else read_regime(regime),
            # The volume of a bar that only opens is not known yet.
            volume=data.volume[0] if has_fresh_bar and not in_open else math.nan,
            time=desk.now(data).time() if has_fresh_bar else None,
        )

    def _told(self, given: Any, hook: str, data: Any) -> Any:
        """Return what the call gives, else what the strategy's hook says; None without both."""
        if given is None and hook in self._desk.hooks:
            return self._desk.hooks[hook](data)
        return given

    def _ask_sizer(self, data: Any, is_long: bool, **request: Any) -> tuple[float | None, str]:
        """Return what the user's sizer proposes, None without one, and why it proposes nothing."""
        sizer = self._strategy.getsizer()
        if type(sizer) is bt.sizers.FixedSize and sizer.p.stake == 1:
            return None, ""  # Backtrader's silent default, not a wish of the user
        size_entry = getattr(sizer, "size_entry", None)
        if size_entry is None:
            answer = self._strategy.getsizing(data, isbuy=is_long)
            if isinstance(answer, Real) and math.isfinite(answer):
                return abs(float(answer)), ""
            return 0.0, f"{type(sizer).__name__} gives a size of {answer!r}"
        # A sizer of ours is told the request's price and stop, which Backtrader keeps from sizers.
        units = float(size_entry(data, is_long=is_long, **request))
        return units, "" if units else f"sizer: {sizer.refusals[-1].reason}"

    def _book(self, data: Any) -> Book:
        desk = self._desk
        values = {
            desk.instruments[held].name: desk.view.notional(
                held, holding.size, desk.instruments[held].close[0]
            )
            for held, holding in desk.holdings.items()
        }
        notional = sum(values.values())
        plans = [(plan, plan.share_left()) for plan in desk.plans.values()]
        for plan, left in plans:
            name = desk.instruments[plan.data].name
            values[name] = values.get(name, 0.0) + plan.notional * left
        halted = desk.halted or ("" if desk.view.is_equity_known() else "the account's value is not a number")
        return Book(
            equity=desk.equity,
            cash=desk.view.cash(),
            open_risk=desk.ledger.open_risk,
            reserved_risk=desk.ledger.reserved_risk,
            notional=notional,
            pending_notional=sum(plan.notional * left for plan, left in plans),
            pending_cash=sum(plan.cash * left for plan, left in plans),
            positions=len(desk.holdings),
            pending=sum(1 for plan, _ in plans if plan.data not in desk.holdings),
            holds_data=data in desk.holdings,
            awaits_data=desk.plan_for(data) is not None,
            tier=desk.tier,
            halted=halted,
            history=desk.history() if "kelly" in desk.profile.sizing else TradeHistory(),
            entries_today=self._entries[1] if self._entries[0] == desk.now(data).date() else 0,
            values=values,
        )

    def _send(self, call: Call, request: EntryRequest, ruling: Ruling) -> Plan:
        desk, orders, data, units = self._desk, self._desk.orders, call.data, ruling.units
        terms = request.terms
        assert terms is not None  # decide_entry grants no units without terms
        plan = Plan(
            data,
            is_long=call.is_buy,
            is_market=call.exectype in (None, bt.Order.Market),
            units=units,
            price=request.price,
            stop=request.stop,
            has_own_stop=request.has_own_stop,
            target=request.target,
            risk=terms.heat_risk * units,
            notional=terms.notional * units,
            cash=cash_per_unit(request, terms, desk.profile) * units if terms.cash > 0.0 else 0.0,
        )
        has_children = not orders.has_filler
        wants_stop = has_children and desk.profile.place_stops and request.stop is not None
        wants_target = has_children and request.target is not None
        side = units if call.is_buy else -units
        plan.order = orders.send(
            data,
            side,
            Role.ENTRY,
            reason="entry",
            is_users=True,
            exectype=call.exectype,
            price=call.price,
            transmit=not (wants_stop or wants_target),
            **call.options,
        )
        if wants_stop:
            plan.stop_order = orders.send(
                data,
                -side,
                Role.STOP,
                reason="stop",
                is_users=False,
                after=plan.order,
                exectype=bt.Order.Stop,
                price=request.stop,
                parent=plan.order,
                transmit=not wants_target,
            )
            if plan.is_market and desk.profile.entry_bar_stop:
                # Backtrader wakes the children of a bracket one bar late: this one works on the bar of the fill.
                plan.stop_order.activate()
        if wants_target:
            plan.target_order = orders.send(
                data,
                -side,
                Role.TARGET,
                reason="target",
                is_users=False,
                exectype=bt.Order.Limit,
                price=request.target,
                parent=plan.order,
                transmit=True,
            )
        desk.add_plan(plan)
        return plan


def _for_exit(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that a market exit keeps: those that say how it would trade otherwise are dropped."""
    return {
        key: value
        for key, value in options.items()
        if key not in ("plimit", "valid", "oco", "trailamount", "trailpercent")
    }
