"""The run's memory: decisions, trades and events as rows, as lines of a file, and decisions decided again."""

from bt_risk.rules.journal.files import DecisionWriter, iter_decisions, read_decisions, write_decisions
from bt_risk.rules.journal.memory import DecisionMemory
from bt_risk.rules.journal.replay import Replay, Replayed, replay
from bt_risk.rules.journal.rows import decisions_to_rows, events_to_rows
from bt_risk.rules.journal.trades import TradeWriter, iter_trades, read_trades, write_trades

__all__ = [
    "DecisionMemory",
    "DecisionWriter",
    "Replay",
    "Replayed",
    "TradeWriter",
    "decisions_to_rows",
    "events_to_rows",
    "iter_decisions",
    "iter_trades",
    "read_decisions",
    "read_trades",
    "replay",
    "write_decisions",
    "write_trades",
]
