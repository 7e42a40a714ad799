"""The edge to Backtrader's broker: the one reader of the account, and the order protocol."""
