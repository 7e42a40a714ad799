"""An argument parser that raises our errors, and the forms in which values are typed."""

from __future__ import annotations

import argparse
import ast
from typing import Any, NoReturn

from bt_risk.errors import BtRiskError


class UsageError(BtRiskError):
    """The command line does not fit the command."""


class Parser(argparse.ArgumentParser):
    """Raise `UsageError` instead of printing the usage and leaving the process."""

    def error(self, message: str) -> NoReturn:
        """Raise the message, and where to read more."""
        raise UsageError(f"{message}; see {self.prog} --help")


def fraction(text: str) -> float:
    """Return a rate typed as a fraction; a typed percent sign or a number from 1 on is refused."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0.0 <= value < 1.0:
        raise argparse.ArgumentTypeError(
            f"must be a fraction in [0, 1), e.g. 0.001 for 0.1 %; received {text!r}"
        )
    return value


def amount(text: str) -> float:
    """Return an amount of money above zero; thousands may be marked by _ or a comma."""
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = float("nan")
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be an amount > 0, e.g. 100000; received {text!r}")
    return value


def count(text: str) -> int:
    """Return a whole number from 1 on."""
    if not (text.isdecimal() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"must be a whole number >= 1, e.g. 2; received {text!r}")
    return int(text)


def record(text: str) -> tuple[str, int]:
    """Return ``"trade"`` or ``"decision"`` and its number, typed as ``3`` or as ``d12``."""
    kind, number = ("decision", text[1:]) if text[:1] in ("d", "D") else ("trade", text)
    if not (number.isdecimal() and number.isascii() and int(number) >= 1):
        raise argparse.ArgumentTypeError(
            f"must be the number of a trade, e.g. 3, or of a decision, e.g. d12; received {text!r}"
        )
    return kind, int(number)


def setting(text: str) -> tuple[str, Any]:
    """Return a name and a value typed as ``name=value``; what is no Python literal is a text."""
    name, separator, typed = text.partition("=")
    if not separator or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"must be name=value, e.g. fast=20; received {text!r}")
    try:
        return name, ast.literal_eval(typed)
    except (ValueError, SyntaxError):
        return name, typed
