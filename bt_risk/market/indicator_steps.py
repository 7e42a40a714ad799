"""Step indicators bar by bar at little cost. Requires: their lines. Gives: `IndicatorSteps`, to the mixin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from backtrader.indicator import Indicator
from backtrader.linebuffer import LineBuffer
from backtrader.lineseries import Lines, LineSeries

from bt_risk.feeds import ArrayFeed


class IndicatorSteps:
    """Step the indicators of a strategy ahead of Backtrader, which then finds nothing left to step.

    On every bar Backtrader asks each indicator and its clock twice for their lengths, through three objects each
    time: more than a risk desk costs. The line that counts is the same for the whole run, so that it is looked up
    once. An indicator with a way of its own to step, or to count, is left to Backtrader; `has_all` tells that there
    is none.
    """

    __slots__ = ("_steps", "has_all")

    def __init__(self, indicators: Iterable[Any]) -> None:
        steps = [(_counter(indicator._clock), _own_lines(indicator)) for indicator in indicators]
        self._steps = [(clock, lines[0], lines) for clock, lines in steps if clock is not None and lines]
        self.has_all = len(self._steps) == len(steps)

    def advance(self) -> None:
        """Step each indicator whose clock has gone on, in Backtrader's order."""
        for clock, first, lines in self._steps:
            if clock.lencount > first.lencount:
                for line in lines:
                    # What `line.advance` does, at a sixth of its cost: no buffer is bounded in this mode.
                    line._idx += 1
                    line.lencount += 1


def _counter(clock: Any) -> Any:
    """Return the line whose count is the length of a clock; None where the clock has a way of its own to count."""
    kind = type(clock)
    if issubclass(kind, LineBuffer) and kind.__len__ is LineBuffer.__len__:
        return clock
    counts_lines = issubclass(kind, LineSeries) and type(clock.lines).__len__ is Lines.__len__
    return (
        clock.lines[0] if counts_lines and kind.__len__ in (LineSeries.__len__, ArrayFeed.__len__) else None
    )


def _own_lines(indicator: Any) -> list[Any]:
    """Return the lines that one step of an indicator advances; none where it may do anything else."""
    kind = type(indicator)
    if issubclass(kind, LineBuffer):
        lines = [indicator]
    elif kind.advance is Indicator.advance and type(indicator.lines).advance is Lines.advance:
        lines = list(indicator.lines.lines)
    else:
        return []
    is_plain = all(type(line).advance is LineBuffer.advance for line in lines)
    return lines if is_plain and _counter(indicator) is lines[0] else []
