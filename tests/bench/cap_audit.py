"""The audit of the caps on the book and on one entry. Requires: the auditor's book. Gives: problems, to the auditor."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from math import sqrt

from tests.bench.book import TARGET, same
from tests.bench.market_model import MarketModel


class CapAudit:
    """I1: what a profile limits beside heat, positions and leverage, held to it after every accepted entry.

    What was accepted earlier may have grown since, so that a limit of a part of the book binds with the entries that
    belong to it. Sums over pending entries take the largest of those of which only one can come.
    """

    def __init__(self, book, heat):
        self.book = book
        self.heat = heat
        self.sent = Counter()
        self.market = MarketModel(book.strategy.datas)

    def limit(self, name):
        return getattr(self.book.p.limits, name, None)

    def check(self, what, value, limit):
        self.heat.check(what, value, limit)
        if limit is not None and value > limit * 0.98:
            self.book.met[f"{what} at its limit"] += 1

    def audit(self, entries, waiting, exposure, equity, *, at_open):
        """Check the entries of a bar against `exposure`, data -> notional with what is pending, and `equity`.

        At an opening the range and the volume of the bar are still to come: what follows from them is not judged.
        """
        by_name = {data._name: notional for data, notional in exposure.items()}
        names = {seen.order.data._name for seen in entries}
        self.check("exposure", sum(by_name.values()) / equity, self.limit("max_exposure"))
        self.audit_groups(names, by_name, equity)
        self.audit_anchor(names, by_name, equity)
        self.audit_day(entries)
        self.audit_heats(waiting, equity, at_open=at_open)
        for seen in entries:
            self.audit_entry(seen, at_open=at_open)
            self.audit_market(seen, waiting)

    def audit_groups(self, names, notionals, equity):
        group_of = dict(self.limit("groups") or ())
        if not group_of:
            return
        groups = defaultdict(float)
        for name, notional in notionals.items():
            groups[group_of.get(name, "other")] += notional
        for group in {group_of.get(name, "other") for name in names}:
            self.check("sector exposure", groups[group] / equity, self.limit("max_sector_exposure"))

    def audit_anchor(self, names, notionals, equity):
        anchor, betas = self.limit("anchor"), dict(self.limit("betas") or ())
        if anchor is None:
            return
        moving = sum(
            notional * (1.0 if name == anchor else betas.get(name, self.limit("correlation_beta")))
            for name, notional in notionals.items()
        )
        self.check("correlated exposure", moving / equity, self.limit("max_correlated_exposure"))

    def audit_day(self, entries):
        """No more entries are sent for one bar, here a day, than the profile allows."""
        self.sent[self.book.bar] += len(entries)
        self.check("entries of a day", self.sent[self.book.bar], self.limit("max_trades_per_day"))

    # The heat in other lights.

    def audit_heats(self, waiting, equity, *, at_open):
        positions = self.heat.positions()
        if not all(self.heat.is_read(held) for _, held in positions):
            return
        if not all(self.heat.is_known(entry[3]) for entry in waiting):
            return
        risks = defaultdict(float)
        for data, held in positions:
            risks[data] += self.heat.position_risk(data, held)
        for entry in waiting:
            risks[entry[0]] += self.heat.risk(*entry)
        reserve, rho = self.limit("heat_reserve") or 0.0, self.limit("heat_correlation") or 0.0
        if reserve:
            self.check(
                "unreserved heat", sum(risks.values()) / equity, self.limit("max_heat") * (1 - reserve)
            )
        joint = sqrt(rho * sum(risks.values()) ** 2 + (1 - rho) * sum(risk * risk for risk in risks.values()))
        self.check("correlated heat", joint / equity, self.limit("max_correlated_heat"))
        if self.limit("max_stressed_heat") is not None and not at_open:
            legs = [(data, held.size, self.basis(data, held), held.stop) for data, held in positions]
            loss = sum(self.stressed(*leg) for leg in (*legs, *waiting))
            self.check("stressed heat", loss / equity, self.limit("max_stressed_heat"))

    def basis(self, data, held):
        return self.heat.marks[data] if self.limit("heat_basis") == "mark" else held.price

    def stressed(self, data, size, basis, stop):
        """Return the loss with the stop overshot by `stress_atr` average ranges, and the cost of getting out."""
        if stop is None:
            return self.heat.risk(data, size, basis, None)
        terms, beyond = self.heat.terms(data), self.limit("stress_atr") * self.atr(data)
        fill = max(0.0, stop - beyond) if size > 0 else stop + beyond
        costs = abs(terms.getcommission(abs(size), stop))
        return max(0.0, -terms.profitandloss(size, basis, fill)) + costs

    def atr(self, data):
        """Return the average true range from the first bar on, by Wilder's smoothing.

        A bar whose high, low or close is bad is no bar; the open has no part in it.
        """
        period, sound = self.limit("atr_period"), []
        for ago in range(1 - len(data), 1):
            bar = data.high[ago], data.low[ago], data.close[ago]
            if 0 < bar[1] <= bar[2] <= bar[0] < 1e300:
                sound.append(bar)
        ranges = [max(high, last) - min(low, last) for (_, _, last), (high, low, _) in pairwise(sound)]
        if len(ranges) < period:
            return 0.0
        average = sum(ranges[:period]) / period
        for one in ranges[period:]:
            average += (one - average) / period
        return average

    # One entry.

    def audit_entry(self, seen, *, at_open):
        order, share, least = seen.order, self.limit("max_participation"), self.limit("min_reward_to_risk")
        if share is not None and not at_open:
            volume = order.data.volume[0]
            self.heat.check(f"size {order.created.size} of {volume}", abs(order.created.size), share * volume)
        if least is None or seen.stop is None or self.is_answered(seen):
            return
        for one in self.book.seen.values():
            if one.role == TARGET and one.entry is seen:
                reward = abs(one.order.created.price - seen.price)
                risk = abs(seen.price - seen.stop)
                if reward < least * risk and not same(reward, least * risk):
                    self.book.blame("I1", order.data, f"reward {reward} for a risk of {risk}, least {least}")

    def is_answered(self, seen):
        """Return whether the user has just asked for the other side as well: an exit at a price of their own."""
        book, size = self.book, seen.order.created.size
        return any(
            ask.side * size < 0
            and ask.bar >= book.bar - 1
            and book.strategy.datas[ask.data] is seen.order.data
            for ask in reversed(getattr(book.strategy, "asked", ()))
        )

    def audit_market(self, seen, waiting):
        """No entry repeats what is held or on its way, nor goes where too little is traded."""
        data, least, most = seen.order.data, self.limit("min_liquidity"), self.limit("max_correlation")
        if least is not None:
            turnover = self.market.turnover(data)
            self.book.met["entry into a market that is liquid enough"] += 1
            if not (turnover >= least or same(turnover, least)):
                self.book.blame("I1", data, f"{turnover} are traded in an average bar, the least is {least}")
        if most is None:
            return
        side = 1 if seen.size > 0 else -1
        others = {(other, 1 if held.size > 0 else -1) for other, held in self.heat.positions()}
        others |= {(other, 1 if size > 0 else -1) for other, size, *_ in waiting}
        for other, way in others:
            if other is not data:
                rho = self.market.correlation(data, other) * side * way
                self.book.met["entry beside another"] += 1
                if not (rho <= most or same(rho, most)):
                    self.book.blame("I1", data, f"correlation {rho} with {other._name} above {most}")
