"""What many runs came to. Requires: a function that makes the run of a seed. Gives: problems by seed, and counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.run import Run

SAVED_EVERY = 100  # runs


@dataclass
class Tally:
    """Runs added up; `traded` counts round trips by what the run was made of.

    A bar-request is one request put to a desk on one bar: a call of the user's that the desk, or the broker behind its
    back, had to answer. `bars` are those of the strategies, `data_bars` those of all their datas.
    """

    runs: int = 0
    bars: int = 0
    data_bars: int = 0
    bar_requests: int = 0
    met: Counter = field(default_factory=Counter)
    traded: Counter = field(default_factory=Counter)
    problems: dict[int, list[str]] = field(default_factory=dict)

    def run_all(self, seeds: Iterable[int], make: Callable[[int], Run], *, file: Path | None = None) -> Tally:
        """Make and add up the run of every seed; keep `file` up to date, so that a run cut short has counted."""
        for seed in seeds:
            try:
                self.add(seed, make(seed))
            except Exception as error:  # a crash is a finding like any other, and the other seeds have to run
                self.problems[seed] = [f"I12 crashed: {type(error).__name__}: {error}"]
            if file is not None and self.runs % SAVED_EVERY == 0:
                self.save(file)
        if file is not None:
            self.save(file)
        return self

    def add(self, seed: int, run: Run) -> None:
        self.runs += 1
        self.bars += len(run.strategy)
        self.data_bars += sum(len(data) for data in run.strategy.datas)
        self.bar_requests += run.met["asked"]
        self.met.update(run.met)
        for part in run.made_of.items():
            self.traded[part] += run.met["round trip"]
        if run.problems:
            self.problems[seed] = run.problems

    def line(self) -> str:
        """Return the sum in one line."""
        return (
            f"{self.bar_requests:,} bar-requests in {self.runs:,} runs over {self.bars:,} bars "
            f"({self.data_bars:,} of datas): {self.met['entry filled']:,} entries, "
            f"{self.met['stop filled']:,} stop-outs, {self.met['gap through a stop']:,} gaps through a stop, "
            f"{self.met['event emergency']:,} emergencies, {len(self.problems):,} runs with a problem"
        )

    def save(self, file: Path) -> None:
        counts = {name: getattr(self, name) for name in ("runs", "bars", "data_bars", "bar_requests")}
        by_part = {f"{what}: {name}": count for (what, name), count in self.traded.items()}
        whole = {
            "line": self.line(),
            **counts,
            "met": dict(self.met),
            "traded": by_part,
            "problems": self.problems,
        }
        file.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")
