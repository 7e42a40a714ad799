"""The edge to Backtrader's broker: the one reader of the account, orders and what holds them."""
