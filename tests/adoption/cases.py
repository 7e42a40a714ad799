"""The list: every strategy, and how its user starts it. A strategy is added by its module and a line in `CASES`."""

from __future__ import annotations

import io

import backtrader as bt

from tests.adoption.play import Case
from tests.adoption.strategies import (
    at_the_open,
    closes_always,
    expiring,
    from_notices,
    hand_bracket,
    in_or_out,
    limit_bracket,
    logger,
    looked_at,
    many_datas,
    market_bracket,
    moved_stop,
    namesakes,
    oco_entries,
    one_order,
    own_orders,
    own_sizing,
    pairs,
    short_bracket,
    signals,
    target_percent,
    target_size,
    target_value,
    timers,
    trade_numbers,
    warm_up,
    weekly_filter,
    with_sizers,
)


def add_weeks(cerebro):
    cerebro.resampledata(cerebro.datas[0], timeframe=bt.TimeFrame.Weeks, name="weeks")


def add_sizer(cerebro):
    cerebro.addsizer(with_sizers.TenthOfCash, share=0.08)


def add_signal(cerebro):
    cerebro.add_signal(bt.SIGNAL_LONGSHORT, signals.Above)


def add_writer(cerebro):
    cerebro.addwriter(bt.WriterFile, csv=True, out=io.StringIO())


def add_onlookers(cerebro):
    for analyzer in (
        bt.analyzers.TradeAnalyzer,
        bt.analyzers.DrawDown,
        bt.analyzers.TimeReturn,
        bt.analyzers.Transactions,
        bt.analyzers.PositionsValue,
        bt.analyzers.PeriodStats,
        bt.analyzers.SQN,
        bt.analyzers.GrossLeverage,
    ):
        cerebro.addanalyzer(analyzer)
    for observer in (bt.observers.DrawDown, bt.observers.TimeReturn, bt.observers.Value, bt.observers.Cash):
        cerebro.addobserver(observer)


AT_OPEN = {"cheat_on_open": True}
CASES = {
    "signal long or short": Case(signals.LongShort, long_only=False),
    "signal long": Case(signals.LongOnly),
    "signal short": Case(signals.ShortOnly, long_only=False),
    "signals long and short": Case(signals.LongAndShort, long_only=False),
    "signal long inverted": Case(signals.LongInverted),
    "signal short inverted": Case(signals.ShortInverted, long_only=False),
    "signal long any": Case(signals.LongAny),
    "signal short any": Case(signals.ShortAny, long_only=False),
    "signals with exits": Case(signals.WithExits, long_only=False),
    "signal with inverted exit": Case(signals.InvertedExits),
    "signals accumulating": Case(signals.Accumulating, long_only=False),
    "signals and next": Case(signals.WithNext),
    "signals from cerebro": Case(
        signals.Bare, long_only=False, attach=add_signal, install=bt.Cerebro.signal_strategy
    ),
    "limit bracket": Case(limit_bracket.LimitBracket),
    "market bracket": Case(market_bracket.MarketBracket, long_only=False),
    "short bracket": Case(short_bracket.ShortBracket, long_only=False),
    "hand-made bracket": Case(hand_bracket.HandBracket),
    "target percent": Case(target_percent.TargetPercent),
    "target size": Case(target_size.TargetSize, long_only=False),
    "target value": Case(target_value.TargetValue, long_only=False),
    "timer that cheats": Case(timers.Rebalance, params={"cheat": True}, engine=AT_OPEN),
    "orders from notices": Case(from_notices.FromNotices),
    "many datas": Case(many_datas.ManyDatas),
    "pairs": Case(pairs.Pairs, long_only=False, is_aligned=True),
    "weekly filter": Case(weekly_filter.WeeklyFilter, attach=add_weeks),
    "limit or stop": Case(oco_entries.LimitOrStop),
    "moved stop": Case(moved_stop.MovedStop),
    "in or out": Case(in_or_out.InOrOut),
    "always in": Case(in_or_out.AlwaysIn, long_only=False),
    "turn by size": Case(in_or_out.TurnBySize, long_only=False),
    "one order": Case(one_order.OneOrder),
    "one order by number": Case(one_order.OneOrderByNumber),
    "namesakes": Case(namesakes.Namesakes),
    "namesakes as methods": Case(namesakes.Methods),
    "own buy and sell": Case(own_orders.OwnOrders),
    "own simple buy": Case(own_orders.Simple),
    "expiring limits": Case(expiring.Expiring),
    "trade numbers": Case(trade_numbers.TradeNumbers),
    "sizer from cerebro": Case(with_sizers.SizedOutside, attach=add_sizer),
    "sizer from the strategy": Case(with_sizers.SizedInside),
    "next open": Case(at_the_open.NextOpen, engine=AT_OPEN),
    "gap at the open": Case(at_the_open.GapAtOpen, engine=AT_OPEN),
    "logger": Case(logger.Logger, attach=add_writer),
    "own sizing": Case(own_sizing.OwnSizing),
    "closes always": Case(closes_always.ClosesAlways),
    "closes all": Case(closes_always.ClosesAll, long_only=False),
    "warm up": Case(warm_up.WarmUp),
    "early": Case(warm_up.Early),
    "looked at": Case(looked_at.Looked, attach=add_onlookers, engine={"stdstats": True}),
}
