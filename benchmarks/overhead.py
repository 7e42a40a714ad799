"""What the risk desk costs over the same trading written by hand.

Run ``python -m benchmarks.overhead`` in the repository; ``--quick`` gives a first impression. Every comparison first
asserts that both sides make the same fills, then measures CPU time in turn and prints the median of the ratios with
the smallest and the largest. Ratios hold on any machine; microseconds are this machine's, today.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import tempfile
from collections.abc import Iterable
from functools import partial
from typing import Any

from backtrader.feeds import PandasData

from benchmarks.measure import Comparison, compare, number_from_fresh_process, peak_bytes
from benchmarks.plain import LeanCross, UsualCross
from benchmarks.workload import BoundedCross, ManagedCross, StreamedCross, fills, random_walks, run
from bt_risk import ArrayFeed, load_prices
from bt_risk.feeds import PriceArrays

# One run of few instruments is too short to measure: runs are added up to about this many instruments.
INSTRUMENTS_PER_SAMPLE = 20
HEADER = ("datas", "fills", "plain, us per data-bar", "RiskStrategy", "ratio", "goal")

IMPORT_TIME = """
import time
start = time.process_time()
import {module}
print(1e3 * (time.process_time() - start))
"""


def main(argv: list[str] | None = None) -> None:
    options = _options(argv)
    bars, repeats = options.bars, options.repeats
    reference = min(options.datas, key=lambda datas: abs(datas - 5))
    print(f"{bars} bars, {repeats} pairs each, CPU time, median [min..max]\n")
    over_lean(options.datas, bars, repeats)
    over_usual(options.datas, bars, repeats)
    growth(reference, bars, repeats)
    recording(reference, bars, repeats)
    memory(reference, bars)
    imports(repeats)


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description=__doc__)
    parser.add_argument("--datas", type=int, nargs="+", default=[1, 5, 20, 50], help="numbers of instruments")
    parser.add_argument("--bars", type=int, default=1250, help="bars of each instrument")
    parser.add_argument("--repeats", type=int, default=7, help="pairs of measurements for each ratio")
    parser.add_argument("--quick", action="store_true", help="1 and 5 instruments, 500 bars, 3 pairs")
    options = parser.parse_args(argv)
    if options.quick:
        options.datas, options.bars, options.repeats = [1, 5], 500, 3
    return options


def over_lean(counts: list[int], bars: int, repeats: int) -> None:
    """Print the cost over the leanest equal strategy, both on ArrayFeed."""
    rows = []
    for datas in counts:
        sources = arrays_of(random_walks(datas, bars))
        made = fills(ManagedCross, ArrayFeed, sources)
        assert_same(made, fills(LeanCross, ArrayFeed, sources))
        subject = partial(run, ManagedCross, ArrayFeed, sources)
        baseline = partial(run, LeanCross, ArrayFeed, sources)
        result = compare(subject, baseline, repeats=repeats, rounds=_rounds(datas))
        rows.append(_row(datas, bars, len(made), result, 1.20 if datas == 1 else 1.05))
    print("RiskStrategy against a lean plain strategy: same feed, same fills, stops moved in place\n")
    print(table(HEADER, rows))


def over_usual(counts: list[int], bars: int, repeats: int) -> None:
    """Print the cost on ArrayFeed over the usual strategy on PandasData. Converting the frames counts."""
    rows = []
    for datas in counts:
        frames = random_walks(datas, bars)
        made = fills(ManagedCross, ArrayFeed, frames)
        # A stop that was sent again stands at the end of the queue, so that the order inside a bar may differ.
        assert_same(by_bar(made), by_bar(fills(UsualCross, PandasData, frames)))
        subject = partial(run_on_copies, ManagedCross, ArrayFeed, frames)
        baseline = partial(run_on_copies, UsualCross, PandasData, frames)
        result = compare(subject, baseline, repeats=repeats, rounds=_rounds(datas))
        rows.append(_row(datas, bars, len(made), result, 0.45))
    print(
        "RiskStrategy on ArrayFeed against the usual plain strategy: PandasData, ATR indicator, stops sent again\n"
    )
    print(table(HEADER, rows))


def run_on_copies(strategy: Any, feed: Any, frames: list[Any]) -> None:
    """Run on frames that no feed has seen before, as a single backtest does."""
    run(strategy, feed, [frame.copy() for frame in frames])


def growth(datas: int, bars: int, repeats: int) -> None:
    """Print the cost of a data-bar in longer and wider runs over that in the first one: 1 is linear."""
    first = partial(run, ManagedCross, ArrayFeed, arrays_of(random_walks(datas, bars)))
    rows = []
    for times_datas, times_bars in ((1, 2), (1, 4), (2, 1), (4, 1)):
        shape = (datas * times_datas, bars * times_bars)
        larger = partial(run, ManagedCross, ArrayFeed, arrays_of(random_walks(*shape)))
        result = compare(larger, first, repeats=repeats, baseline_calls=times_datas * times_bars)
        rows.append((*shape, result))
    print(f"Growth: RiskStrategy, CPU time of a data-bar over that of {datas} x {bars}\n")
    print(table(("datas", "bars", "ratio"), rows))


def recording(datas: int, bars: int, repeats: int) -> None:
    """Print the cost of writing every decision, and of a bounded memory, over the run that does neither."""
    sources = arrays_of(random_walks(datas, bars))
    baseline = partial(run, ManagedCross, ArrayFeed, sources)
    count = baseline().bt_risk.decisions.total
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "decisions.jsonl")
        runs = {
            "written as they are made": partial(run, StreamedCross, ArrayFeed, sources, path=path),
            "the last 10 in memory": partial(run, BoundedCross, ArrayFeed, sources),
        }
        rows = [
            (name, count, compare(subject, baseline, repeats=repeats, rounds=_rounds(datas)))
            for name, subject in runs.items()
        ]
    print(f"Decisions of a run of {datas} x {bars}, over the same run with all of them in memory\n")
    print(table(("decisions", "count", "ratio"), rows))


def memory(datas: int, bars: int) -> None:
    """Print what a run holds at its peak, its prices left out."""
    sources = arrays_of(random_walks(datas, bars))
    rows = []
    for strategy in (LeanCross, ManagedCross):
        peak = peak_bytes(partial(run, strategy, ArrayFeed, sources))
        rows.append((strategy.__name__, f"{peak / 1e6:.1f}", f"{peak / datas / bars:.0f}"))
    print(f"Peak memory of a run of {datas} x {bars}\n")
    print(table(("strategy", "MB", "bytes per data-bar"), rows))


def imports(repeats: int) -> None:
    """Print the CPU time of imports in fresh processes."""
    modules = ("numpy", "bt_risk")
    rounds = [
        [number_from_fresh_process(IMPORT_TIME.format(module=module)) for module in modules]
        for _ in range(repeats)
    ]
    rows = [
        (module, f"{statistics.median(times):.0f} [{min(times):.0f}..{max(times):.0f}]")
        for module, times in zip(modules, zip(*rounds, strict=True), strict=True)
    ]
    print("Import in a fresh process; goal: bt_risk at most 50 ms over numpy\n")
    print(table(("module", "ms"), rows))


def arrays_of(frames: list[Any]) -> list[PriceArrays]:
    """Return the prices as ArrayFeed keeps them, so that loading them does not count."""
    return [PriceArrays.from_frame(load_prices(frame)) for frame in frames]


def assert_same(made: list[Any], others: list[Any]) -> None:
    """Assert that two lists of fills are equal, prices to 1e-9 of their value."""
    assert made, "nothing was traded: take more bars"
    for mine, other in zip(made, others, strict=True):
        equal = mine[:3] == other[:3] and math.isclose(mine[3], other[3], rel_tol=1e-9)
        assert equal, f"the fills differ: {mine} against {other}"


def by_bar(made: list[Any]) -> list[Any]:
    """Return fills by bar, instrument, and entry before exit."""
    return sorted(made, key=lambda fill: (fill[1], fill[0], -fill[2]))


def _rounds(datas: int) -> int:
    return max(1, INSTRUMENTS_PER_SAMPLE // datas)


def _row(datas: int, bars: int, count: int, result: Comparison, goal: float) -> tuple[Any, ...]:
    data_bars = _rounds(datas) * datas * bars
    costs = (
        f"{1e6 * statistics.median(times) / data_bars:.1f}" for times in (result.baseline, result.subject)
    )
    return (datas, count, *costs, result, f"{goal:.2f}")


def table(header: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    """Return a Markdown table, with an empty line behind it."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


if __name__ == "__main__":
    main()
