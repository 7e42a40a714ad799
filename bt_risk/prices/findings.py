"""What a look at prices found: each finding with its place and severity, and the report of them all."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

SEVERITIES = ("error", "warning", "note")
COLUMNS = ("severity", "kind", "place", "date", "text")


@dataclass(frozen=True)
class PriceFinding:
    """One thing that is wrong with prices, or looks so.

    Attributes
    ----------
    severity : str
        "error": `load_prices` refuses it. "warning": it loads, and a backtest on it is probably wrong. "note": unusual,
        and probably as it was.
    kind : str
        The name of the rule or sign, e.g. "bad price" or "split".
    place : str
        The lines of a file or the rows of a frame, e.g. "line 79" or "lines 79-82".
    date : str
        The date of the first of them; empty where it cannot be read.
    text : str
        What was found, with its numbers.
    """

    severity: str
    kind: str
    place: str
    date: str
    text: str

    def __str__(self) -> str:
        return f"{self.place} ({self.date}): {self.text}" if self.date else f"{self.place}: {self.text}"


@dataclass(frozen=True)
class PriceReport:
    """Everything that `check_prices` found in one series, in the order of its rows."""

    source: str
    name: str
    rows: int
    first: str
    last: str
    findings: tuple[PriceFinding, ...]

    @property
    def errors(self) -> tuple[PriceFinding, ...]:
        """Return what `load_prices` refuses."""
        return self._of("error")

    @property
    def warnings(self) -> tuple[PriceFinding, ...]:
        """Return what loads and is probably wrong."""
        return self._of("warning")

    @property
    def notes(self) -> tuple[PriceFinding, ...]:
        """Return what is unusual and probably right."""
        return self._of("note")

    @property
    def is_clean(self) -> bool:
        """Say whether there are neither errors nor warnings; notes are no fault."""
        return not self.errors and not self.warnings

    @property
    def summary(self) -> str:
        """Return one line: the source, its span and the number of findings by severity."""
        span = f"{self.rows} rows" + f", {self.first} to {self.last}" * bool(self.rows and self.first)
        counts = ((len(self._of(severity)), severity) for severity in SEVERITIES)
        counted = ", ".join(f"{count} {severity}{'s' * (count > 1)}" for count, severity in counts if count)
        return f"{self.source}: {span}: {counted or 'clean'}"

    def to_frame(self) -> pd.DataFrame:
        """Return the findings as a table: severity, kind, place, date, text."""
        rows = [[getattr(finding, column) for column in COLUMNS] for finding in self.findings]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def __str__(self) -> str:
        return "\n".join([self.summary, *table_of(self.findings)])

    def _of(self, severity: str) -> tuple[PriceFinding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == severity)


def table_of(findings: tuple[PriceFinding, ...]) -> list[str]:
    """Return the findings as aligned lines of text."""
    cells = [[getattr(finding, column) for column in COLUMNS] for finding in findings]
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(len(COLUMNS) - 1)]
    return [
        "  "
        + "  ".join([*(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)), row[-1]])
        for row in cells
    ]
