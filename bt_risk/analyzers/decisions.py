"""Analyzer of what the rules did. Requires: a desk, and after the run perhaps a shadow book. Gives: a row a rule."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import backtrader as bt

from bt_risk.analyzers.plain import NO_DESK, desk_of, plain
from bt_risk.rules.rule_tally import RuleCount, RuleTally
from bt_risk.rules.shadow.value import RuleValue

if TYPE_CHECKING:
    import pandas as pd

NO_SHADOW = "the shadow book was not given: after the run, analyzer.take_shadow_book(shadow_book(strategy))"
COUNTS = tuple(field.name for field in fields(RuleCount))
SHADOW = ("r_saved", "r_forgone", "net_r", "money_saved", "money_forgone", "net_money")


class DecisionAnalyzer(bt.Analyzer):
    """Count how often each rule was asked, bound, denied and reduced; with the shadow book, what that was worth.

    Every decision is counted, also where the desk's memory is bounded. The counts cost nothing on bars without a
    decision.
    """

    def create_analysis(self) -> None:
        """Start at zero."""
        self._tally = RuleTally()
        self._values: dict[str, RuleValue] | None = None
        self._forgotten = 0
        self._has_desk = False

    def start(self) -> None:
        """Follow the decisions of the desk, where there is one."""
        desk = desk_of(self.strategy)
        self._has_desk = desk is not None
        if desk is not None:
            desk.decisions.listeners.append(self._tally.take)

    def stop(self) -> None:
        """Stop following: the results must not hold on to each other when they are shipped."""
        desk = desk_of(self.strategy)
        if desk is not None:
            desk.decisions.listeners.remove(self._tally.take)

    def take_shadow_book(self, book: Any) -> None:
        """Take in what each rule saved and cost, from `bt_risk.shadow_book` of the run that is over."""
        self._values = {value.rule: value for value in book.values}
        self._forgotten = book.forgotten

    def get_analysis(self) -> dict[str, Any]:
        """Return counts and values as a plain dict that JSON can hold.

        Keys
        ----
        decisions, outcomes, kinds
            All decisions; how many had each outcome; the same for each kind of request.
        rules
            For each rule its kind and counts (`rules.rule_tally.RuleCount`), and R and money saved and forgone
            (`rules.shadow.value.RuleValue`): None without a shadow book, and for a rule that denied and cut nothing.
        missing
            What is not known, and why.
        """
        missing = {}
        if not self._has_desk:
            missing["decisions"] = NO_DESK
        elif self._values is None:
            missing["rules.r_saved"] = NO_SHADOW
        elif self._forgotten:
            missing["rules.r_saved"] = (
                f"{self._forgotten} decisions that the run did not keep are not in the values"
            )
        return {
            "decisions": self._tally.total if self._has_desk else None,
            "outcomes": plain(self._tally.outcomes()),
            "kinds": plain(self._tally.kinds),
            "rules": {rule: self._row(rule) for rule in self._tally.rules},
            "missing": missing,
        }

    def _row(self, rule: str) -> dict[str, Any]:
        value = (self._values or {}).get(rule)
        worth = {name: None if value is None else plain(getattr(value, name)) for name in SHADOW}
        return asdict(self._tally.rules[rule]) | worth

    def to_frame(self) -> pd.DataFrame:
        """Return a row a rule, in the order in which they were first asked; see `get_analysis`."""
        import pandas as pd

        rows = [{"rule": rule, **self._row(rule)} for rule in self._tally.rules]
        frame = pd.DataFrame(rows, columns=["rule", *COUNTS, *SHADOW]).set_index("rule")
        return frame.astype(dict.fromkeys(SHADOW, float))
