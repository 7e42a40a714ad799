"""Which datas are silent: without a price for longer than their calendar explains. Gives: `SilenceModel`, to audits."""

from __future__ import annotations

from math import inf

DAYS, GAPS = 10.0, 3.0


class SilenceModel:
    """The last price of each data, and the widest gap between two of its bars that was not silence itself."""

    def __init__(self, datas):
        self.times = {data: [] for data in datas}
        self.priced = dict.fromkeys(datas, inf)
        self.widest = dict.fromkeys(datas, 0.0)

    def see(self):
        """Take in the bars that are new."""
        for data, times in self.times.items():
            if len(data) <= len(times):
                continue
            times.append(data.datetime[0])
            if 0 < data.close[0] < inf:
                self.priced[data] = times[-1]
            if len(times) > 1:
                gap = times[-1] - times[-2]
                if len(times) == 2 or gap <= self.patience(data):
                    self.widest[data] = max(self.widest[data], gap)

    def patience(self, data):
        return max(DAYS, GAPS * self.widest[data])

    def now(self):
        return max(times[-1] for times in self.times.values() if times)

    def is_silent(self, data):
        """Return whether the data has had a price and a calendar, and now has had none for too long."""
        return self.widest[data] > 0 and self.now() - self.priced[data] > self.patience(data)

    def trades(self, data):
        """Return whether the data has brought a bar now, and is not silent: what is to be sold can be."""
        times = self.times[data]
        return bool(times) and times[-1] == self.now() and not self.is_silent(data)
