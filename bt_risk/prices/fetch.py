"""Prices of a symbol from Yahoo, kept in a folder of plain files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import pandas as pd

from bt_risk.errors import DataUnavailable, PriceError
from bt_risk.prices import yahoo
from bt_risk.prices.cache import Entry, path_of, read_entry, write_entry
from bt_risk.prices.load import load_prices
from bt_risk.prices.table import brief

FOLDER = "prices"
INTERVALS = ("1d", "1wk", "1mo", "1h", "30m", "15m", "5m", "1m")
NOT_KEPT = "not downloaded"
_SYMBOL = re.compile(r"\^?[A-Z0-9][A-Z0-9.=-]{0,29}")


@dataclass(frozen=True)
class Fetched:
    """Where the prices of a symbol are, what they are, and whether they were there before."""

    path: Path
    entry: Entry
    is_from_cache: bool


def fetch_prices(
    symbol: str,
    *,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    interval: str = "1d",
    is_adjusted: bool = True,
    folder: str | PathLike[str] = FOLDER,
    offline: bool = False,
    repair: Sequence[str] = (),
) -> pd.DataFrame:
    """Return the prices of a symbol from Yahoo, checked as by `load_prices`, and keep them in a folder.

    What is there already is used where it covers the range; an open end is downloaded anew each time. A range is always
    downloaded whole, because every dividend changes all adjusted prices before it.

    Parameters
    ----------
    symbol : str
        As Yahoo writes it, e.g. "AAPL", "^GSPC", "EURUSD=X", "BTC-USD".
    start, end : ISO date or date, optional
        First and last day wanted, both included; by default everything.
    interval : str
        "1d", "1wk", "1mo", "1h", "30m", "15m", "5m" or "1m". Yahoo keeps intraday prices for some weeks only.
    is_adjusted : bool
        Whether prices are scaled for splits and dividends; otherwise for splits only.
    folder : path
        Where ``SYMBOL.csv`` and ``SYMBOL.json`` are kept; `find_prices` looks into ./prices.
    offline : bool
        Use what is in the folder only.
    repair : sequence of str, optional
        As for `load_prices`, for prices that Yahoo sends broken.

    Raises
    ------
    DataUnavailable
        `reason` is "unknown symbol", "delisted", "empty range", "no network", "rate limit", "bad answer" or, offline,
        "not downloaded".
    PriceError
        The symbol, the interval or a date cannot be one, or the prices sent break a rule that was not to be mended.
    """
    fetched = fetch(
        symbol,
        start=start,
        end=end,
        interval=interval,
        is_adjusted=is_adjusted,
        folder=folder,
        offline=offline,
        repair=repair,
    )
    return load_prices(
        fetched.path, name=fetched.entry.symbol, start=_day("start", start), end=_day("end", end)
    )


def fetch(
    symbol: str,
    *,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    interval: str = "1d",
    is_adjusted: bool = True,
    folder: str | PathLike[str] = FOLDER,
    offline: bool = False,
    repair: Sequence[str] = (),
) -> Fetched:
    """Do what `fetch_prices` does and return where the prices are instead of the prices."""
    symbol = _checked(symbol, interval)
    first, last = _day("start", start), _day("end", end)
    if first and last and last < first:
        raise PriceError(f"end must not be before start, e.g. {first}; received {last}")
    path = path_of(Path(folder), symbol, interval, is_adjusted=is_adjusted)
    entry = read_entry(path)
    if entry and (entry.covers(first, last) or (offline and not entry.lacks(first, last))):
        return Fetched(path, entry, is_from_cache=True)
    if offline and entry:
        text = f"of {path} {entry.lacks(first, last)}; fetch it without offline, or leave that end open"
        raise DataUnavailable(symbol, NOT_KEPT, text)
    if offline:
        text = f"{path} is not there, or not as it was downloaded; fetch it once without offline"
        raise DataUnavailable(symbol, NOT_KEPT, text)
    try:
        sent = yahoo.download(symbol, first, last, interval, is_adjusted=is_adjusted)
    except DataUnavailable as error:
        if entry is None:
            raise
        kept = f"{error.text}; {path} still has {entry.first[:10]} to {entry.last[:10]}, use it with offline"
        known = yahoo.DELISTED if error.reason == yahoo.UNKNOWN else error.reason
        raise DataUnavailable(symbol, known, kept) from None
    frame = load_prices(sent, name=symbol, repair=repair)
    about = {
        "symbol": symbol,
        "start": first.isoformat() if first else None,
        "end": last.isoformat() if last else None,
        "interval": interval,
        "is_adjusted": is_adjusted,
        "repairs": tuple(frame.attrs.get("repairs", ())),
        "yfinance": yahoo.version(),
    }
    return Fetched(path, write_entry(path, frame, about), is_from_cache=False)


def _checked(symbol: str, interval: str) -> str:
    name = symbol.strip().upper() if isinstance(symbol, str) else ""
    if not _SYMBOL.fullmatch(name):
        raise PriceError(
            f"symbol must be one of Yahoo's, e.g. 'AAPL' or '^GSPC'; received {brief(repr(symbol))}"
        )
    if interval not in INTERVALS:
        raise PriceError(f"interval must be one of {', '.join(INTERVALS)}; received {brief(repr(interval))}")
    return name


def _day(bound: str, value: str | dt.date | None) -> dt.date | None:
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    try:
        return dt.date.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise PriceError(
            f"{bound} must be an ISO date, e.g. 2010-01-04; received {brief(repr(value))}"
        ) from None
