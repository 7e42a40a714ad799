"""A user who asks for everything. Requires: a seed. Gives: `Requests`, a mixin whose `next` draws from a list of calls.

What is drawn in a bar depends on the seed, the number of the bar and what the strategy can see then, so that one
seed asks the same in every engine mode, and cutting the market after a bar changes nothing before it.
"""

from __future__ import annotations

import math
import random
from typing import NamedTuple

import backtrader as bt

from bt_risk import RiskStrategy
from tests.bench.calls import AGAINST, CALLS, absurd, behind_the_desk, unsized

KINDS, WEIGHTS = tuple(CALLS), tuple(CALLS.values())


class Ask(NamedTuple):
    """One call: when, what, on which data, for which side (+1, -1), and the numbers of the orders returned.

    `held` is the position at the call; `may_open` tells whether the words of the call allow a position on `side`.
    """

    bar: int
    kind: str
    data: int
    side: int
    size: float | None
    held: float
    may_open: bool
    refs: tuple[int, ...]


def is_answer(decision) -> bool:
    """Return whether a record answers a request: the desk's own exits and reversals now due do not."""
    if decision.kind == "reversal":
        return decision.outcome == "pending"
    return decision.kind != "exit" or decision.rule == "signal"


class Requests:
    """Ask for orders of every kind, sensible and absurd. Goes left of the strategy's base."""

    def __init__(self):
        self.asked: list[Ask] = []
        self.sent = []
        self._closed = set()
        self._bar = 0
        self._told = 0
        # Orders that go past the desk, and requests that left another number of records than one.
        self.strangers: set[int] = set()
        self.miscounts: list[str] = []
        # What was paid in, and with a minus what was withdrawn.
        self.flows: list[float] = []

    def prenext(self):
        self.next()

    def next(self):
        self.begin(len(self))
        self.pay(random.Random(f"{self.p.seed}/flow/{len(self)}"))
        self.ask_some(f"{self.p.seed}/{len(self)}", self.p.activity)

    def pay(self, rng):
        """Pay in or withdraw now and then, before anything is asked for on the bar."""
        cash = self.broker.getcash()
        if rng.random() < self.p.flows and 0 < cash < math.inf:
            amount = cash * rng.choice((0.05, 0.3, 1.0, -0.05, -0.2, -0.5))
            self.broker.add_cash(amount)
            self.flows.append(amount)

    def prenext_open(self):
        self.next_open()

    def next_open(self):
        self.begin(len(self) + 1)
        self.ask_some(f"{self.p.seed}/open/{len(self)}", self.p.at_open)

    def begin(self, bar):
        """Forget what was closed in an earlier bar; a bar begins with its opening or its first notice."""
        if bar != self._bar:
            self._bar = bar
            self._closed.clear()

    def ask_some(self, seed, activity):
        rng = random.Random(seed)
        while rng.random() < activity:
            self.ask_once(rng)

    def notify_order(self, order):
        self._told += 1
        self.begin(len(self))
        rng = random.Random(f"{self.p.seed}/told/{self._told}")
        if order.status == order.Completed and rng.random() < self.p.from_notices:
            self.ask_once(rng)

    def ask_once(self, rng):
        kind = rng.choices(KINDS, WEIGHTS)[0]
        if self.p.behind and rng.random() < self.p.behind:
            kind = behind_the_desk
        elif self.p.absurd and rng.random() < self.p.absurd:
            kind = absurd
        numbers = range(len(self.datas)) if self.p.only is None else self.p.only
        if kind in AGAINST and rng.random() < 0.8:
            numbers = [number for number in numbers if self.held(number)] or numbers
        number = rng.choice(numbers)
        side = rng.choice((1, 1, -1)) if self.p.shorts else 1
        data = self.datas[number]
        if not len(data) and kind is not unsized:
            return
        kind(self, rng, number, data, side)

    def note(self, kind, number, side, size, order, *, may_open=None):
        """Remember a call and the orders it returned."""
        held = self.held(number)
        if may_open is None:
            against = held * side < 0
            may_open = not against or number in self._closed or (size is not None and abs(size) > abs(held))
        orders = order if isinstance(order, list) else [order]
        found = [one for one in orders if one is not None]
        if kind != "cancel":
            self.sent.extend(found)
        refs = tuple(one.ref for one in found)
        self.asked.append(Ask(len(self), kind, number, side, size, held, may_open, refs))

    # One record a request; what the desk does of its own accord beside it is not counted.

    def buy(self, *args, **options):
        return self.counted(super().buy, args, options)

    def sell(self, *args, **options):
        return self.counted(super().sell, args, options)

    def close(self, *args, **options):
        return self.counted(super().close, args, options)

    def buy_bracket(self, *args, **options):
        return self.counted(super().buy_bracket, args, options)

    def sell_bracket(self, *args, **options):
        return self.counted(super().sell_bracket, args, options)

    def counted(self, call, args, options):
        decisions = self.bt_risk.decisions
        before = len(decisions)
        result = call(*args, **options)
        made = sum(is_answer(decision) for decision in decisions[before:])
        if made != 1:
            self.miscounts.append(f"bar {len(self)}: {call.__name__} {options} left {made} records")
        return result

    def held(self, number):
        position = self.broker.positions.get(self.datas[number])
        return position.size if position is not None else 0.0

    def order(self, side, **kwargs):
        return (self.buy if side > 0 else self.sell)(**kwargs)


class RiskRequests(Requests, RiskStrategy):
    """The user under a risk desk; `timers` asks before ("early") or after ("late") the broker's turn as well."""

    params = (
        ("seed", 0),
        ("activity", 0.35),
        ("shorts", True),
        ("from_notices", 0.1),
        ("at_open", 0.0),
        ("timers", ""),
        ("behind", 0.0),
        ("absurd", 0.0),
        ("flows", 0.0),
        ("only", None),
    )

    def __init__(self):
        Requests.__init__(self)
        if self.p.timers:
            self.add_timer(when=bt.timer.SESSION_START, cheat=self.p.timers == "early")

    def notify_timer(self, timer, when, *args, **kwargs):
        self.begin(len(self) + 1)
        self.ask_some(f"{self.p.seed}/timer/{len(self)}", 0.3)
