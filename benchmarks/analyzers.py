"""What analyzers cost a run: each of ours, all of them, and all with Backtrader's own beside them.

Run ``python -m benchmarks.analyzers`` in the repository; ``--quick`` gives a first impression. A run with analyzers is
measured against the same run without, CPU time in turn, results asked for; growth is the cost of a data-bar in longer
and wider runs, analyzers alone.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import backtrader as bt

from benchmarks.measure import compare
from benchmarks.overhead import arrays_of, table
from benchmarks.workload import CASH, COMMISSION, ManagedCross, random_walks
from bt_risk import ArrayFeed, analyzers

OURS = tuple(getattr(analyzers, name) for name in analyzers.__all__)
BACKTRADERS = (
    bt.analyzers.DrawDown,
    bt.analyzers.Returns,
    bt.analyzers.SharpeRatio,
    bt.analyzers.SQN,
    bt.analyzers.TimeReturn,
    bt.analyzers.TradeAnalyzer,
    bt.analyzers.VWR,
)


def main(argv: list[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.analyzers", description=__doc__)
    parser.add_argument("--datas", type=int, default=5, help="number of instruments")
    parser.add_argument("--bars", type=int, default=1250, help="bars of each instrument")
    parser.add_argument("--repeats", type=int, default=5, help="pairs of measurements for each ratio")
    parser.add_argument("--quick", action="store_true", help="2 instruments, 500 bars, 2 pairs")
    options = parser.parse_args(argv)
    if options.quick:
        options.datas, options.bars, options.repeats = 2, 500, 2
    print(f"{options.datas} x {options.bars}, {options.repeats} pairs each, CPU time, median [min..max]\n")
    cost(options.datas, options.bars, options.repeats)
    growth(options.datas, options.bars, options.repeats)


def run(sources: Sequence[Any], attached: Sequence[Any]) -> float:
    """Run the reference workload with analyzers, ask each for its results, and return the CPU time of it."""
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.set_cash(CASH)
    cerebro.broker.setcommission(commission=COMMISSION)
    for index, source in enumerate(sources):
        cerebro.adddata(ArrayFeed(dataname=source), name=f"walk{index}")
    cerebro.addstrategy(ManagedCross)
    for analyzer in attached:
        cerebro.addanalyzer(analyzer)
    gc.collect()
    start = time.process_time()
    strategy = cerebro.run()[0]
    for analyzer in strategy.analyzers:
        analyzer.get_analysis()
    return time.process_time() - start


def cost(datas: int, bars: int, repeats: int) -> None:
    """Print the cost of a run with analyzers over the run without."""
    sources = arrays_of(random_walks(datas, bars))
    groups = {
        **{analyzer.__name__: (analyzer,) for analyzer in OURS},
        "all seven": OURS,
        f"Backtrader's own {len(BACKTRADERS)}": BACKTRADERS,
        "all seven and Backtrader's": (*OURS, *BACKTRADERS),
    }
    baseline = partial(run, sources, ())
    rows = [
        (name, compare(partial(run, sources, attached), baseline, repeats=repeats))
        for name, attached in groups.items()
    ]
    print(table(("analyzers", "ratio"), rows))


def growth(datas: int, bars: int, repeats: int) -> None:
    """Print what all seven cost a data-bar in longer and wider runs over that in the first one: 1 is linear."""
    shapes = ((datas, bars), (datas, 2 * bars), (datas, 4 * bars), (2 * datas, bars), (4 * datas, bars))
    first, *larger = (min(_share(shape) for _ in range(repeats)) for shape in shapes)
    rows = [(*shape, f"{share / first:.2f}") for shape, share in zip(shapes[1:], larger, strict=True)]
    print("Growth: CPU time of all seven for a data-bar, over the first\n")
    print(table(("datas", "bars", "ratio"), rows))


def _share(shape: tuple[int, int]) -> float:
    """Return the CPU seconds that all seven cost a data-bar."""
    sources = arrays_of(random_walks(*shape))
    return (run(sources, OURS) - run(sources, ())) / (shape[0] * shape[1])


if __name__ == "__main__":
    main()
