"""Prices with something wrong in them, by a seed. Gives: the bytes of files and frames, each the same on every call."""

from __future__ import annotations

import contextlib
import datetime as dt
import random

import numpy as np
import pandas as pd

from tests.prices.markets import quiet

GOOD = quiet(12)
FIELDS = ["Date", "Open", "High", "Low", "Close", "Volume"]
# What a cell may hold that is no price, no volume or no date.
CELLS = [
    "",
    " ",
    "nan",
    "NaN",
    "inf",
    "-inf",
    "-1",
    "0",
    "1e999",
    "1e-400",
    "x",
    "1,5",
    "1.2.3",
    "#N/A",
    "null",
    "--",
]
CELLS += [
    "2010-02-30",
    "01/05/2010",
    "20100105",
    "2010-01-05T25:00",
    "9999-12-31",
    "0001-01-01",
    "1e5",
    "\u0663",
    "True",
]
CELLS += [
    '"',
    '""',
    "'",
    "\t",
    "=1+1",
    "100 USD",
    "$100",
    "1_000",
    "0x1F",
    "\ufeff",
    "\u2212" + "5",
    "é" * 300,
    "\x00",
]
OBJECTS = [
    None,
    np.nan,
    pd.NA,
    pd.NaT,
    np.inf,
    -np.inf,
    -1.0,
    0.0,
    "x",
    "",
    [1],
    {},
    (),
    b"1",
    object,
    1j,
    True,
]
OBJECTS += [dt.date(2010, 1, 5), dt.timedelta(1), pd.Timestamp("2010-01-05", tz="UTC"), 10**400, "2010-02-30"]


def file_of(seed: int) -> bytes:
    """Return the bytes of a CSV file with one to three faults."""
    chance = random.Random(seed)
    rows = [FIELDS, *([str(date.date()), *map(repr, row)] for date, *row in GOOD.itertuples())]
    rows = [list(row) for row in rows]
    content: bytes | None = None
    for _ in range(chance.randint(1, 3)):
        chance.choice(_ROW_FAULTS)(rows, chance)
    content = "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")
    if chance.random() < 0.3:
        content = chance.choice(_BYTE_FAULTS)(content, chance)
    return content


def _cell(rows, chance):
    row = chance.choice(rows)
    if row:
        row[chance.randrange(len(row))] = chance.choice(CELLS)


def _swap(rows, chance):
    first, second = chance.randrange(len(rows)), chance.randrange(len(rows))
    rows[first], rows[second] = rows[second], rows[first]


def _double(rows, chance):
    rows.insert(chance.randrange(len(rows)), list(chance.choice(rows)))


def _drop_cell(rows, chance):
    row = chance.choice(rows)
    if row:
        row.pop(chance.randrange(len(row)))


def _drop_column(rows, chance):
    column = chance.randrange(6)
    for row in rows:
        del row[column : column + 1]


def _swap_columns(rows, chance):
    first, second = chance.sample(range(1, 6), 2)
    for row in rows[1:]:
        if len(row) == 6:
            row[first], row[second] = row[second], row[first]


def _scale(rows, chance):
    row = chance.choice(rows[1:])
    field = chance.randrange(1, 5)
    if len(row) > field:
        row[field] = str(chance.choice([1e-3, 0.5, 2.0, 1e6, -1.0, 0.0]) * 100.0)


def _more_cells(rows, chance):
    chance.choice(rows).extend(["1"] * chance.randint(1, 3))


def _reverse(rows, chance):
    rows[1:] = rows[:0:-1]


_ROW_FAULTS = (
    *[_cell] * 6,
    _scale,
    _scale,
    _reverse,
    _swap,
    _double,
    _drop_cell,
    _drop_column,
    _swap_columns,
    _more_cells,
    _reverse,
)


def _cut(content, chance):
    return content[: chance.randrange(len(content))]


def _bytes(content, chance):
    at = chance.randrange(len(content))
    return content[:at] + chance.randbytes(chance.randint(1, 8)) + content[at:]


def _lines(content, chance):
    return content.replace(b"\n", chance.choice([b"\r", b"\r\n", b"\n\n", b";\n", b"", b'"\n']))


def _encode(content, chance):
    return content.decode("utf-8", "replace").encode(chance.choice(["utf-16", "utf-32", "utf-8-sig"]))


def _separate(content, chance):
    return content.replace(b",", chance.choice([b";", b"\t", b"|", b",,", b" "]))


_BYTE_FAULTS = (_cut, _bytes, _lines, _encode, _separate)


def frame_of(seed: int) -> pd.DataFrame:
    """Return a frame with one to three faults in its cells, its index or its columns."""
    chance = random.Random(seed)
    frame = GOOD.copy()
    for _ in range(chance.randint(1, 3)):
        with contextlib.suppress(OverflowError):  # pandas 2 cannot hold every number in every frame
            frame = chance.choice(_FRAME_FAULTS)(frame, chance)
    return frame


def _object(frame, chance):
    frame = frame.astype(object)
    if frame.size:
        frame.iat[chance.randrange(len(frame)), chance.randrange(frame.shape[1])] = chance.choice(OBJECTS)
    return frame


def _times(frame, chance):
    if frame.size:
        column = chance.randrange(frame.shape[1])
        factor = chance.choice([0.0, -1.0, np.nan, np.inf, 3.0, 1e-320])
        cells = frame.iloc[:, column].to_list()
        row = chance.randrange(len(cells))
        cells[row] = cells[row] * factor if isinstance(cells[row], float) else factor
        frame = frame.copy()
        frame.isetitem(column, cells)
    return frame


def _index(frame, chance):
    rows = len(frame)
    kinds = [
        lambda: pd.RangeIndex(rows),
        lambda: pd.Index(
            [chance.choice([*OBJECTS[:4], "2010-01-05", "soon"]) for _ in range(rows)], dtype=object
        ),
        lambda: frame.index[::-1],
        lambda: pd.DatetimeIndex([pd.Timestamp("2010-01-04")] * rows),
        lambda: pd.period_range("2010-01-04", periods=rows, freq="D"),
        lambda: pd.TimedeltaIndex(np.arange(rows).astype("timedelta64[D]").astype("timedelta64[s]")),
        lambda: pd.CategoricalIndex(["2010-01-04"] * rows),
        lambda: pd.MultiIndex.from_product([["A"], range(rows)]),
        lambda: pd.Index([f"2010-01-{day + 1:02}T09:30:00+05:30" for day in range(rows)]),
        lambda: pd.date_range("2010-01-04", periods=rows, tz="Asia/Tokyo"),
        lambda: pd.Index([float(day) for day in range(rows)]),
    ]
    return frame.set_axis(chance.choice(kinds)(), axis=0)


def _columns(frame, chance):
    width = frame.shape[1]
    labels = list(frame.columns)
    if not width:
        return frame
    labels[chance.randrange(width)] = chance.choice(
        ["close", "CLOSE ", "Price", 5, None, ("Close", "A"), "Date", "Adj Close"]
    )
    kinds = [
        lambda: labels,
        lambda: pd.MultiIndex.from_tuples([(label, "A") for label in frame.columns]),
        lambda: pd.MultiIndex.from_tuples([(label, f"T{at % 2}") for at, label in enumerate(frame.columns)]),
        lambda: pd.MultiIndex.from_tuples([("x", label, "A") for label in frame.columns]),
        lambda: range(width),
    ]
    if isinstance(frame.columns, pd.MultiIndex):
        return frame
    return frame.set_axis(
        pd.Index(labels, dtype=object) if chance.random() < 0.5 else chance.choice(kinds)(), axis=1
    )


def _rows(frame, chance):
    if not len(frame):
        return frame
    return frame.iloc[[chance.randrange(len(frame)) for _ in range(chance.randint(0, len(frame)))]]


def _kind(frame, chance):
    kind = chance.choice(["float32", "str", "object", "string", "category", "complex128"])
    try:
        return frame.astype(kind)
    except (TypeError, ValueError, OverflowError):
        return frame


def _reset(frame, chance):
    try:
        return frame.reset_index(drop=chance.random() < 0.3)
    except (TypeError, ValueError, OverflowError):
        return frame


def _without(frame, chance):
    return frame.drop(columns=frame.columns[chance.randrange(frame.shape[1])]) if frame.shape[1] else frame


_FRAME_FAULTS = (_object, _object, _times, _times, _index, _columns, _rows, _kind, _reset, _without)
