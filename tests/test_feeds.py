"""ArrayFeed gives bar for bar what PandasData gives, in every way in which Cerebro can run."""

from __future__ import annotations

import datetime as dt
import gc
import pickle
from itertools import product

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from bt_risk.errors import PriceError
from bt_risk.feeds import ArrayFeed, PriceArrays, _converted
from bt_risk.prices import find_prices, load_prices

AAPL = load_prices(find_prices("AAPL"), start="2000-09-01", end="2000-11-30")
EURUSD = load_prices(find_prices("EURUSD"), start="2000-09-10", end="2000-12-15")


def minutes() -> pd.DataFrame:
    """Make 100 bars at odd times of two days, so that day numbers need every bit."""
    random = np.random.default_rng(5)
    close = 50.0 * np.exp(random.normal(0.0, 0.002, 100).cumsum())
    open_ = close * np.exp(random.normal(0.0, 0.001, 100))
    index = pd.date_range("2024-01-02 09:30:01.000123", periods=100, freq="1301s", name="Date")
    columns = {
        "Open": open_,
        "High": np.maximum(open_, close) * 1.001,
        "Low": np.minimum(open_, close) * 0.999,
        "Close": close,
        "Volume": random.integers(0, 1000, 100).astype(float),
    }
    return pd.DataFrame(columns, index=index)


MINUTES = minutes()

MODES = {
    f"preload={preload} runonce={runonce} exactbars={exactbars}": {
        "preload": preload,
        "runonce": runonce,
        "exactbars": exactbars,
    }
    for preload, runonce, exactbars in product((True, False), (True, False), (-2, -1, False, 1))
} | {"lookahead": {"lookahead": 3}, "oldsync": {"oldsync": True}, "cheat on open": {"cheat_on_open": True}}

# The modes above come down to these ways through Cerebro.
WAYS = (
    "preload=True runonce=True exactbars=False",
    "preload=True runonce=False exactbars=False",
    "preload=False runonce=False exactbars=False",
    "preload=True runonce=True exactbars=-1",
    "preload=True runonce=True exactbars=1",
    "lookahead",
)


class East(dt.tzinfo):
    """Three hours east of UTC."""

    def utcoffset(self, moment):
        return dt.timedelta(hours=3)

    def dst(self, moment):
        return dt.timedelta(0)


def bits(values) -> list[str]:
    return [float(value).hex() for value in values]


class Witness(bt.Strategy):
    """Trade a little and write down every value of every line, and every fill."""

    def __init__(self):
        self.trace = []
        self.fills = []
        self.averages = [bt.ind.SMA(data, period=3) for data in self.datas]

    def prenext(self):
        self.record()

    def next(self):
        self.record()
        for data, average in zip(self.datas, self.averages, strict=True):
            if not self.getposition(data):
                if data.close[0] > average[0]:
                    self.buy_bracket(
                        data, size=3, limitprice=data.close[0] * 1.04, stopprice=data.low[0] * 0.97
                    )
            elif data.close[0] < average[0]:
                self.close(data)

    def record(self):
        for data in self.datas:
            # Before its first bar a data shows its last one, where it is preloaded.
            values = bits(line[0] for line in data.lines) if len(data) else []
            self.trace.append((len(data), data.buflen(), *values))

    def notify_order(self, order):
        if order.status == order.Completed:
            fill = order.executed
            self.fills.append(bits((fill.dt, fill.size, fill.price, fill.pnl)))


def one(cerebro, feed):
    cerebro.adddata(feed(dataname=AAPL))


def two_calendars(cerebro, feed):
    cerebro.adddata(feed(dataname=AAPL))
    cerebro.adddata(feed(dataname=EURUSD))


def window_of_days(cerebro, feed):
    cerebro.adddata(feed(dataname=AAPL, fromdate=dt.date(2000, 9, 18), todate=dt.date(2000, 11, 10)))


def window_that_ends_on_the_bars(cerebro, feed):
    bounds = {"fromdate": dt.datetime(2000, 9, 18), "todate": dt.datetime(2000, 11, 10)}
    cerebro.adddata(feed(dataname=AAPL, **bounds))


def window_that_ends_between_the_days(cerebro, feed):
    bounds = {"fromdate": dt.datetime(2000, 9, 16, 1), "todate": dt.datetime(2000, 11, 12, 1)}
    cerebro.adddata(feed(dataname=AAPL, **bounds))


def window_before_and_after_the_prices(cerebro, feed):
    cerebro.adddata(feed(dataname=AAPL, fromdate=dt.date(1999, 1, 1), todate=dt.date(2030, 1, 1)))


def without_prices_on_the_second(cerebro, feed):
    cerebro.adddata(feed(dataname=AAPL))
    cerebro.adddata(feed(dataname=EURUSD, fromdate=dt.date(2030, 1, 1)))


def weekly(cerebro, feed):
    cerebro.resampledata(feed(dataname=AAPL), timeframe=bt.TimeFrame.Weeks)


def weekly_beside_daily(cerebro, feed):
    daily = feed(dataname=AAPL, fromdate=dt.date(2000, 9, 18))
    cerebro.adddata(daily)
    cerebro.resampledata(daily, timeframe=bt.TimeFrame.Weeks)


def replayed_weeks(cerebro, feed):
    cerebro.replaydata(feed(dataname=AAPL), timeframe=bt.TimeFrame.Weeks)


def without_mondays(cerebro, feed):
    data = feed(dataname=AAPL, todate=dt.date(2000, 11, 10))
    data.addfilter_simple(lambda data: data.datetime.date(0).weekday() == 0)
    cerebro.adddata(data)


def filter_by_parameter(cerebro, feed):
    cerebro.adddata(feed(dataname=AAPL, filters=[bt.filters.HeikinAshi]))


def hours_of_a_session(cerebro, feed):
    hours = {"sessionstart": dt.time(10, 0), "sessionend": dt.time(16, 0)}
    data = feed(dataname=MINUTES, timeframe=bt.TimeFrame.Minutes, compression=20, **hours)
    data.addfilter(bt.filters.SessionFilter)
    cerebro.adddata(data)


def minutes_of_a_window(cerebro, feed):
    bounds = {"fromdate": dt.datetime(2024, 1, 2, 12), "todate": dt.date(2024, 1, 3)}
    cerebro.adddata(feed(dataname=MINUTES, timeframe=bt.TimeFrame.Minutes, compression=20, **bounds))


def minutes_and_their_days(cerebro, feed):
    data = feed(dataname=MINUTES, timeframe=bt.TimeFrame.Minutes, compression=20)
    cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=bt.TimeFrame.Minutes, compression=120)


def times_read_in_another_zone(cerebro, feed):
    window = {"fromdate": dt.datetime(2024, 1, 2, 12)}
    cerebro.adddata(feed(dataname=MINUTES, timeframe=bt.TimeFrame.Minutes, tzinput=East(), **window))


def times_shown_in_another_zone(cerebro, feed):
    window = {"fromdate": dt.datetime(2024, 1, 2, 16), "todate": dt.datetime(2024, 1, 3, 16)}
    cerebro.adddata(feed(dataname=MINUTES, timeframe=bt.TimeFrame.Minutes, tz=East(), **window))


def one_after_the_other(cerebro, feed):
    parts = (AAPL.loc[:"2000-09-29"], AAPL.loc["2000-10-01":])
    cerebro.adddata(bt.feeds.Chainer(*(feed(dataname=part) for part in parts)))


MARKETS = (
    one,
    two_calendars,
    window_of_days,
    window_that_ends_on_the_bars,
    window_that_ends_between_the_days,
    window_before_and_after_the_prices,
    without_prices_on_the_second,
    weekly,
    weekly_beside_daily,
    replayed_weeks,
    without_mondays,
    filter_by_parameter,
    hours_of_a_session,
    minutes_of_a_window,
    minutes_and_their_days,
    times_read_in_another_zone,
    times_shown_in_another_zone,
    one_after_the_other,
)


IN_EVERY_MODE = (one, two_calendars, window_of_days, weekly_beside_daily)


def outcome(market, feed, mode, runs: int = 1):
    """Return the trace and the fills, or the error where Backtrader itself cannot run this."""
    cerebro = bt.Cerebro(stdstats=False, **mode)
    cerebro.addstrategy(Witness)
    market(cerebro, feed)
    try:
        for _ in range(runs):
            (witness,) = cerebro.run()
    except Exception as error:
        return repr(error), []
    lines = [[bits(line.array) for line in data.lines] for data in witness.datas]
    return (witness.trace, lines), witness.fills


@pytest.mark.parametrize(
    ("market", "mode"),
    [(market, mode) for market in MARKETS for mode in (MODES if market in IN_EVERY_MODE else WAYS)],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_lines_and_fills_are_those_of_pandas_data_to_the_bit(market, mode):
    theirs = outcome(market, bt.feeds.PandasData, MODES[mode])
    assert outcome(market, ArrayFeed, MODES[mode]) == theirs


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: market.__name__)
def test_the_comparison_has_bars_and_fills_to_compare(market):
    if market is without_prices_on_the_second:
        # Backtrader cannot compute an average of no bars at all.
        assert outcome(market, ArrayFeed, {}) == ("IndexError('array assignment index out of range')", [])
        market = one
    (trace, _), fills = outcome(market, ArrayFeed, {})
    assert len(trace) >= 13
    assert fills


@pytest.mark.parametrize("mode", WAYS)
def test_a_second_run_of_the_same_cerebro_starts_from_the_first_row(mode):
    first = outcome(two_calendars, ArrayFeed, MODES[mode])
    assert outcome(two_calendars, ArrayFeed, MODES[mode], runs=2) == first


def test_a_run_in_another_mode_leaves_nothing_behind():
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.addstrategy(Witness)
    two_calendars(cerebro, ArrayFeed)
    runs = [cerebro.run(runonce=runonce)[0] for runonce in (True, False, True)]
    assert runs[0].fills
    assert [(run.trace, run.fills) for run in runs] == [(runs[0].trace, runs[0].fills)] * 3


def test_a_name_of_a_line_is_the_line_itself():
    feed = preloaded(dataname=AAPL)
    for alias in feed.getlinealiases():
        assert vars(feed)[alias] is getattr(feed.lines, alias)


def test_an_optimised_run_gives_each_strategy_the_same_bars():
    cerebro = bt.Cerebro(stdstats=False, maxcpus=1, optreturn=False)
    one(cerebro, ArrayFeed)
    cerebro.optstrategy(Counting, step=(1, 2))
    assert [witness.count for (witness,) in cerebro.run()] == [len(AAPL), len(AAPL)]


class Counting(bt.Strategy):
    params = (("step", 1),)

    def __init__(self):
        self.count = 0

    def next(self):
        self.count += 1


def preloaded(kind=ArrayFeed, **options) -> ArrayFeed:
    """Preload a feed as Cerebro does."""
    feed = kind(**options)
    cerebro = bt.Cerebro()
    cerebro.adddata(feed)
    cerebro.addstrategy(bt.Strategy)
    cerebro.run()
    return feed


def test_a_feed_takes_a_path_a_frame_or_arrays():
    path = find_prices("AAPL")
    frame = load_prices(path)
    for source in (path, str(path), frame, PriceArrays.from_frame(frame)):
        feed = ArrayFeed(dataname=source)
        assert feed._name == "AAPL"
        assert len(preloaded(dataname=source).close.array) == 3270
        assert ArrayFeed(dataname=source, name="apple")._name == "apple"


def test_a_frame_of_any_shape_goes_through_the_loader():
    frame = AAPL.rename(columns=str.lower).tz_localize("America/New_York")
    feed = preloaded(dataname=frame)
    assert feed.close.array.tolist() == AAPL["Close"].tolist()
    assert feed.datetime.array[0] == bt.date2num(dt.datetime(2000, 9, 1))
    assert feed._name == "AAPL"


def test_bad_prices_are_refused_when_the_feed_is_made():
    bad = AAPL.copy()
    bad.iloc[3, 3] = np.nan
    with pytest.raises(
        PriceError, match=r"^frame ACME row 4 \(2000-09-07\): Close must be .*; received nan; "
    ):
        ArrayFeed(dataname=bad, name="ACME")
    with pytest.raises(
        PriceError, match=r"^source must be a CSV path or a DataFrame, e.g. 'AAPL.csv'; received None"
    ):
        ArrayFeed()


@pytest.mark.parametrize(
    "dates",
    [
        ["1899-12-31", "1969-12-31", "1970-01-01", "2100-02-28"],
        ["1969-12-31", "1969-12-31 23:59:59.999999", "1970-01-01 00:00:00.000001"],
    ],
)
def test_dates_become_the_numbers_of_backtrader_to_the_bit(dates):
    index = pd.DatetimeIndex(dates, name="Date")
    arrays = PriceArrays.from_frame(AAPL.iloc[: len(index)].set_axis(index))
    assert bits(arrays.datetime) == bits(map(bt.date2num, index.to_pydatetime()))


def test_a_frame_is_converted_once():
    frame = AAPL.copy()
    assert ArrayFeed(dataname=frame)._arrays is ArrayFeed(dataname=frame)._arrays


def test_a_frame_changed_in_place_is_converted_again():
    frame = AAPL.copy()
    before = ArrayFeed(dataname=frame)._arrays
    frame.iloc[-1, frame.columns.get_loc("Volume")] += 1.0
    after = ArrayFeed(dataname=frame)._arrays
    assert after.volume[-1] == before.volume[-1] + 1.0
    frame.index = frame.index + pd.Timedelta(days=1)
    assert ArrayFeed(dataname=frame)._arrays.datetime[0] == before.datetime[0] + 1.0


def test_a_frame_under_two_names_keeps_both():
    frame = AAPL.copy()
    frame.attrs = {}
    assert [ArrayFeed(dataname=frame, name=name)._name for name in ("one", "two", "")] == ["one", "two", ""]


def test_converted_arrays_go_with_their_frame():
    def convert() -> tuple[int, str]:
        # A function of its own: Backtrader looks through its caller's locals, and Python 3.11 then keeps them.
        frame = AAPL.copy()
        ArrayFeed(dataname=frame)
        return id(frame), ""

    key = convert()
    gc.collect()
    assert key not in _converted


def test_runs_do_not_write_into_the_shared_arrays():
    arrays = PriceArrays.from_frame(AAPL)
    feed = preloaded(dataname=arrays)
    feed.close.array[0] = 1.0
    assert arrays.close[0] == AAPL["Close"].iloc[0]
    with pytest.raises(ValueError, match="read-only"):
        arrays.close[0] = 1.0


def test_arrays_and_a_preloaded_feed_survive_pickling():
    arrays = pickle.loads(pickle.dumps(PriceArrays.from_frame(AAPL)))
    assert (arrays.name, len(arrays)) == ("AAPL", len(AAPL))
    assert not arrays.close.flags.writeable
    feed = pickle.loads(pickle.dumps(preloaded(dataname=AAPL)))
    assert feed.close.array.tolist() == AAPL["Close"].tolist()


def test_a_subclass_may_add_a_line():
    class WithYield(ArrayFeed):
        lines = ("dividend_yield",)

    feed = preloaded(WithYield, dataname=AAPL)
    assert np.isnan(feed.dividend_yield.array).all()
    assert len(feed.dividend_yield.array) == len(feed.close.array) == len(AAPL)
