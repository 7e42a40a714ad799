"""Read a CSV file with the number of every line, which pandas would lose."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from bt_risk.errors import PriceError
from bt_risk.prices.table import Table, brief, match_columns, more

HEADER = "Date,Open,High,Low,Close,Volume"


def read_csv(path: Path) -> Table:
    """Return the cells of a comma separated file: UTF-8, with or without a BOM, any line ends, blank lines skipped.

    The first column may go without a label, as pandas writes an index that has no name; it is then the date.
    """
    source = str(path)
    numbers, (header, *rows) = _rows(_text(path), source)
    labels = header if header[0].strip() else ["Date", *header[1:]]
    if any(_is_number(label) for label in labels):
        raise PriceError(
            f"{source}: the first line must be a header, e.g. {HEADER}; received {brief(','.join(header))}"
        )
    positions = match_columns(labels, source)
    if "Date" not in positions:
        raise PriceError(
            f"{source}: the columns must include Date; received {brief(', '.join(labels))}; {_cure(rows)}"
        )
    uneven = [row for row, cells in enumerate(rows) if len(cells) != len(labels)]
    if uneven:
        raise PriceError(
            f"{source} line {numbers[1 + uneven[0]]}: the line must have {len(labels)} cells, as the header has; "
            f"received {len(rows[uneven[0]])}; mend or drop it{more(len(uneven) - 1)}"
        )
    columns = {field: [cells[position] for cells in rows] for field, position in positions.items()}
    return Table(source, path.stem, columns.pop("Date"), columns, "line", numbers[1:])


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise PriceError(
            f"{path}: there is no such file; give the path of one, or a name to find_prices"
        ) from None
    except IsADirectoryError:
        raise PriceError(f"{path}: this is a folder; give the path of a file in it") from None
    except UnicodeDecodeError:
        text = "\0"
    except OSError as error:
        raise PriceError(
            f"{path}: the file cannot be read ({error.strerror}); give the path of a CSV file"
        ) from None
    if "\0" in text:
        raise PriceError(f"{path}: this is not a text file in UTF-8; save it as CSV")
    return text


def _rows(text: str, source: str) -> tuple[list[int], list[list[str]]]:
    """Return the rows and the line at which each ends."""
    numbers, rows = [], []
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in reader:
            if cells:
                numbers.append(reader.line_num)
                rows.append(cells)
    except csv.Error as error:
        raise PriceError(
            f"{source} line {reader.line_num}: this is not CSV ({error}); save the file as CSV"
        ) from None
    if not rows:
        raise PriceError(f"{source}: the file is empty; it must have a header, e.g. {HEADER}, and rows")
    return numbers, rows


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _cure(rows: list[list[str]]) -> str:
    """Know the file that yfinance's nested columns make: its second line names the ticker of each."""
    is_nested = bool(rows) and rows[0][0].strip() == "Ticker"
    return "download with multi_level_index=False" if is_nested else "add Date"
