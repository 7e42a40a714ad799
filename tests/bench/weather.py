"""What the market did to those who were in it. Requires: the auditor's book. Gives: counts, to the auditor."""

from __future__ import annotations

from math import isfinite

from tests.bench.book import bar_of, is_sound

LIMIT_MOVE = 0.05  # of the last close, in a bar of one price


class Weather:
    """Count, for datas in which there is a position, the bars that are hard to come through."""

    def __init__(self, book):
        self.book = book
        self.last = {}
        self.missing = {}

    def see(self):
        """Take in one bar."""
        for data, held in self.book.held.items():
            if held.size or held.closed_at == self.book.bar:
                self.meet(data)

    def meet(self, data):
        met = self.book.met
        if not self.book.has_new_bar(data):
            met["held over a missing bar"] += 1
            self.missing[data] = self.missing.get(data, 0) + 1
            met["held on a data that has ended"] += self.missing[data] == 10
            return
        self.missing[data] = 0
        open_, high, low, close = bar_of(data)
        last = data.close[-1] if len(data) > 1 else close
        if not is_sound(data):
            met["held over a bad bar"] += 1
            met["held over a close that is none"] += not isfinite(close)
        elif high == low:
            is_moved = abs(close / last - 1) >= LIMIT_MOVE if isfinite(last) and last else False
            met["held over a limit move" if is_moved else "held over a bar of no range"] += 1
        elif isfinite(last) and last and abs(open_ / last - 1) >= LIMIT_MOVE:
            met["held over a gap"] += 1
