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

    The first column may go without a label, as pandas writes an index that has no name; it is then the date. The three
    lines with which yfinance heads a table of one ticker are understood.
    """
    source = str(path)
    numbers, (header, *rows) = _rows(_text(path), source)
    name = path.stem
    if len(rows) > 1 and rows[0][0].strip() == "Ticker":
        name, header, rows, numbers = _unnested(header, rows, numbers, source)
    labels = header if header[0].strip() else ["Date", *header[1:]]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise PriceError(
            f"{source}: the cells must be separated by commas, e.g. {HEADER}; received {brief(header[0])}; "
            "save the file so"
        )
    if any(_is_number(label) for label in labels):
        raise PriceError(
            f"{source}: the first line must be a header, e.g. {HEADER}; received {brief(','.join(header))}"
        )
    positions = match_columns(labels, source)
    if "Date" not in positions:
        raise PriceError(
            f"{source}: the columns must include Date; received {brief(', '.join(labels))}; add Date"
        )
    uneven = [row for row, cells in enumerate(rows) if len(cells) != len(labels)]
    if uneven:
        raise PriceError(
            f"{source} line {numbers[1 + uneven[0]]}: the line must have {len(labels)} cells, as the header has; "
            f"received {len(rows[uneven[0]])}; mend or drop it{more(len(uneven) - 1)}"
        )
    columns = {field: [cells[position] for cells in rows] for field, position in positions.items()}
    return Table(source, name, columns.pop("Date"), columns, "line", numbers[1:])


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


def _unnested(
    header: list[str], rows: list[list[str]], numbers: list[int], source: str
) -> tuple[str, list[str], list[list[str]], list[int]]:
    """Take out the fields of one ticker, below which yfinance writes the ticker of each column and then "Date"."""
    tickers = list(dict.fromkeys(cell.strip() for cell in rows[0][1:] if cell.strip()))
    if len(tickers) != 1:
        raise PriceError(
            f"{source}: the file must hold one ticker; received {brief(', '.join(tickers)) or 'none'}; "
            "save each to a file of its own"
        )
    is_named = not any(cell.strip() for cell in rows[1][1:])
    first = 2 if is_named else 1
    return tickers[0], ["Date", *header[1:]], rows[first:], [numbers[0], *numbers[1 + first :]]
