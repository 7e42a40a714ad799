"""What yfinance makes of Yahoo's answers, and we of that: its real code, over an adapter without a network."""

from __future__ import annotations

import datetime as dt
import pickle

import pytest
import requests

from bt_risk.errors import DataUnavailable
from bt_risk.prices import yahoo
from tests.prices.yahoo_server import bars, nothing, refusal

MONDAY, WEDNESDAY = dt.date(2020, 1, 6), dt.date(2020, 1, 8)
PRICES = bars("2020-01-06", 10.0, 11.0, 12.0, adjusted=0.5)
MISSING = (404, refusal("Not Found", "No data found, symbol may be delisted"))


def download(symbol, start=MONDAY, end=WEDNESDAY, interval="1d", *, is_adjusted=True):
    return yahoo.download(symbol, start, end, interval, is_adjusted=is_adjusted)


def failure(*arguments, **options) -> tuple[str, str]:
    with pytest.raises(DataUnavailable) as caught:
        download(*arguments, **options)
    assert "\n" not in str(caught.value)
    return caught.value.reason, str(caught.value)


def test_prices_come_as_naive_days_and_both_ends_are_asked_for(served):
    server = served(lambda symbol, query: (200, PRICES))
    frame = download("GOOD")
    assert [str(date) for date in frame.index] == [f"2020-01-0{day} 00:00:00" for day in (6, 7, 8)]
    assert list(frame.columns) == ["Open", "High", "Low", "Close", "Volume"]
    assert frame["Close"].tolist() == [5.0, 5.5, 6.0]
    symbol, query = server.asked[-1]
    assert (symbol, query["interval"]) == ("GOOD", "1d")
    span = [dt.datetime.fromtimestamp(int(query[name]), dt.UTC) for name in ("period1", "period2")]
    assert [moment.isoformat()[:10] for moment in span] == ["2020-01-06", "2020-01-09"]


def test_raw_prices_keep_the_adjusted_close_beside_them(served):
    served(lambda symbol, query: (200, PRICES))
    frame = download("RAW", is_adjusted=False)
    assert frame["Close"].tolist() == [10.0, 11.0, 12.0]
    assert frame["Adj Close"].tolist() == [5.0, 5.5, 6.0]


def test_bars_of_an_hour_keep_the_clock_of_the_exchange(served):
    day = bars("2020-01-06", 10.0, 11.0, 12.0, step=3600)
    session = {"start": 1578321000, "end": 1578344400, "gmtoffset": -18000, "timezone": "EST"}
    day["chart"]["result"][0]["meta"]["tradingPeriods"] = [[session]]
    served(lambda symbol, query: (200, day))
    frame = download("HOURS", interval="1h")
    assert [str(date) for date in frame.index] == [f"2020-01-06 {hour}:30:00" for hour in ("09", "10", "11")]


@pytest.mark.parametrize("symbol", ["GONE1", "GONE2", "GONE3"])  # yfinance asks otherwise from the third on
def test_a_symbol_that_yahoo_does_not_know(served, symbol):
    served(lambda symbol, query: MISSING)
    reason, text = failure(symbol)
    assert reason == "unknown symbol"
    assert text.startswith(f"{symbol}: unknown symbol: Yahoo does not know it; it may be misspelt")


def test_a_known_symbol_without_any_price_is_delisted(served):
    served(lambda symbol, query: (200, nothing() if "period1" in query else PRICES))
    assert failure("PAST")[0] == "delisted"
    assert failure("PAST", None, None)[0] == "delisted"


def test_a_range_behind_the_last_price_names_the_span_there_is(served):
    late = dt.datetime(2020, 6, 1, tzinfo=dt.UTC).timestamp()
    served(lambda symbol, query: (200, nothing() if int(query.get("period1", 0)) > late else PRICES))
    reason, text = failure("ENDED", dt.date(2021, 1, 4), dt.date(2021, 1, 8))
    assert reason == "empty range"
    assert text == (
        "ENDED: empty range: Yahoo has daily prices from 2020-01-06 to 2020-01-08, asked was 2021-01-04 to 2021-01-08 "
        "by 1d; no prices since 2020-01-08: it may be delisted"
    )


def test_a_range_on_a_weekend_is_not_called_delisted(served):
    weekend = dt.datetime(2020, 1, 10, tzinfo=dt.UTC).timestamp()
    served(lambda symbol, query: (200, nothing() if int(query.get("period1", 0)) > weekend else PRICES))
    reason, text = failure("WEEKEND", dt.date(2020, 1, 11), dt.date(2020, 1, 12))
    assert reason == "empty range"
    assert "delisted" not in text


def test_yahoos_own_reason_for_an_empty_range_is_passed_on(served):
    refused = refusal("Unprocessable Entity", "5m data must be within the last 60 days.")
    served(lambda symbol, query: (422, refused) if query["interval"] == "5m" else (200, PRICES))
    reason, text = failure("MINUTES", interval="5m")
    assert reason == "empty range"
    assert "(Yahoo: 5m data must be within the last 60 days.)" in text


def test_without_a_network_the_true_cause_is_said_and_nothing_is_tried_again(served, waits):
    server = served(lambda symbol, query: requests.ConnectionError("no route to host"))
    reason, text = failure("AWAY")
    assert reason == "no network"
    assert "Yahoo cannot be reached (ConnectionError: no route to host)" in text
    assert len(server.asked) == 1
    assert waits == []


def test_a_timeout_is_no_network(served):
    served(lambda symbol, query: requests.Timeout("10 seconds"))
    assert failure("SLOW")[0] == "no network"


@pytest.mark.parametrize(
    "answer",
    [
        (200, "<html>consent</html>"),
        (500, "oops"),
        (200, {"chart": {"result": [{}], "error": None}}),
        (200, {}),
    ],
    ids=["a page", "an error of theirs", "a hole", "nothing"],
)
def test_an_answer_that_holds_no_prices_is_called_one(served, answer):
    served(lambda symbol, query: answer)
    reason, text = failure("PAGE")
    assert reason == "bad answer"
    assert "Yahoo sent something else than prices" in text


def test_a_rate_limit_is_waited_for_twice_as_long_each_time(served, waits):
    server = served(lambda symbol, query: (429, "Too Many Requests"))
    reason, text = failure("BUSY")
    assert reason == "rate limit"
    assert text == "BUSY: rate limit: Yahoo refuses more requests for now; try again in some minutes"
    assert waits == [2.0, 4.0, 8.0, 16.0]
    assert len(server.asked) == 10  # yfinance asks twice each time, with another cookie


def test_a_rate_limit_that_ends_is_none(served, waits, caplog):
    answers = iter([(429, "")] * 4)
    served(lambda symbol, query: next(answers, (200, PRICES)))
    assert len(download("PATIENT")) == 3
    assert waits == [2.0, 4.0]
    told = [record.message for record in caplog.records if record.name == "bt_risk"]
    assert told == [f"PATIENT: Yahoo's rate limit, waiting {seconds} s" for seconds in (2, 4)]


def test_yfinance_is_left_as_it_was(served):
    import yfinance

    served(lambda symbol, query: MISSING)
    failure("LEFT")
    assert yfinance.config.debug.hide_exceptions is True


def test_the_error_survives_a_way_through_another_process():
    error = DataUnavailable("SPY", "rate limit", "try again")
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.symbol, copy.reason) == (str(error), "SPY", "rate limit")
