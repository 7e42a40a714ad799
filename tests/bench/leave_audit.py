"""The audit of positions that have to leave by themselves: for their loss or their age. Gives: problems, to a run."""

from __future__ import annotations

from math import isfinite

from tests.bench.book import AT_CLOSE, EXIT, above, same


def reaches(value, limit):
    return limit is not None and (value > limit or same(value, limit))


class LeaveAudit:
    """I6: who has lost too much, or was held for too long, is on its way out at the end of that bar."""

    def __init__(self, book):
        self.book = book
        self.since = {}

    def audit(self, live, now):
        book, equity = self.book, self.book.broker.getvalue()
        for data, held in book.held.items():
            if not held.size:
                self.since.pop(data, None)
                continue
            if held.opened_at == book.bar or data not in self.since:
                self.since[data] = now, len(data)
            why = self.reason(data, held, now, equity)
            if why:
                book.met[f"left for its {why}"] += 1
                if self.stays(data, held, live) > 1e-9 * abs(held.size):
                    book.blame("I6", data, f"{held.size} stay in spite of their {why}")

    def reason(self, data, held, now, equity):
        limits, heat = self.book.p.limits, self.book.heat
        opened, bars = self.since[data]
        seconds = (now - opened).total_seconds()
        lost = -heat.terms(data).profitandloss(held.size, held.price, heat.marks[data])
        if isfinite(equity) and reaches(
            lost, None if limits.position_loss is None else limits.position_loss * equity
        ):
            return "loss"
        if limits.position_loss_of_cost is not None and above(
            lost, limits.position_loss_of_cost * heat.notional(data, held.size, held.price)
        ):
            return "loss of cost"
        if above(seconds, limits.position_timeout):
            return "timeout"
        if reaches(seconds / 3600.0, limits.max_hold) or reaches(
            float(len(data) - bars), limits.max_hold_bars
        ):
            return "time"
        return ""

    def stays(self, data, held, live):
        leaving = (
            order
            for order in live
            if order.data is data and self.book.seen[order.ref].role in (EXIT, AT_CLOSE)
        )
        return abs(held.size) - sum(abs(order.executed.remsize) for order in leaving)
