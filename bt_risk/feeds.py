"""Hand prices to Backtrader as whole columns instead of row by row."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, fields
from math import inf, nan
from os import PathLike
from typing import TYPE_CHECKING, Any
from weakref import ref

import backtrader as bt
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

# What Backtrader's numbers make of the day from which numpy counts.
FIRST_DAY = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, eq=False)
class PriceArrays:
    """The prices of one series as read-only columns, the dates as Backtrader's day numbers."""

    name: str
    datetime: NDArray[np.float64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]

    def __post_init__(self) -> None:
        for _, column in self.columns():
            column.setflags(write=False)

    def __len__(self) -> int:
        return len(self.datetime)

    def __reduce__(self) -> tuple[Any, ...]:
        return PriceArrays, (self.name, *(column for _, column in self.columns()))

    def columns(self) -> Iterator[tuple[str, NDArray[np.float64]]]:
        """Go through the columns by the alias of their line."""
        for field in fields(self)[1:]:
            yield field.name, getattr(self, field.name)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> PriceArrays:
        """Convert checked prices (see `load_prices`)."""
        datetime = _day_numbers(frame.index)
        prices = (frame[field].to_numpy(copy=True) for field in ("Open", "High", "Low", "Close", "Volume"))
        return cls(frame.attrs.get("name", ""), datetime, *prices)


class ArrayFeed(bt.feed.DataBase):
    """Feed checked prices; bar for bar what ``bt.feeds.PandasData`` gives, at a fraction of its cost.

    ``dataname`` is a DataFrame, the path of a CSV file or a `PriceArrays`; the first two go through `load_prices`,
    which refuses bad prices. A frame is converted once and its columns are shared by every later feed of it. Where
    Cerebro preloads, they are copied into the lines whole; a filter (resampling is one), ``tzinput`` or a run that does
    not preload takes the bars one by one.

    ``fx`` is the account's currency per unit of the prices': a number, or a data of the run whose close is the rate. It
    is for brokers with an account in another currency; `bt_risk.broker.currency` says what to do on the simulated one.
    """

    params = (("fx", None),)

    def __init__(self) -> None:
        super().__init__()
        self._arrays = _arrays(self.p.dataname, self.p.name)
        self._name = self.p.name or self._arrays.name
        # Backtrader finds ``data.close`` only after a search that fails; as an attribute it costs a tenth.
        for alias in self.getlinealiases():
            setattr(self, alias, getattr(self.lines, alias))

    def __len__(self) -> int:
        """Return the number of bars delivered."""
        return self.datetime.lencount

    def start(self) -> None:
        """Begin again at the first row."""
        super().start()
        self._row = 0
        self._is_whole = False

    def preload(self) -> None:
        """Fill the lines with every row from `fromdate` to `todate`."""
        if self._filters or self._tzinput or self.lines.datetime.extension:
            super().preload()
            return
        arrays = self._arrays
        first = np.searchsorted(arrays.datetime, self.fromdate, side="left")
        stop = np.searchsorted(arrays.datetime, self.todate, side="right")
        columns = dict(arrays.columns())
        unknown = np.full(len(arrays), nan)
        for alias in self.getlinealiases():
            line = getattr(self.lines, alias)
            line.array = array("d", columns.get(alias, unknown)[first:stop].tobytes())
        self._row = len(arrays)
        self._is_whole = True
        # A preloaded bar is its own last tick. Where the ticks are None, the broker reads the bar itself.
        self._tick_nullify()

    def advance(self, size: int = 1, datamaster: Any = None, ticks: bool = True) -> None:
        """Step on by `size` bars; whole columns without the copy of each bar into its ticks."""
        if datamaster is not None or not self._is_whole:
            super().advance(size, datamaster, ticks)
            return
        for line in self.lines.lines:
            # What `line.advance` does where nothing bounds the buffer, at a sixth of its cost.
            line._idx += size
            line.lencount += size

    def advance_peek(self) -> float:
        """Return the time of the next bar, infinite behind the last one."""
        if not self._is_whole:
            return super().advance_peek()
        times = self.datetime
        return times.array[times.lencount] if times.lencount < len(times.array) else inf

    def _load(self) -> bool:
        if self._row >= len(self._arrays):
            return False
        for alias, column in self._arrays.columns():
            getattr(self.lines, alias)[0] = column.item(self._row)
        self._row += 1
        return True


def _day_numbers(dates: pd.DatetimeIndex) -> NDArray[np.float64]:
    """Convert dates to Backtrader's numbers, in days from the year 1 on, to the last bit."""
    times = dates.to_numpy()
    days = times.astype("datetime64[D]")
    if (days == times).all():
        return days.astype(np.int64) + float(FIRST_DAY)
    return np.array([bt.date2num(date) for date in dates.to_pydatetime()])


# By frame and name: the frame's end of life, its values when converted, and the arrays.
_converted: dict[tuple[int, str], tuple[ref[pd.DataFrame], pd.DataFrame, PriceArrays]] = {}


def _arrays(source: str | PathLike[str] | pd.DataFrame | PriceArrays, name: str) -> PriceArrays:
    if isinstance(source, PriceArrays):
        return source
    # Here, so that a strategy's class loads without pandas.
    import pandas as pd

    if isinstance(source, pd.DataFrame):
        return _of_frame(source, name)
    from bt_risk.prices import load_prices

    return PriceArrays.from_frame(load_prices(source, name=name))


def _of_frame(frame: pd.DataFrame, name: str) -> PriceArrays:
    """Convert a frame once, and again only where its values have changed since."""
    key = (id(frame), name)
    if key in _converted and _converted[key][1].equals(frame):
        return _converted[key][2]
    from bt_risk.prices import load_prices

    arrays = PriceArrays.from_frame(load_prices(frame, name=name))
    _converted[key] = (ref(frame, lambda _: _converted.pop(key, None)), frame.copy(), arrays)
    return arrays
