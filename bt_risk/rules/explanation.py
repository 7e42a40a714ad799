"""Why a decision came out as it did, rule by rule. Requires: a `Decision`. Gives: `Explanation`, rows and text."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bt_risk.rules.counterfactual import recorded_checks, without_each_rule
from bt_risk.rules.decision import Candidate, Decision


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule's part in a decision.

    Attributes
    ----------
    rule, kind
        Its name; ``"gate"``, ``"method"``, ``"cap"`` or ``"scale"``. The strategy's own size and a sizer count as
        methods: they propose.
    number, limit, headroom
        Of a gate, what it found and its limit, in units of its own; of a candidate, the units asked and the units
        that it allows. The headroom is the distance to the limit, negative beyond it. NaN where there is none.
    without
        Units that would have been granted without this rule; see `without_each_rule`.
    binds
        The rule that decided.
    text
        What it says, where it says anything.
    """

    rule: str
    kind: str
    number: float
    limit: float
    headroom: float
    without: float
    binds: bool
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with a line for every rule that was asked; no lines where no rules are, as for an exit."""

    decision: Decision
    lines: tuple[RuleLine, ...]

    def __str__(self) -> str:
        """Return the decision in words, then a table of the rules."""
        one = self.decision
        asked = "" if one.wanted is None else f" of {_number(one.wanted)}"
        rows = [f"{one.label} {one.kind}: {one.outcome}, {_number(one.given)} units{asked}: {one.text}"]
        if self.lines:
            rows.append(
                f"  {'rule':<24}{'kind':<8}{'number':>12}{'limit':>12}{'headroom':>12}{'without':>12}"
            )
        rows += [
            f"{'>' if line.binds else ' '} {line.rule:<24}{line.kind:<8}{_number(line.number):>12}"
            f"{_number(line.limit):>12}{_number(line.headroom):>12}{_number(line.without):>12}"
            for line in self.lines
        ]
        return "\n".join(rows)


def explain(decision: Decision) -> Explanation:
    """Return every rule's numbers in a decision, and the size without each; computed from the record alone.

    The counterfactual sizes come from the recorded request, account and profile. A check of the strategy's own is
    taken as it was found then.
    """
    request, book, ruling, profile = decision.request, decision.book, decision.ruling, decision.profile
    if request is None or book is None or ruling is None:
        return Explanation(decision, ())
    without: dict[str, float] = {}
    if profile is not None:
        without = without_each_rule(request, book, profile, checks=recorded_checks(ruling))
    is_denied_by_gate = any(not one.passed for one in ruling.findings)
    gates = (
        RuleLine(
            one.rule,
            "gate",
            one.found,
            one.limit,
            one.headroom,
            without.get(one.rule, math.nan),
            one.rule == ruling.rule and not one.passed,
            one.text,
        )
        for one in ruling.findings
    )
    candidates = (
        RuleLine(
            one.rule,
            _kind(one),
            ruling.asked,
            one.units,
            one.units - ruling.asked,
            without.get(one.rule, math.nan),
            one.rule == ruling.rule and not is_denied_by_gate,
            one.text,
        )
        for one in ruling.candidates
    )
    return Explanation(decision, (*gates, *candidates))


def _kind(candidate: Candidate) -> str:
    if candidate.is_scale:
        return "scale"
    return "cap" if candidate.is_cap else "method"


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.6g}"
