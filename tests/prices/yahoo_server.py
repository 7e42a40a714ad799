"""Yahoo as an adapter of requests: real yfinance code above it, no socket below it."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import BaseAdapter

ZONE = {"exchangeTimezoneName": "America/New_York", "timezone": "EST", "gmtoffset": -18000}
DAY = 86_400


def bars(first: str, *closes: float, step: int = DAY, adjusted: float = 1.0) -> dict:
    """Return the answer to a question for prices: a bar a step from 09:30 in New York, the high 1 above the close."""
    start = int(dt.datetime.fromisoformat(f"{first}T14:30:00+00:00").timestamp())
    quote = {
        "open": list(closes),
        "high": [close + 1.0 for close in closes],
        "low": [close - 1.0 for close in closes],
        "close": list(closes),
        "volume": [1000] * len(closes),
    }
    meta = {**ZONE, "symbol": "ANY", "currency": "USD", "instrumentType": "EQUITY", "priceHint": 2}
    meta |= {"validRanges": ["1d", "max"], "dataGranularity": "1d", "regularMarketTime": start}
    indicators = {"quote": [quote], "adjclose": [{"adjclose": [close * adjusted for close in closes]}]}
    times = [start + step * number for number in range(len(closes))]
    return {
        "chart": {"result": [{"meta": meta, "timestamp": times, "indicators": indicators}], "error": None}
    }


def nothing() -> dict:
    """Return the answer for a range in which there are no prices."""
    answer = bars("2020-01-06", 1.0)
    result = answer["chart"]["result"][0]
    del result["timestamp"]
    result["indicators"] = {"quote": [{}], "adjclose": [{}]}
    return answer


def refusal(code: str, description: str) -> dict:
    return {"chart": {"result": None, "error": {"code": code, "description": description}}}


class Yahoo(BaseAdapter):
    """Answer questions for charts by a function of (symbol, query); count them; refuse everything else.

    The function returns (status, body): a dict is sent as JSON, a str as it is; an exception is raised as requests
    raises it.
    """

    def __init__(self, answer: Callable[[str, dict[str, str]], tuple[int, dict | str] | Exception]) -> None:
        super().__init__()
        self.answer = answer
        self.asked: list[tuple[str, dict[str, str]]] = []

    def send(self, request, **_):
        parts = urlsplit(request.url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if "/v8/finance/chart/" in parts.path:
            symbol = parts.path.rsplit("/", 1)[1]
            self.asked.append((symbol, query))
            answer = self.answer(symbol, query)
        else:
            answer = (200, "crumb") if parts.path.endswith("getcrumb") else (404, "")
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        response = requests.Response()
        response.status_code = status
        response.request, response.url = request, request.url
        response.raw = io.BytesIO((json.dumps(body) if isinstance(body, dict) else body).encode())
        response.encoding = "utf-8"
        return response

    def close(self):
        pass


def serve(answer: Callable, cache: Path) -> Yahoo:
    """Put an answer in Yahoo's place for the whole of yfinance, whose own cache begins anew in a folder."""
    import yfinance
    from yfinance.data import YfData

    server = Yahoo(answer)
    session = requests.Session()
    session.mount("https://", server)
    session.mount("http://", server)
    yfinance.set_tz_cache_location(str(cache))
    YfData(session=session).cache_get.cache_clear()
    return server
