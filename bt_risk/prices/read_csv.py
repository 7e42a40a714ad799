"""Read a CSV file with the number of every line, which pandas would lose."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from bt_risk.errors import PriceError
from bt_risk.prices.table import Table, match_columns

HEADER = "Date,Open,High,Low,Close,Volume"


def read_csv(path: Path) -> Table:
    """Return the cells of a comma separated file: UTF-8, with or without a BOM, any line ends, blank lines skipped.

    The first column may go without a label, as pandas writes an index that has no name; it is then the date.
    """
    source = str(path)
    header, *rows = _rows(_text(path), source)
    labels = header[1]
    if any(_is_number(label) for label in labels):
        raise PriceError(
            f"{source}: the first line must be a header, e.g. {HEADER}; received {','.join(labels)}"
        )
    if not labels[0].strip():
        labels = ["Date", *labels[1:]]
    positions = match_columns(labels, source)
    if "Date" not in positions:
        raise PriceError(f"{source}: the columns must include Date; received {', '.join(labels)}; add Date")
    uneven = [(number, cells) for number, cells in rows if len(cells) != len(labels)]
    if uneven:
        number, cells = uneven[0]
        raise PriceError(
            f"{source} line {number}: the line must have {len(labels)} cells as the header has; "
            f"received {len(cells)}; mend the line"
            + (f" (and {len(uneven) - 1} more like it)" if uneven[1:] else "")
        )
    columns = {field: [cells[position].strip() for _, cells in rows] for field, position in positions.items()}
    return Table(source, path.stem, columns.pop("Date"), columns, "line", [number for number, _ in rows])


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise PriceError(f"{path}: there is no such file; give a path, or a name to find_prices") from None
    except IsADirectoryError:
        raise PriceError(f"{path}: this is a folder; give one of the files in it") from None
    except UnicodeDecodeError:
        raise PriceError(f"{path}: this is not a text file in UTF-8; save it as CSV") from None
    except OSError as error:
        raise PriceError(f"{path}: the file cannot be read: {error.strerror}") from None
    if "\0" in text:
        raise PriceError(f"{path}: this is not a text file in UTF-8; save it as CSV")
    return text


def _rows(text: str, source: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        rows = [(reader.line_num, cells) for cells in reader if any(cells)]
    except csv.Error as error:
        raise PriceError(
            f"{source} line {reader.line_num}: this is not CSV: {error}; save the file as CSV"
        ) from None
    if not rows:
        raise PriceError(f"{source}: the file is empty; it must have a header, e.g. {HEADER}, and rows")
    return rows


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
