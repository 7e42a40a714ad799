"""Compare two actions by CPU time on a machine that others use too: side by side, in turn, as ratios."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Comparison:
    """CPU seconds of a subject and of its baseline; each pair was measured in the same moments."""

    subject: list[float]
    baseline: list[float]

    @property
    def ratios(self) -> list[float]:
        """Return subject / baseline, pair by pair."""
        return [mine / other for mine, other in zip(self.subject, self.baseline, strict=True)]

    def __str__(self) -> str:
        return f"{statistics.median(self.ratios):.3f} [{min(self.ratios):.3f}..{max(self.ratios):.3f}]"


def cpu_seconds(action: Callable[[], Any]) -> float:
    """Return the CPU time of one call, without the garbage of the call before it."""
    gc.collect()
    start = time.process_time()
    action()
    return time.process_time() - start


def compare(
    subject: Callable[[], Any],
    baseline: Callable[[], Any],
    *,
    repeats: int,
    rounds: int = 1,
    baseline_calls: int = 1,
) -> Comparison:
    """Measure `repeats` pairs, each the sum of `rounds` turns, after one turn that does not count.

    A turn is one call of the subject and `baseline_calls` of the baseline.
    """
    _turns(subject, baseline, 1, 1)
    pairs = [_turns(subject, baseline, rounds, baseline_calls) for _ in range(repeats)]
    return Comparison([pair[0] for pair in pairs], [pair[1] for pair in pairs])


def _turns(
    subject: Callable[[], Any], baseline: Callable[[], Any], rounds: int, baseline_calls: int
) -> tuple[float, float]:
    mine = other = 0.0
    for _ in range(rounds):
        other += sum(cpu_seconds(baseline) for _ in range(baseline_calls))
        mine += cpu_seconds(subject)
    return mine, other


def peak_bytes(action: Callable[[], Any]) -> int:
    """Return how much more memory Python held at the highest point of a call than before it."""
    gc.collect()
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def number_from_fresh_process(code: str) -> float:
    """Return the number that `code` prints in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True
    )
    return float(done.stdout)
