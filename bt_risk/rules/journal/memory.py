"""The decisions of a run, all of them or the last ones. Gives: `DecisionMemory`, a sequence, to the desk."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import overload

from bt_risk.rules.decision import Decision


class DecisionMemory(Sequence[Decision]):
    """The decisions in the order they came; of a memory that is bounded, the last ones.

    `total` and `outcomes` count every decision, forgotten ones too: the next one is number ``total + 1``. Each of
    `listeners` is called with every decision as it is made.
    """

    def __init__(self) -> None:
        self._kept: deque[Decision] = deque()
        self.total = 0
        self.outcomes: Counter[str] = Counter()
        self.listeners: list[Callable[[Decision], None]] = []

    def add(self, decision: Decision) -> None:
        """Remember a decision; the oldest is forgotten where there are more than `keep` allows."""
        self._kept.append(decision)
        self.total += 1
        self.outcomes[decision.outcome] += 1
        for listener in self.listeners:
            listener(decision)

    def keep(self, most: int | None) -> None:
        """Keep the last `most` decisions from now on, all where it is None."""
        self._kept = deque(self._kept, maxlen=most)

    @property
    def forgotten(self) -> int:
        """Decisions that are not in memory any more."""
        return self.total - len(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Decision]:
        return iter(self._kept)

    @overload
    def __getitem__(self, index: int) -> Decision: ...
    @overload
    def __getitem__(self, index: slice) -> list[Decision]: ...
    def __getitem__(self, index: int | slice) -> Decision | list[Decision]:
        return list(self._kept)[index] if isinstance(index, slice) else self._kept[index]

    def __repr__(self) -> str:
        return f"<{len(self)} of {self.total} decisions>"
