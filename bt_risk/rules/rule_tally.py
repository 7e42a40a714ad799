"""How often each rule was asked and what it did. Requires: decisions, one by one. Gives: `RuleTally`, to analyzers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bt_risk.rules.decision import Decision, Ruling

ENTRIES = ("entry", "add", "reversal")


@dataclass(slots=True)
class RuleCount:
    """One rule over a run.

    Attributes
    ----------
    kind
        ``"gate"``, ``"method"``, ``"cap"`` or ``"scale"`` as in `rules.explanation`; ``"exit"`` for the reason of an
        exit; ``"desk"`` for what was answered before any rule was asked.
    asked
        Decisions in which it had a say.
    binding
        Decisions that it made: of an entry the gate that denied or the smallest candidate, of an exit its reason.
    denied, reduced
        Of these, the entries that it denied, and of which it cut a part.
    breached
        Entries that it would have denied or cut, whichever rule bound.
    """

    kind: str
    asked: int = 0
    binding: int = 0
    denied: int = 0
    reduced: int = 0
    breached: int = 0


class RuleTally:
    """Count decisions by kind and outcome, and by rule; it keeps none of them, however long the run is."""

    def __init__(self) -> None:
        self.total = 0
        self.kinds: dict[str, Counter[str]] = {}
        self.rules: dict[str, RuleCount] = {}

    def take(self, decision: Decision) -> None:
        """Count one decision."""
        self.total += 1
        self.kinds.setdefault(decision.kind, Counter())[decision.outcome] += 1
        ruling = decision.ruling
        if ruling is not None:
            self._take_ruling(ruling)
        if not decision.rule:
            return
        mine = self.rules.get(decision.rule)
        if mine is None:
            mine = self.rules[decision.rule] = RuleCount("desk" if decision.kind in ENTRIES else "exit")
        if ruling is None or decision.rule not in ruling.rules:
            mine.asked += 1
        mine.binding += 1
        if decision.kind in ENTRIES:
            mine.denied += decision.outcome == "denied"
            mine.reduced += decision.outcome == "reduced"

    def _take_ruling(self, ruling: Ruling) -> None:
        kinds = {
            one.rule: "scale" if one.is_scale else "cap" if one.is_cap else "method"
            for one in ruling.candidates
        }
        # A name that is both is a gate: that is where it can deny.
        kinds.update((one.rule, "gate") for one in ruling.findings)
        for rule, kind in kinds.items():
            mine = self.rules.get(rule)
            if mine is None:
                mine = self.rules[rule] = RuleCount(kind)
            mine.asked += 1
        for rule in ruling.breached:
            self.rules[rule].breached += 1

    def outcomes(self) -> Counter[str]:
        """Return how many decisions had each outcome."""
        return sum(self.kinds.values(), Counter())
