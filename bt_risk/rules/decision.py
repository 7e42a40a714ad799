"""What was decided about one request, with every rule's number. Gives: `Decision`, to the desk and the journal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from bt_risk.maths.limits import below
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest


@dataclass(frozen=True, slots=True)
class Finding:
    """One gate's judgement: did `found` pass `limit`? Both NaN where the gate has no number.

    `is_own` marks the judgement of a check of the strategy's own, which no file can ask again.
    """

    rule: str
    passed: bool
    limit: float
    found: float
    text: str
    is_own: bool = False

    @property
    def headroom(self) -> float:
        """Distance from `found` to `limit`, negative beyond it; NaN without a number."""
        distance = abs(self.limit - self.found)
        return distance if self.passed else -distance


@dataclass(frozen=True, slots=True)
class Candidate:
    """The size that one method or one cap allows, in units; `text` says why it allows none, where it tells.

    A scale counts as a cap, as it cuts what is traded; `is_scale` tells it from a limit, which it is not.
    """

    rule: str
    units: float
    is_cap: bool
    text: str = ""
    is_scale: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a method proposes no size, or a cap cannot tell what it allows: the input that is not there."""

    text: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rules' answer to one entry request.

    Attributes
    ----------
    units
        Size granted, 0 when denied.
    asked
        Size that the sizing methods and the strategy's own ceiling ask for before any cap; NaN when not sized.
    rule
        The binding rule: the gate that denied, or the candidate that was smallest.
    text
        The reason in words.
    findings, candidates
        Every gate that is on and every candidate, in order; the candidates also where a gate denied.
    missing
        What the methods that proposed nothing lacked.
    """

    units: float
    asked: float
    rule: str
    text: str
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]
    missing: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """``"denied"``, ``"reduced"`` (a cap cut what was asked) or ``"accepted"``."""
        if self.units <= 0.0:
            return "denied"
        bound = next((c for c in self.candidates if c.rule == self.rule), None)
        return "reduced" if bound is not None and bound.is_cap else "accepted"

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the gates and of the candidates, in order, each once."""
        gates, candidates = (one.rule for one in self.findings), (one.rule for one in self.candidates)
        return tuple(dict.fromkeys((*gates, *candidates)))

    @property
    def breached(self) -> tuple[str, ...]:
        """Names of the gates that failed and of the caps that allow less than was asked, in order."""
        gates = (finding.rule for finding in self.findings if not finding.passed)
        caps = (c.rule for c in self.candidates if c.is_cap and not c.is_scale and below(c.units, self.asked))
        return (*gates, *caps)


@dataclass(frozen=True, slots=True)
class Decision:
    """One request and what became of it; one record per request, exits included.

    `kind` is ``"entry"``, ``"add"``, ``"exit"``, ``"stop"``, ``"target"`` or ``"reversal"``; `outcome` is
    ``"accepted"``, ``"reduced"``, ``"denied"``, ``"pending"`` (a reversal waits until flat), ``"cancelled"`` (an
    entry on its way was called off) or ``"nothing"`` (there was nothing to close). `wanted` and `given` are units;
    heats are fractions of equity, before and after. `bar` counts the instrument's bars that were over: an order sent
    then trades on the next one at the earliest; `held` is the size of its position, signed. `request`, `book` and
    `ruling` are what an entry was decided on, `profile` is the one that was in force.
    """

    number: int
    datetime: dt.datetime
    data: str
    side: str
    kind: str
    outcome: str
    rule: str
    text: str
    price: float
    stop: float | None
    target: float | None
    wanted: float | None
    given: float
    heat_before: float
    heat_after: float
    equity: float
    order: int | None = None
    bar: int = 0
    held: float = 0.0
    request: EntryRequest | None = None
    book: Book | None = None
    ruling: Ruling | None = None
    profile: RiskProfile | None = None

    @property
    def label(self) -> str:
        """Number, time, instrument and side in words; the time of day only where it is not midnight."""
        time = f"{self.datetime:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
        return f"{self.number} {time} {self.data} {self.side}"

    def to_row(self) -> dict[str, Any]:
        """Return the flat columns as a plain dict, without the inputs."""
        return {name: getattr(self, name) for name in FLAT_COLUMNS}


# What a decision was made on has columns of its own nowhere.
FLAT_COLUMNS = tuple(
    name for name in Decision.__dataclass_fields__ if name not in ("request", "book", "ruling", "profile")
)
