"""An independent audit of the order protocol. Requires: Backtrader's own orders and fills. Gives: `problems`.

Slow on purpose: before every turn of the broker and after every bar it reads the broker's queues and the notified
orders again and recomputes positions, cover, heat and cash from them. It shares no code with what it audits. From
the strategy it takes only what it asked for (`asked`, `strangers`), and the desk's own figures in order to compare
them.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import backtrader as bt

from tests.bench.add_audit import AddAudit
from tests.bench.book import ENTRY, STOP, STRANGER, Held, Seen, decided_price, entry_of, role_of, same
from tests.bench.cover_audit import CoverAudit
from tests.bench.halt_audit import HaltAudit
from tests.bench.heat_audit import HeatAudit
from tests.bench.input_audit import InputAudit
from tests.bench.record_audit import audit_records
from tests.bench.trade_audit import TradeAudit
from tests.bench.turn import around_each_turn
from tests.bench.weather import Weather


class Auditor(bt.Analyzer):
    """Check the invariants around every turn of the broker; collect `problems` and, in `met`, what happened.

    `limits` is a profile or anything with its limits; `covers` is False where no stops are to be placed; `replays`
    decides every recorded entry again at the end of the run.
    """

    params = (("limits", None), ("covers", True), ("replays", False))

    def start(self):
        self.problems: list[str] = []
        self.met: Counter = Counter()
        self.held = defaultdict(Held)
        self.seen: dict[int, Seen] = {}
        self.sent: list[tuple] = []
        self.fills: list[tuple] = []
        self.equity: list[float] = []
        self.broker = self.strategy.broker
        self.names = {data: data._name for data in self.strategy.datas}
        self.openings: Counter = Counter()
        self.dangling: set[int] = set()
        self.lengths: dict = {}
        # The bar that the broker is at: under quicknotify fills are told of before the strategy gets there.
        self.bar = 0
        self.looks = 0
        self.state: list[tuple] = []
        self.disturbed: set = set()
        self.cash = self.broker.getcash()
        schemes = [self.broker.getcommissioninfo(data) for data in self.strategy.datas]
        self.counts_cash = self.broker.p.shortcash and all(
            s.stocklike and s.p.mult == s.p.leverage == 1 and not s.p.interest for s in schemes
        )
        self.cover = CoverAudit(self)
        self.heat = HeatAudit(self)
        self.halts = HaltAudit(self)
        self.adds = AddAudit(self)
        self.trades = TradeAudit(self)
        self.input = InputAudit(self)
        self.weather = Weather(self)
        around_each_turn(self.broker, self.before_turn, self.halts.after_turn)

    def has_new_bar(self, data) -> bool:
        """Return whether the data has moved since the end of the last bar of the strategy."""
        return len(data) != self.lengths.get(data, 0)

    def blame(self, rule, data, text):
        self.problems.append(f"{rule} bar {self.bar} {self.names.get(data, '-')}: {text}")

    # What is notified.

    def notify_order(self, order):
        seen = self.meet(order)
        for bit in order.executed.iterpending():
            self.fill(seen, order, bit)
        seen.is_done = not order.alive()
        if order.status in (order.Margin, order.Rejected, order.Canceled, order.Expired):
            self.met[f"{seen.role} {order.getstatusname()}"] += 1
        if order.status in (order.Margin, order.Rejected) and seen.role not in (ENTRY, STRANGER):
            entry = seen.entry
            if entry is None or entry.order.status not in (order.Margin, order.Rejected):
                self.blame("I4", order.data, f"{seen.role} {order.ref} was refused: {order.getstatusname()}")

    def meet(self, order, *, at_open=False):
        """Return what is known of an order; on first sight, give it its role."""
        seen = self.seen.get(order.ref)
        if seen is None:
            # A notice shows a copy, taken before the order was tied to anything.
            order = next((o for o in self.broker.pending if o is not None and o.ref == order.ref), order)
            entry = entry_of(order)
            if entry is not None:
                entry = self.meet(entry, at_open=at_open)
            role = role_of(order, entry, self.held[order.data].size)
            if order.ref in getattr(self.strategy, "strangers", ()):
                role = STRANGER
            price = decided_price(order, at_open=at_open)
            seen = self.seen[order.ref] = Seen(order, role, order.created.size, price, entry)
            if role == STOP and entry is not None:
                entry.stop = order.created.price
            self.input.audit_order(seen, order)
            what = (order.getordername(), order.created.size, order.created.price)
            self.sent.append((self.bar, self.names[order.data], role, *what))
        seen.order = order
        return seen

    def fill(self, seen, order, bit):
        held, data, role = self.held[order.data], order.data, seen.role
        self.fills.append((self.bar, self.names[data], role, bit.size, bit.price))
        self.met[f"{role} filled"] += 1
        if not self.has_new_bar(data) and role != STRANGER:
            self.blame("I4", data, f"{role} {order.ref} filled at {bit.price} on a bar that its data lacks")
        self.trades.fill(seen, order, bit)
        before, after = held.size, before_plus(held.size, bit.size, bit.psize)
        if after is None:
            self.blame("I0", data, f"{before} and a fill of {bit.size} are {bit.psize} at the broker")
        held.size, held.price = bit.psize, bit.pprice
        self.cash -= bit.size * bit.price + bit.comm
        self.input.audit_fill(seen, order, bit)
        self.cover.audit_fill(seen, order, bit)
        if role == STRANGER:
            self.disturbed.add(data)
        else:
            self.audit_change(seen, order, before, held.size)
        if held.size and before * held.size <= 0:
            self.opened(data, held, seen)
        elif before * bit.size > 0 and role == ENTRY and data not in self.disturbed:
            self.adds.fill(seen, held, bit)
        if role != ENTRY and held.size:
            self.met["partial exit"] += 1
        if held.size == 0.0:
            held.stop, held.closed_at = None, self.bar
            self.met["round trip"] += 1
            self.met["entry and exit in one bar"] += held.opened_at == self.bar
        seen.filled_at = self.bar
        if role == STOP:
            is_gap = bit.price < order.created.price if bit.size < 0 else bit.price > order.created.price
            self.met["gap through a stop"] += is_gap

    def audit_change(self, seen, order, before, size):
        """I4: only entries open, nothing flips a position or leaves a speck of it."""
        data, who = order.data, f"{seen.role} {order.ref}"
        if 0.0 < abs(size) < 1e-9 * abs(before):
            self.blame("I4", data, f"{who} leaves a speck of {size}")
        elif before * size < 0 and not (data in self.disturbed and seen.role == ENTRY):
            self.blame("I4", data, f"{who} flipped {before} to {size}")
        elif abs(size) > abs(before) and seen.role != ENTRY:
            self.blame("I4", data, f"{who} opened: {before} to {size}")

    def opened(self, data, held, seen):
        held.opened_at, held.opened_by, held.stop = self.bar, seen.order.ref, None
        # The rest of an entry opens once more what an order past the desk has closed in between.
        is_again = seen.order.ref in self.adds.openers and data in self.disturbed
        self.adds.openers.add(seen.order.ref)
        held.is_adopted = seen.role == STRANGER
        side = 1 if held.size > 0 else -1
        self.met["long" if side > 0 else "short"] += 1
        asked = getattr(self.strategy, "asked", None)
        if asked is None or held.is_adopted or is_again:
            return
        self.openings[data, side] += 1
        wishes = sum(
            ask.may_open and ask.side == side and ask.bar < self.bar and self.strategy.datas[ask.data] is data
            for ask in asked
        )
        if self.openings[data, side] > wishes:
            self.blame("I4", data, f"opening {self.openings[data, side]} for side {side}, asked for {wishes}")

    def notify_trade(self, trade):
        self.trades.trade(trade)

    # What stands before the broker's turn, and at the end of a bar.

    def survey(self, *, at_open):
        """Return the live orders, and the entries among them that were not seen before."""
        live = [o for o in (*self.broker.pending, *self.broker.submitted) if o is not None and o.alive()]
        known = set(self.seen)
        seen = [self.meet(order, at_open=at_open and self.has_new_bar(order.data)) for order in live]
        self.looks += 1
        return live, [one for one in seen if one.role == ENTRY and one.order.ref not in known]

    def before_turn(self):
        # Before the broker's turn a market order trades on the same bar only where it may cheat.
        self.count_asked(self.bar if self.broker.p.coo else self.bar + 1)
        self.bar = len(self.strategy) + 1
        live, entries = self.survey(at_open=True)
        if self.state != (state := states(live)):
            self.met["entry at the open"] += len(entries)
            self.cover.audit(entries, live)
            self.heat.audit_open(entries, live)
            self.halts.audit_open(entries)
            self.state = state
        self.cover.stand(live)
        self.trades.stand(live)
        self.disturbed.clear()

    def next(self):
        self.bar = len(self.strategy)
        live, entries = self.survey(at_open=False)
        self.equity.append(self.broker.getvalue())
        self.heat.see_prices()
        self.halts.audit(entries, live, self.heat.worth())
        self.audit_broker()
        self.audit_dangling(live)
        self.cover.audit_touched()
        self.cover.audit(entries, live)
        self.adds.audit(live)
        self.count_disturbed()
        self.input.audit(entries)
        self.weather.see()
        self.heat.audit(entries, live)
        desk = getattr(self.strategy, "bt_risk", None)
        if hasattr(desk, "trades"):
            self.trades.audit(desk)
        self.lengths = {data: len(data) for data in self.strategy.datas}
        self.count_asked(self.bar)
        self.state = states(live)

    def audit_broker(self):
        for data, held in self.held.items():
            position = self.broker.positions.get(data)
            size = position.size if position is not None else 0.0
            if not same(size, held.size):
                self.blame("I0", data, f"broker holds {size}, fills sum to {held.size}")
        cash = self.broker.getcash()
        expected = (self.cash, self.cash + self.halts.pending())
        if self.counts_cash and not any(same(e, cash, 1e-7) or abs(e - cash) <= 1e-4 for e in expected):
            self.blame("I0", None, f"fills leave cash {self.cash}, the broker has {cash}")
            self.counts_cash = False

    def audit_dangling(self, live):
        """I4: by the end of the bar after a position was closed, nothing of it is left at the broker."""
        left = set()
        for order in live:
            seen = self.seen[order.ref]
            is_ours = seen.role not in (ENTRY, STRANGER)
            if is_ours and not self.held[order.data].size and not seen.waits():
                left.add(order.ref)
                if order.ref in self.dangling:
                    self.blame("I4", order.data, f"{seen.role} {order.ref} still lives on a flat data")
        self.dangling = left

    def count_disturbed(self):
        """Count what a position that changed behind the desk's back has made it withdraw and cut."""
        for seen, _ in self.cover.standing:
            order = seen.order
            if order.data in self.disturbed and order.status == order.Canceled:
                self.met["cover withdrawn"] += self.held[order.data].size * order.size >= 0
        for seen, before in self.cover.leaving:
            left = abs(seen.order.executed.remsize) if seen.order.alive() else 0.0
            is_cut = left + abs(seen.order.executed.size) < before
            self.met["exit cut"] += seen.order.data in self.disturbed and is_cut

    def count_asked(self, since):
        for ask in getattr(self.strategy, "asked", ())[self.met["asked"] :]:
            self.met["asked"] += 1
            self.met["denied"] += ask.may_open and not ask.refs
            self.met[f"asked {ask.kind}"] += 1
            self.input.hear(ask, since)

    def stop(self):
        desk = getattr(self.strategy, "bt_risk", None)
        for event in getattr(desk, "events", ()):
            self.met[f"event {event.kind}"] += 1
        for decision in getattr(desk, "decisions", ()):
            if decision.ruling is not None and decision.ruling.outcome != "accepted":
                self.met[f"bound by {decision.ruling.rule}"] += 1
        if self.p.limits is not None and hasattr(desk, "decisions"):
            audit_records(self, desk)

    def get_analysis(self):
        return {"problems": self.problems, "met": dict(self.met)}


def states(live) -> list[tuple]:
    """Return what tells whether anything has been sent, moved, cut or withdrawn."""
    return [(order.ref, order.executed.remsize, order.created.price) for order in live]


def before_plus(before, fill, after):
    """Return the position after a fill, or None where the broker's figure is another one."""
    total = before + fill
    return after if same(total, after) or abs(total - after) <= 1e-9 * abs(before) else None
