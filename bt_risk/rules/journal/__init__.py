"""The run's memory: decisions and events as rows, as lines of a file, and decided again."""

from bt_risk.rules.journal.files import DecisionWriter, iter_decisions, read_decisions, write_decisions
from bt_risk.rules.journal.memory import DecisionMemory
from bt_risk.rules.journal.replay import Replay, Replayed, replay
from bt_risk.rules.journal.rows import decisions_to_rows, events_to_rows

__all__ = [
    "DecisionMemory",
    "DecisionWriter",
    "Replay",
    "Replayed",
    "decisions_to_rows",
    "events_to_rows",
    "iter_decisions",
    "read_decisions",
    "replay",
    "write_decisions",
]
