"""What the parts of the desk's face have in common. Gives: `DeskPart`, to readings and controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from bt_risk.desk import RiskDesk


class DeskPart:
    """A part of the desk that lives in a file of its own and is mixed into it."""

    @property
    def _desk(self) -> RiskDesk:
        return cast("RiskDesk", self)
