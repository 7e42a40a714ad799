"""A model of the breaker: closed, open, half open. Requires: the day's change. Gives: its state after each bar."""

from __future__ import annotations

from tests.bench.book import above, same

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half open"


class BreakerModel:
    """Opened by what is new, half open after a pause, closed after another pause in which nothing was wrong."""

    def __init__(self, limits):
        self.limits, self.state = limits, CLOSED
        self.begun = None
        self.wrong = set()

    def has_one(self):
        return self.limits.breaker_loss is not None or self.limits.breaker_profit is not None

    def step(self, time, change, others=()):
        """Take in a bar: `change` is the day's gain or loss / its base, `others` names what else is wrong."""
        day = time.date().toordinal()
        wrong = {(name, None) for name in others} if self.has_one() else set()
        if change != change:
            wrong |= {cause for cause in self.wrong if cause[1] == day}
        for name, limit, value in (
            ("loss", self.limits.breaker_loss, -change),
            ("gain", self.limits.breaker_profit, change),
        ):
            if limit is not None and (value > limit or same(value, limit)):
                wrong.add((name, day))
        news, self.wrong = wrong - self.wrong, wrong
        if news:
            self.state, self.begun = OPEN, (day, time)
        elif self.state == HALF_OPEN and wrong:
            self.begun = day, time
        elif self.state != CLOSED and self.is_over(day, time):
            self.state, self.begun = HALF_OPEN if self.state == OPEN else CLOSED, (day, time)
        return self.state

    def is_over(self, day, time):
        pause = self.limits.breaker_cooldown
        if pause is None:
            return day > self.begun[0]
        return above((time - self.begun[1]).total_seconds(), pause)
