"""The shadow book: what the denied and the cut-away would have earned. Gives: `ShadowBook`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from bt_risk.rules.shadow.record import COLUMNS, ShadowRecord
from bt_risk.rules.shadow.value import RuleValue
from bt_risk.views.text import as_money, as_number

if TYPE_CHECKING:
    import pandas as pd

_COUNTS = ("asked", "denied", "reduced", "avoided", "missed")
_HEAD = ("rule", *_COUNTS, "R saved", "R forgone", "net R", "net money", "alone")


@dataclass(frozen=True, slots=True)
class ShadowBook:
    """What `shadow_book` found.

    Attributes
    ----------
    records
        A request each that was denied or cut, in the order of the decisions.
    values
        A rule each, the most valuable first; positive is to the account's good.
    forgotten
        Decisions that the run's memory did not keep and that are therefore missing.
    """

    records: tuple[ShadowRecord, ...]
    values: tuple[RuleValue, ...]
    forgotten: int = 0

    @property
    def net_r(self) -> float:
        """R that all rules together have saved, less those that they have forgone."""
        return sum(value.net_r for value in self.values)

    @property
    def net_money(self) -> float:
        """Money that all rules together have saved, less what they have forgone; account currency."""
        return sum(value.net_money for value in self.values)

    def to_frame(self) -> pd.DataFrame:
        """Return a row a record; see `ShadowRecord`. What is not known is None or NaN."""
        import pandas as pd

        rows = [record.to_row() for record in self.records]
        return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"within": "Int64"})

    def table(self) -> pd.DataFrame:
        """Return a row a rule; see `RuleValue`."""
        import pandas as pd

        columns = [field.name for field in fields(RuleValue)]
        rows = [asdict(value) | {"net_r": value.net_r, "net_money": value.net_money} for value in self.values]
        return pd.DataFrame(rows, columns=[*columns, "net_r", "net_money"]).set_index("rule")

    def to_text(self) -> str:
        """Return the table as plain text, with what it leaves out below."""
        rows = [_HEAD, *(_row(value) for value in self.values)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [_line(row, widths) for row in rows]
        lines.append(f"net {as_number(self.net_r)} R, {as_money(self.net_money, 2)}")
        repeated = sum(value.repeated for value in self.values)
        unknown = sum(value.unknown for value in self.values)
        for count, words in (
            (repeated, "requests that would have met the position of an earlier one"),
            (unknown, "requests that cannot be followed"),
            (self.forgotten, "decisions that the run did not keep"),
        ):
            if count:
                lines.append(f"left out, {words}: {count}")
        return "\n".join(lines)


def _row(value: RuleValue) -> tuple[str, ...]:
    counts = (getattr(value, name) for name in _COUNTS)
    multiples = (value.r_saved, value.r_forgone, value.net_r)
    return (
        value.rule,
        *map(str, counts),
        *map(as_number, multiples),
        as_money(value.net_money),
        as_money(value.net_alone),
    )


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
    return "  ".join((row[0].ljust(widths[0]), *cells))
