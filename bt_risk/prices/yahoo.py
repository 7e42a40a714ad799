"""Download prices from Yahoo through yfinance, and tell apart why that failed.

yfinance calls nearly every failure "possibly delisted" or returns an empty frame. Here its true causes are raised, and
an empty range is told from a delisted symbol by a second question for the whole history.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd

from bt_risk.errors import DataUnavailable
from bt_risk.prices.table import FIELDS, brief

UNKNOWN, DELISTED, EMPTY = "unknown symbol", "delisted", "empty range"
NO_NETWORK, RATE_LIMIT, BAD_ANSWER = "no network", "rate limit", "bad answer"
# Longer ago than any holiday: a series that ends so far before a range has probably ended for good.
LONG_AGO = dt.timedelta(days=30)
ATTEMPTS, FIRST_WAIT, LONGEST_WAIT = 5, 2.0, 60.0

sleep = time.sleep
_log = logging.getLogger("bt_risk")


def download(
    symbol: str, start: dt.date | None, end: dt.date | None, interval: str, *, is_adjusted: bool
) -> pd.DataFrame:
    """Return what Yahoo has from start to end, both included, by the exchange's own clock.

    What meets the rate limit is tried again after 2, 4, 8 and 16 seconds.

    Raises
    ------
    DataUnavailable
        `reason` is "unknown symbol", "delisted", "empty range", "no network", "rate limit" or "bad answer".
    """
    import tenacity

    patient = tenacity.Retrying(
        retry=tenacity.retry_if_exception(
            lambda error: isinstance(error, DataUnavailable) and error.reason == RATE_LIMIT
        ),
        wait=tenacity.wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        sleep=sleep,
        before_sleep=lambda state: _log.warning(
            "%s: Yahoo's rate limit, waiting %g s",
            symbol,
            state.next_action.sleep if state.next_action else 0.0,
        ),
        reraise=True,
    )
    frame: pd.DataFrame = patient(_ask, symbol, start, end, interval, is_adjusted)
    return frame


def version() -> str:
    """Return the version of yfinance."""
    import yfinance

    return str(yfinance.__version__)


def _ask(
    symbol: str, start: dt.date | None, end: dt.date | None, interval: str, is_adjusted: bool
) -> pd.DataFrame:
    frame, said = _history(symbol, start, end, interval, is_adjusted)
    if not frame.empty:
        return frame
    if start is None and end is None:
        raise DataUnavailable(symbol, DELISTED, f"Yahoo knows the symbol and has no prices of it{said}")
    whole, _ = _history(symbol, None, None, "1d", is_adjusted)
    if whole.empty:
        raise DataUnavailable(symbol, DELISTED, f"Yahoo knows the symbol and has no prices of it{said}")
    first, last = whole.index[0].date(), whole.index[-1].date()
    asked = f"{start or 'the beginning'} to {end or 'now'}"
    ended = f"; no prices since {last}: it may be delisted" if start and start - last > LONG_AGO else ""
    raise DataUnavailable(
        symbol,
        EMPTY,
        f"Yahoo has daily prices from {first} to {last}, asked was {asked} by {interval}{said}{ended}",
    )


def _history(
    symbol: str, start: dt.date | None, end: dt.date | None, interval: str, is_adjusted: bool
) -> tuple[pd.DataFrame, str]:
    """Return the prices, empty where Yahoo has none, and what Yahoo said to that."""
    import yfinance
    from yfinance import exceptions

    span: dict[str, Any] = {"start": start, "end": end + dt.timedelta(days=1) if end else None}
    if start is None and end is None:
        span = {"period": "max"}
    elif start is None:
        span["start"] = dt.date(1900, 1, 1)
    with _outspoken(yfinance):
        try:
            frame = yfinance.Ticker(symbol).history(
                interval=interval, auto_adjust=is_adjusted, actions=False, **span
            )
        except exceptions.YFRateLimitError:
            text = "Yahoo refuses more requests for now; try again in some minutes"
            raise DataUnavailable(symbol, RATE_LIMIT, text) from None
        except exceptions.YFTzMissingError:
            text = "Yahoo does not know it; it may be misspelt, renamed or delisted long ago"
            raise DataUnavailable(symbol, UNKNOWN, text) from None
        except exceptions.YFPricesMissingError as error:
            reason = getattr(error, "yahoo_reason", None)  # older versions do not tell
            return pd.DataFrame(), f" (Yahoo: {brief(reason)})" if reason else ""
        except (exceptions.YFException, ValueError, LookupError, TypeError, AttributeError) as error:
            text = f"Yahoo sent something else than prices ({type(error).__name__}: {brief(error)})"
            raise DataUnavailable(symbol, BAD_ANSWER, f"{text}; try again later") from None
        except OSError as error:  # the base of the errors of requests and of curl_cffi
            raise _of_connection(symbol, error) from None
    fields = [field for field in (*FIELDS, "Adj Close") if field in frame]
    return frame[fields].tz_localize(None), ""


def _of_connection(symbol: str, error: OSError) -> DataUnavailable:
    # Where there was no answer, curl_cffi has one of status 0 and requests none.
    status = getattr(getattr(error, "response", None), "status_code", None) or None
    if status == 404:
        return DataUnavailable(symbol, UNKNOWN, "Yahoo does not know it; it may be misspelt or renamed")
    if status is not None:
        return DataUnavailable(symbol, BAD_ANSWER, f"Yahoo answered with status {status}; try again later")
    # curl adds where to read about the error's number.
    text = f"Yahoo cannot be reached ({type(error).__name__}: {brief(str(error).split('. See ')[0])})"
    return DataUnavailable(
        symbol, NO_NETWORK, f"{text}; see to the connection, or use what is there with offline"
    )


@contextmanager
def _outspoken(yfinance: Any) -> Iterator[None]:
    """Let yfinance raise instead of logging, and keep its warnings about pandas to itself."""
    debug, logger = yfinance.config.debug, logging.getLogger("yfinance")
    before, level = debug.hide_exceptions, logger.level
    debug.hide_exceptions = False
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        debug.hide_exceptions = before
        logger.setLevel(level)
