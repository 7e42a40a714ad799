"""One trade told from its request to its end: bars, moments, text."""

from __future__ import annotations

from bt_risk.views.story.decision_story import EXITS, DecisionStory
from bt_risk.views.story.moments import Moment
from bt_risk.views.story.trade_story import TradeStory, trade_story

__all__ = ["EXITS", "DecisionStory", "Moment", "TradeStory", "trade_story"]
