"""What happened in one trade, moment by moment. Requires: its record, and the run around it. Gives: `Moment`s."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import isclose
from typing import NamedTuple

import pandas as pd

from bt_risk.rules.decision import Decision
from bt_risk.rules.trade_record import EntryFill, ExitFill, TradeRecord
from bt_risk.views.text import rate_text

# The fills themselves tell of these.
_TOLD_BY_FILLS = ("stop_hit", "scale_out")
_ORDER = ("decision", "stop", "event", "fill", "exit")


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: when, of what kind, at which price, in words.

    `kind` is ``"decision"``, ``"event"``, ``"fill"``, ``"exit"`` or ``"stop"``; `price` is None where there is none,
    as for an event; `until` is the last bar of several moves of the stop that are told as one.
    """

    time: dt.datetime
    kind: str
    price: float | None
    text: str
    until: dt.datetime | None = None

    @property
    def when(self) -> str:
        """The time in words; of several bars the first and the last."""
        return written(self.time) if self.until is None else f"{written(self.time)} to {written(self.until)}"


def written(time: dt.datetime) -> str:
    """Return a time as a date, with the time of day where it is not midnight."""
    return f"{time:%Y-%m-%d %H:%M}".removesuffix(" 00:00")


def moments_of(
    trade: TradeRecord, bars: pd.DataFrame, decisions: Iterable[Decision], events: pd.DataFrame
) -> list[Moment]:
    """Return what happened, in the order of time: decisions, fills, moves of the stop, events."""
    end = trade.closed or bars.index[-1].to_pydatetime()
    of_data = [one for one in decisions if one.data == trade.data]
    opening = next((one for one in of_data if one.number == trade.decision), None)
    begin = trade.opened if opening is None else opening.datetime
    inside = [one for one in of_data if begin <= one.datetime <= end and _is_of_trade(one, opening, end)]
    found = [
        *(Moment(one.datetime, "decision", one.price, _decided(one)) for one in inside),
        *_events(events, trade.data, begin, end),
        *(Moment(fill.time, "fill", fill.price, _filled(fill, trade)) for fill in trade.entries),
        *_exits(trade),
        *_stop_moves(trade, bars),
    ]
    return sorted(found, key=lambda moment: (_naive(moment.time), _ORDER.index(moment.kind)))


def _naive(time: dt.datetime) -> dt.datetime:
    return time.replace(tzinfo=None)


def _is_of_trade(one: Decision, opening: Decision | None, end: dt.datetime) -> bool:
    """Leave out what came before the opening request or behind the end on their bars, and closing what was not open."""
    is_behind = one.datetime == end and one is not opening and not one.held
    return one.outcome != "nothing" and not is_behind and (opening is None or one.number >= opening.number)


def _decided(one: Decision) -> str:
    text = f"{one.side} {one.kind} {one.outcome}"
    if one.kind in ("entry", "add", "reversal"):
        asked = "" if one.wanted is None else f" of {one.wanted:,.6g}"
        text += f", {one.given:,.6g}{asked} units"
        text += "" if one.stop is None else f", stop {one.stop:,.6g}"
        text += f", heat {rate_text(one.heat_before)} to {rate_text(one.heat_after)}"
    return f"{text}: {one.text}" if one.text else text


def _filled(fill: EntryFill, trade: TradeRecord) -> str:
    word = "added" if fill.is_add else "filled"
    text = f"{word} {fill.units:,.6g} at {fill.price:,.6g}, decided at {fill.decided:,.6g}"
    worse = (fill.price - fill.decided) * (1.0 if trade.is_long else -1.0)
    if round(worse, 6):
        text += f", {abs(worse):,.4g} {'worse' if worse > 0.0 else 'better'} a unit"
    return text + (", no stop worked on this bar" if fill.is_unprotected else "")


def _exits(trade: TradeRecord) -> Iterator[Moment]:
    """Yield the exits; parts that left by the same order of things at the same price are told as one."""
    for _, same in groupby(trade.exits, key=lambda fill: (fill.time, fill.reason, fill.stop, fill.price)):
        fills = list(same)
        yield Moment(fills[0].time, "exit", fills[0].price, _left(fills, trade))


def _left(fills: list[ExitFill], trade: TradeRecord) -> str:
    fill, units = fills[0], sum(each.units for each in fills)
    parts = f" in {len(fills)} parts" if len(fills) > 1 else ""
    text = f"left {units:,.6g}{parts} at {fill.price:,.6g} by {fill.reason.replace('_', ' ')}"
    if fill.stop is None:
        return text
    beyond = (fill.stop - fill.quote) * (1.0 if trade.is_long else -1.0)
    text += f", stop in force {fill.stop:,.6g}"
    return text + (f", the price jumped it by {beyond:,.4g}" if beyond > 1e-9 * fill.stop else "")


def _events(events: pd.DataFrame, data: str, begin: dt.datetime, end: dt.datetime) -> Iterator[Moment]:
    """Yield what the desk told of the instrument, and of the account where it was more than an information."""
    for row in events.to_dict("records"):
        time = row["datetime"].to_pydatetime()
        is_own = row["data"] == data and row["kind"] not in _TOLD_BY_FILLS
        is_account = pd.isna(row["data"]) and row["level"] != "info"
        if (is_own or is_account) and _naive(begin) <= _naive(time) <= _naive(end):
            yield Moment(time, "event", None, f"{row['kind'].replace('_', ' ')}: {row['text']}")


def _stop_moves(trade: TradeRecord, bars: pd.DataFrame) -> list[Moment]:
    """Return the moves of the stop, those of bars on end as one."""
    stops = bars["stop"].dropna()
    moves = [
        _Move(time.to_pydatetime(), number, before, after)
        for (_, before), (time, after), number in zip(
            stops.items(), stops.iloc[1:].items(), range(1, len(stops)), strict=False
        )
        if after != before
    ]
    runs: list[list[_Move]] = []
    fills: list[EntryFill | ExitFill] = [*trade.entries, *trade.exits]
    busy = {_naive(fill.time) for fill in fills}
    for move in moves:
        is_next = bool(runs) and move.number == runs[-1][-1].number + 1 and _naive(move.time) not in busy
        if is_next and not runs[-1][0].is_anchoring(trade):
            runs[-1].append(move)
        else:
            runs.append([move])
    return [_told(run, trade) for run in runs]


class _Move(NamedTuple):
    """One move of the stop, on bar `number` of those on which one was in force."""

    time: dt.datetime
    number: int
    before: float
    after: float

    def is_anchoring(self, trade: TradeRecord) -> bool:
        """Return whether the stop followed the first fill, as far from it as it was decided."""
        first = trade.entries[0]
        return self.number == 1 and isclose(
            self.after - self.before, first.price - first.decided, rel_tol=1e-6
        )


def _told(run: list[_Move], trade: TradeRecord) -> Moment:
    first, last = run[0].before, run[-1].after
    word = "tightened" if (last > first) is trade.is_long else "moved"
    if run[0].is_anchoring(trade):
        word = "anchored to the fill,"
    times = f" in {len(run)} steps" if len(run) > 1 else ""
    text = f"stop {word}{times} from {first:,.6g} to {last:,.6g}"
    return Moment(run[0].time, "stop", run[0].after, text, run[-1].time if len(run) > 1 else None)
