"""The bars of a run that is over. Requires: its desk's instruments. Gives: `History`, to the shadow book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import backtrader as bt
from backtrader.linebuffer import LineBuffer

from bt_risk.errors import EngineError
from bt_risk.market.instruments import Instrument
from bt_risk.maths.stops import WilderAtr
from bt_risk.rules.shadow.bar import Bar, Moment
from bt_risk.rules.shadow.replay import Step


class History:
    """Every bar that the instruments of a run had, and every moment at which its desk looked at them.

    Raises
    ------
    EngineError
        The run did not keep its bars (``exactbars``).
    """

    def __init__(self, instruments: Mapping[Any, Instrument], atr_period: int) -> None:
        zone = next(iter(instruments))._tz
        self._bars = {each.name: _bars_of(each, atr_period) for each in instruments.values()}
        times = sorted({bar.time for bars in self._bars.values() for bar in bars})
        self._moments = [Moment(time, bt.num2date(time, tz=zone)) for time in times]
        self._steps: dict[tuple[str, bool], tuple[list[Step], list[int]]] = {}

    def steps(self, data: str, after: int, *, is_watched: bool) -> list[Step]:
        """Return what comes after the first `after` bars of the instrument `data`; empty where nothing does.

        Its own bars, and with `is_watched` the moments between them too.
        """
        steps, starts = self._of(data, is_watched)
        return steps[starts[after] :] if after < len(starts) else []

    def _of(self, data: str, is_watched: bool) -> tuple[list[Step], list[int]]:
        """Return all steps of an instrument, and where among them each of its bars is."""
        key = data, is_watched
        if key not in self._steps:
            bars = {bar.time: bar for bar in self._bars[data]}
            steps = [
                (moment, bars.get(moment.number))
                for moment in self._moments
                if is_watched or moment.number in bars
            ]
            starts = [index for index, (_, bar) in enumerate(steps) if bar is not None]
            self._steps[key] = steps, starts
        return self._steps[key]


def _bars_of(instrument: Instrument, atr_period: int) -> list[Bar]:
    data = instrument.data
    names = ("datetime", "open", "high", "low", "close")
    columns = [_column(getattr(data.lines, name), instrument) for name in names]
    atr, bars = WilderAtr(atr_period), []
    for number, values in enumerate(zip(*columns, strict=True), start=1):
        bar = Bar(number, *values)
        if bar.has_close():
            atr.update(bar.high, bar.low, bar.close)
        bars.append(bar._replace(atr=atr.value))
    return bars


def _column(line: Any, instrument: Instrument) -> list[float]:
    count = instrument.bars
    if line.mode != LineBuffer.UnBounded or len(line.array) < count:
        raise EngineError(
            f"{instrument.name}: the run kept too few bars for a shadow book; run it with exactbars=False"
        )
    return list(line.array[:count])
