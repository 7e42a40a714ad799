"""Entries: the request with its stop, the book as it stands, the ruling, the order. Requires: desk, rules."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import math
from numbers import Real
from typing import Any

import backtrader as bt

from bt_risk.broker.orders import Role
from bt_risk.calls.call import KINDS, Call
from bt_risk.calls.edge_watch import EdgeWatch
from bt_risk.calls.own_checks import checks_of
from bt_risk.calls.settle import settle
from bt_risk.calls.snapshot import book_for, market_of
from bt_risk.desk import RiskDesk
from bt_risk.maths.limits import equals
from bt_risk.positions.plan import Plan
from bt_risk.rules.caps.cash import cash_per_unit
from bt_risk.rules.decision import Ruling
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.exits.add_stop import add_stop
from bt_risk.rules.exits.initial_stop import initial_stop
from bt_risk.rules.exits.initial_target import initial_target
from bt_risk.rules.regime import read_regime
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

MARKET_TYPES = (None, bt.Order.Market, bt.Order.Close)
# Costs that depend on the size are taken at the size that they lead to; a few rounds settle it, save where a fee per
# order takes most of the risk.
COST_ROUNDS = 8


class Entries:
    """Decide each wish to open a position by the rules, send what they grant, and record the decision."""

    def __init__(self, strategy: Any, desk: RiskDesk) -> None:
        self._strategy = strategy
        self._desk = desk
        self._checks = checks_of(strategy)
        self._edge = EdgeWatch(desk)
        self._day: dt.date | None = None
        self._count = 0

    def enter(self, call: Call, kind: str = "entry", *, is_alternative: bool = False) -> Any:
        """Carry out one entry, or one add to a position; return its order, or None when it is denied.

        An alternative to an entry on its way, of which one cancels the other, takes no place of its own.
        """
        desk = self._desk
        request = self._request(call)
        book = book_for(
            desk,
            call.data,
            is_long=call.is_buy,
            is_alternative=is_alternative,
            entries_today=self._count if self._day == desk.now().date() else 0,
        )
        request, ruling = self._rule(call, request, book)
        heat_before = desk.heat
        plan = self._send(call, request, ruling, is_add=book.holds_data) if ruling.units > 0.0 else None
        if plan is not None:
            self._day, self._count = desk.now().date(), book.entries_today + 1
        decision = desk.record(
            call.data,
            side="buy" if call.is_buy else "sell",
            kind="add" if book.holds_data and desk.profile.max_adds else kind,
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
        self._edge.see(book.history)
        if plan is None:
            return None
        plan.decision = decision.number
        return plan.order

    def _rule(self, call: Call, request: EntryRequest, book: Book) -> tuple[EntryRequest, Ruling]:
        """Decide, with the costs of one unit taken at the size decided: a fee per order weighs more on few units."""
        profile = self._desk.profile
        ruling = decide_entry(request, book, profile, checks=self._checks)
        for _ in range(COST_ROUNDS):
            terms = request.terms
            if terms is None or ruling.units <= 0.0:
                break
            finer = self._terms(call.data, call.is_buy, request.price, request.stop, size=ruling.units)
            if equals(finer.entry_costs, terms.entry_costs) and equals(finer.exit_costs, terms.exit_costs):
                break
            request = dataclasses.replace(request, terms=finer)
            ruling = decide_entry(request, book, profile, checks=self._checks)
        else:
            decide = functools.partial(self._rule_at, call, request, book)
            request, ruling = settle(decide, ruling.units, profile.lot)
        return request, ruling

    def _rule_at(
        self, call: Call, request: EntryRequest, book: Book, units: float
    ) -> tuple[EntryRequest, Ruling]:
        """Decide with the costs of one unit taken at `units`; for none they have no bound."""
        terms = self._terms(call.data, call.is_buy, request.price, request.stop, size=units or 1.0)
        if not units:
            terms = dataclasses.replace(terms, entry_costs=math.inf, exit_costs=math.inf)
        request = dataclasses.replace(request, terms=terms)
        return request, decide_entry(request, book, self._desk.profile, checks=self._checks)

    def _request(self, call: Call) -> EntryRequest:
        desk, data, is_long = self._desk, call.data, call.is_buy
        instrument = desk.instruments[data]
        in_open = desk.orders.in_open
        has_fresh_bar = instrument.is_started() and (
            instrument.time.lencount > instrument.bars
            if in_open
            else instrument.bar == desk.bar and instrument.is_sound
        )
        price = math.nan
        if instrument.is_started():
            price = instrument.open[0] if in_open else instrument.close[0]
            if call.exectype not in MARKET_TYPES:
                price = call.entry_level(price)
        atr = instrument.atr.value
        stop, has_own_stop = call.stop, call.stop is not None
        holding = desk.holdings.get(data)
        is_known = 0.0 < price < math.inf
        if stop is None and is_known and "stop_price" in desk.hooks:
            stop = desk.hooks["stop_price"](data, is_long, price)
            has_own_stop = stop is not None
        if stop is None:
            stop = initial_stop(price, atr, is_long=is_long, profile=desk.profile)
        stop_alone = stop
        if holding is not None:
            stop = add_stop(holding.stop, stop, is_long=is_long)
        confidence = self._told(call.confidence, "confidence", data)
        regime = self._told(call.regime, "regime", data)
        performance = self._told(None, "performance_multiplier", data)
        target = call.target
        if target is None and is_known and "target_price" in desk.hooks:
            target = desk.hooks["target_price"](data, is_long, price)
        if target is None and is_known:
            target = initial_target(price, stop, atr, is_long=is_long, profile=desk.profile)
        rate = desk.view.rate(data)
        is_priced = is_known and (stop is None or math.isfinite(stop)) and math.isfinite(rate)
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
            wanted=call.ceiling(),
            sizer_units=sizer_units,
            sizer_text=sizer_text,
            atr=atr,
            has_fresh_bar=has_fresh_bar,
            terms=self._first_terms(data, is_long, price, stop) if is_priced else None,
            confidence=confidence,
            conviction=self._told(call.conviction, "conviction", data),
            regime=None if regime is None else read_regime(regime),
            performance=1.0 if performance is None else performance,
            # The volume of a bar that only opens is not known yet.
            volume=data.volume[0] if has_fresh_bar and not in_open else math.nan,
            time=desk.clock.time_of(instrument) if has_fresh_bar else None,
            stop_alone=stop_alone,
            rate=rate,
            exectype=KINDS[call.exectype],
            until=call.last_moment() if call.is_resting else None,
            **market_of(desk, data),
        )

    def _terms(
        self, data: Any, is_long: bool, price: float, stop: float | None, *, size: float = 1.0
    ) -> UnitTerms:
        desk, profile = self._desk, self._desk.profile
        return desk.view.unit_terms(
            data,
            is_long=is_long,
            price=price,
            stop=stop,
            size=size,
            places_stops=profile.place_stops,
            overshoot=profile.stress_atr * desk.instruments[data].atr.value,
        )

    def _first_terms(self, data: Any, is_long: bool, price: float, stop: float | None) -> UnitTerms:
        """Return a unit's terms at about the size that is to be expected, where costs depend on the size."""
        desk = self._desk
        terms = self._terms(data, is_long, price, stop)
        budget = (desk.profile.risk_per_trade or 0.0) * desk.equity
        if terms.loss <= 0.0 or budget <= terms.loss:
            return terms
        return self._terms(data, is_long, price, stop, size=budget / terms.loss)

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

    def _send(self, call: Call, request: EntryRequest, ruling: Ruling, *, is_add: bool) -> Plan:
        desk, data, units, terms = self._desk, call.data, ruling.units, request.terms
        assert terms is not None  # decide_entry grants no units without terms
        if is_add:
            # Backtrader takes another trade number for another trade, whose exit the position's would not be.
            call.options["tradeid"] = desk.holdings[data].tradeid
        plan = Plan(
            data,
            is_long=call.is_buy,
            is_market=call.exectype in (None, bt.Order.Market),
            units=units,
            price=request.price,
            stop=request.stop,
            has_own_stop=request.has_own_stop,
            target=request.target,
            tradeid=call.options.get("tradeid", 0),
            risk=terms.heat_risk * units,
            notional=terms.notional * units,
            cash=cash_per_unit(request, terms, desk.profile) * units if terms.cash > 0.0 else 0.0,
            profile=desk.profile,
            is_add=is_add,
            stop_alone=request.stop_alone,
        )
        bond = desk.bonds.find(call.options.get("oco"))
        # The broker would cancel what covers a position when the entry fills.
        options = call.options if bond is None else {**call.options, "oco": None}
        plan.order = desk.orders.send(
            data,
            units if call.is_buy else -units,
            Role.ENTRY,
            reason="entry",
            is_users=True,
            exectype=call.exectype,
            price=call.price,
            trailamount=call.trail.amount,
            trailpercent=call.trail.share,
            **options,
        )
        if bond is not None:
            desk.bonds.tie(plan, bond)
        desk.add_plan(plan)
        return plan
