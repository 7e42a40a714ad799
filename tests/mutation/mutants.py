"""The mutants of a module: one small wrong change each. Gives: `Mutant`, `mutants_of`, `mutated`.

Nothing is changed on disk: a mutant is a place in the syntax tree and a change of that one node. Annotations,
decorators, docstrings and imports are left alone, as no run could tell them apart.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
SWAPS = {"min": "max", "any": "all", "minimum": "maximum", "floor": "ceil", "isnan": "isfinite"}
SWAPS |= {other: name for name, other in SWAPS.items() if name != "isnan"}

Change = Callable[[], None]


@dataclass(frozen=True)
class Mutant:
    """One change: the `variant`-th of the node that `ast.walk` meets as number `node`."""

    node: int
    variant: int
    line: int
    before: str
    after: str


def mutants_of(source: str) -> list[Mutant]:
    """Return every mutant of `source`, by line."""
    found = []
    for number, node in enumerate(ast.walk(ast.parse(source))):
        for variant in range(len(list(changes(node)))):
            tree = ast.parse(source)
            nodes = list(ast.walk(tree))
            if id(nodes[number]) in left_alone(tree):
                continue
            before = ast.unparse(nodes[number])
            list(changes(nodes[number]))[variant]()
            after = ast.unparse(nodes[number])
            found.append(Mutant(number, variant, line_of(node), *differing_line(before, after)))
    return sorted(found, key=lambda mutant: (mutant.line, mutant.node, mutant.variant))


def mutated(source: str, mutant: Mutant) -> ast.Module:
    """Return the tree of `source` with the change of `mutant` in it."""
    tree = ast.parse(source)
    list(changes(list(ast.walk(tree))[mutant.node]))[mutant.variant]()
    return ast.fix_missing_locations(tree)


def changes(node: ast.AST) -> Iterator[Change]:
    """Yield what can be done wrong at `node`; each is to be called once, on a fresh tree."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                yield lambda place=place, other=other: node.ops.__setitem__(place, other())
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield lambda: setattr(node, "op", ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield lambda: setattr(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield lambda: setattr(node, "op", ast.UAdd())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda: setattr(node, "operand", negation(node.operand))
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda: setattr(node, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield lambda: setattr(node, "value", node.value + 1)
        yield lambda: setattr(node, "value", node.value - 1)
    elif isinstance(node, ast.If | ast.While | ast.IfExp) and is_negatable(node.test):
        yield lambda: setattr(node, "test", negation(node.test))
    elif isinstance(node, ast.comprehension):
        for place, condition in enumerate(node.ifs):
            if is_negatable(condition):
                yield lambda place=place: node.ifs.__setitem__(place, negation(node.ifs[place]))
    elif isinstance(node, ast.Return) and node.value is not None and not is_none(node.value):
        is_nan = isinstance(node.value, ast.Name) and node.value.id == "nan"
        yield lambda: setattr(node, "value", ast.Constant(0.0 if is_nan else None))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield lambda: setattr(node, "value", ast.Constant(None))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SWAPS:
        yield lambda: setattr(node.func, "id", SWAPS[node.func.id])
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SWAPS:
        yield lambda: setattr(node.func, "attr", SWAPS[node.func.attr])


def negation(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def is_negatable(test: ast.expr) -> bool:
    """Return whether the negation is a change of its own: a lone comparison and a `not` have theirs."""
    return not isinstance(test, ast.Compare | ast.UnaryOp) or (
        isinstance(test, ast.Compare) and len(test.ops) > 1
    )


def is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def left_alone(tree: ast.Module) -> set[int]:
    """Return the identities of the nodes no run can tell apart."""
    skipped: list[ast.AST] = []
    for node in ast.walk(tree):
        skipped += getattr(node, "decorator_list", [])
        skipped += [getattr(node, "annotation", None) or node.returns] if has_annotation(node) else []
        is_typing = isinstance(node, ast.If) and isinstance(node.test, ast.Name)
        skipped += [node] if is_typing and node.test.id == "TYPE_CHECKING" else []
    return {id(inner) for node in skipped for inner in ast.walk(node)}


def has_annotation(node: ast.AST) -> bool:
    return getattr(node, "annotation", None) is not None or getattr(node, "returns", None) is not None


def differing_line(before: str, after: str) -> tuple[str, str]:
    """Return the first line of both texts that differs."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    return next(((a.strip(), b.strip()) for a, b in pairs if a != b), (before, after))


def line_of(node: ast.AST) -> int:
    return node.iter.lineno if isinstance(node, ast.comprehension) else node.lineno
