"""Hard cases in prices that a reader can redo on paper: each file shows its arithmetic, each P&L is to the cent.

On hand-made prices, most of them around 100, with 1 % of 100 000 at risk and the stop 5 below: 200 units.

- test_gap_through_the_stop: a price opens beyond the stop
- test_fill_beyond_the_stop: an entry is filled beyond its own stop
- test_stop_on_the_entry_bar: the bar that fills the entry falls to the stop
- test_two_entries_in_one_bar: the second entry sees what the first has reserved
- test_refused_entry_beside_a_stop: an entry without margin, in the batch of another position's stop
- test_losing_short: a short is bought back with more than the cash there is
- test_stop_and_targets_in_one_bar: a bar touches the stop and the targets of parts
- test_stop_and_close_in_one_bar: the strategy closes what the stop sells too
- test_partial_fill_then_stop: the stop is hit while the entry still fills
- test_reversal: the position is closed, then the opposite one is decided afresh
- test_delisting: an instrument is never quoted again

What halts the account, and what ends a position by itself:

- test_daily_loss: a bad day on daily bars, on minutes, over night
- test_drawdown: halt, half size after a rest, halt for good; deposits and withdrawals on the way
- test_breaker: open, half open, closed, by the session and by the second
- test_strategy_drawdown: what the run was given, and what it lost of it
- test_correlation: two positions that are one bet
- test_spikes: returns of three deviations
- test_critical_heat: what rests when the heat comes near its limit
- test_emergency_of_three: two longs and a short, by hand and by every condition
- test_entry_from_a_notice: out at a loss, and into something else at once
- test_halted_calls: every call from every callback, in vain
- test_lost_account: less than nothing is left
- test_no_bar_to_leave_on: what has to go has no bar
- test_no_prices_at_all: every market falls silent at once
- test_one_loser_of_two: a position that lost too much
- test_holding_times: the least and the most that a position is held
- test_end_of_day: nothing over night
- test_entries_of_a_day: how many, and when
- test_groups: what a sector, and an index, may hold
- test_liquidity: a market that trades too little
- test_decided_not_traded: dry runs, and requests that are too large
- test_limits_changed: other limits in the middle of a run

On the shipped prices in data/:

- test_franc_of_2015: EURCHF on the day the floor fell
- test_apple_of_2000: AAPL on the day after its profit warning
- test_presets_on_real_prices: every profile and preset within its own limits
"""
