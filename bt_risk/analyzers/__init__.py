"""Analyzers to attach with ``cerebro.addanalyzer``, one class a file."""

from bt_risk.analyzers.decisions import DecisionAnalyzer
from bt_risk.analyzers.diversification import DiversificationAnalyzer
from bt_risk.analyzers.drawdown import DrawdownAnalyzer
from bt_risk.analyzers.heat import HeatAnalyzer
from bt_risk.analyzers.risk_report import RiskReportAnalyzer
from bt_risk.analyzers.trade_risk import TradeRiskAnalyzer
from bt_risk.analyzers.value_at_risk import VaRAnalyzer

__all__ = [
    "DecisionAnalyzer",
    "DiversificationAnalyzer",
    "DrawdownAnalyzer",
    "HeatAnalyzer",
    "RiskReportAnalyzer",
    "TradeRiskAnalyzer",
    "VaRAnalyzer",
]
