"""What the desk tells: to its memory, to the log, and to the strategy. Requires: the clock. Gives: `RiskEvent`s."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from bt_risk.market.clock import Clock
from bt_risk.rules.events import RiskEvent
from bt_risk.rules.notice import Action

# Events beyond these are forgotten, the oldest first: a run that flaps must not fill the memory.
MAX_EVENTS = 10_000
LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "critical": logging.CRITICAL}

LOGGER = logging.getLogger("bt_risk")
# Silent until the user's program sets up logging, as a library has to be.
LOGGER.addHandler(logging.NullHandler())


class EventLog:
    """Remember each event, log it, and hand it to the strategy's ``notify_risk`` where it has one.

    The strategy's code must meet a desk that is up to date: what is told while a bar is being taken in (`is_held`), or
    while the desk acts, is handed over when that is done.
    """

    def __init__(self, clock: Clock, listener: Callable[[RiskEvent], Any] | None) -> None:
        self._clock = clock
        self._listener = listener
        self.is_held = False
        self._held: list[RiskEvent] = []
        self.events: deque[RiskEvent] = deque(maxlen=MAX_EVENTS)

    def tell(self, kind: str, level: str, name: str | None, text: str, action: Action = Action.NONE) -> None:
        """Tell of something that happened to one instrument, or to the account where `name` is None."""
        event = RiskEvent(self._clock.now, kind, level, name, text, action)
        self.events.append(event)
        LOGGER.log(LEVELS[level], "%s %s: %s", event.datetime, kind, text)
        if self._listener is None:
            return
        if self.is_held:
            self._held.append(event)
        else:
            self._listener(event)

    def hold(self) -> None:
        """Hand nothing over until `hand_over`."""
        self.is_held = True

    def hand_over(self) -> None:
        """Hand over what was told since `hold`."""
        self.is_held = False
        if self._held and self._listener is not None:
            told, self._held = self._held, []
            for event in told:
                self._listener(event)

    @contextlib.contextmanager
    def until_done(self) -> Iterator[None]:
        """Hand over behind the block what is told in it."""
        self.hold()
        try:
            yield
        finally:
            self.hand_over()
