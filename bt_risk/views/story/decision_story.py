"""One decision and what came of it. Requires: the record, and the story of its trade. Gives: `DecisionStory`."""

from __future__ import annotations

from dataclasses import dataclass

from bt_risk.rules.decision import Decision
from bt_risk.rules.explanation import explain
from bt_risk.views.story.trade_story import TradeStory

EXITS = ("exit", "stop", "target")


@dataclass(frozen=True, eq=False, slots=True)
class DecisionStory:
    """A decision, and the trade that it opened, added to or left; None where there is none. ``str`` tells both."""

    decision: Decision
    story: TradeStory | None

    def __str__(self) -> str:
        """Return every rule's numbers, then what became of it."""
        if self.story is not None and self.story.decision is self.decision:
            return f"decision {self.decision.number}\n\n{self.story}"
        told = f"decision {self.decision.number}\n\n{explain(self.decision)}"
        if self.story is None:
            return f"{told}\n\nno trade came of it"
        part = "it was an exit of" if self.decision.kind in EXITS else "it joined"
        return f"{told}\n\n{part}\n\n{self.story}"
