"""Credit limit: a company's own formula over named inputs, with its arithmetic shown.

The formula is read into a tree and computed here, in `Decimal`: nothing of it is ever
run as a program. Operators are + - * / and parentheses, functions are min and max.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

MAX_LENGTH = 500
# From here on a float, as Odoo keeps amounts, does not tell cents apart.
TOO_LARGE = Decimal(10) ** 13
# What a formula may name; an input without a value is None.
INPUTS = (
    "average_monthly_credit_sales",
    "rotation",
    "on_time_ratio",
    "payment_capacity",
    "references",
    "guarantees",
)

OPERATORS: Mapping[type, tuple[str, Callable[[Decimal, Decimal], Decimal]]] = {
    ast.Add: ("+", lambda one, other: one + other),
    ast.Sub: ("−", lambda one, other: one - other),
    ast.Mult: ("×", lambda one, other: one * other),
    ast.Div: ("÷", lambda one, other: one / other),
}
FUNCTIONS: Mapping[str, Callable[..., Decimal]] = {"min": min, "max": max}


class FormulaError(ValueError):
    """A formula that gives no limit.

    ``problem`` is `syntax`, `unknown_input`, `missing_input`, `zero_division`,
    `too_long` or `too_large`; ``part`` is the input or the piece of text it lies in.
    """

    def __init__(self, problem: str, part: str):
        super().__init__(f"{problem}: {part}")
        self.problem = problem
        self.part = part


@dataclass(frozen=True, slots=True)
class Calculation:
    """The limit of a formula and the lines that lead to it, first the inputs."""

    value: Decimal
    lines: tuple[str, ...]


def inputs_of(formula: str) -> tuple[str, ...]:
    """Return the inputs that a formula names, in alphabetical order.

    :raises FormulaError: the formula cannot be read or names something unknown.

    >>> inputs_of("2 * average_monthly_credit_sales + guarantees")
    ('average_monthly_credit_sales', 'guarantees')
    """
    found: set[str] = set()
    _check(formula, _parse(formula), found)
    return tuple(sorted(found))


def compute(
    formula: str,
    values: Mapping[str, Decimal | None],
    labels: Mapping[str, str] | None = None,
) -> Calculation:
    """Return the limit that a formula gives for ``values``, with its arithmetic.

    Each input is a line, then each operation, in the order in which it is done.
    ``labels`` are the inputs' names for people.

    :raises FormulaError: the formula cannot be read, an input has no value, something
        is divided by zero, or a figure is too large.

    >>> compute("min(guarantees * 2, 100)", {"guarantees": Decimal(30)}).lines
    ('guarantees = 30', '30 × 2 = 60', 'min(60, 100) = 60')
    """
    tree = _parse(formula)
    labels = labels or {}
    lines = []
    found: set[str] = set()
    _check(formula, tree, found)
    for name in sorted(found):
        value = values.get(name)
        if value is None:
            raise FormulaError("missing_input", name)
        lines.append(f"{labels.get(name, name)} = {_shown(value)}")
    with localcontext() as context:
        context.traps[InvalidOperation] = True
        context.traps[DivisionByZero] = True
        context.traps[Overflow] = True
        try:
            value = _value(formula, tree, values, lines)
            is_too_large = abs(value) >= TOO_LARGE
        except (InvalidOperation, Overflow) as error:
            raise FormulaError("too_large", formula.strip()[:40]) from error
    if is_too_large:
        raise FormulaError("too_large", formula.strip()[:40])
    return Calculation(value, tuple(lines))


def _parse(formula: str) -> ast.expr:
    text = (formula or "").strip()
    if len(text) > MAX_LENGTH:
        raise FormulaError("too_long", f"{text[:40]}…")
    try:
        # Reads the text into a tree; nothing is run.
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        near = text[max((getattr(error, "offset", 1) or 1) - 1, 0) :] or text
        raise FormulaError("syntax", near[:40]) from error


def _check(formula: str, node: ast.expr, found: set[str]) -> None:
    """Collect the inputs of a tree that holds nothing but what a formula may hold."""
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            _check(formula, left, found)
            _check(formula, right, found)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check(formula, operand, found)
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            _number(formula, node)
        case ast.Name(id=name):
            if name not in INPUTS:
                raise FormulaError("unknown_input", name)
            found.add(name)
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as parts, keywords=[]) if (
            name in FUNCTIONS
        ):
            for part in parts:
                _check(formula, part, found)
        case _:
            raise FormulaError("syntax", _source(formula, node))


def _value(
    formula: str,
    node: ast.expr,
    values: Mapping[str, Decimal | None],
    lines: list[str],
) -> Decimal:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            one = _value(formula, left, values, lines)
            other = _value(formula, right, values, lines)
            sign, operate = OPERATORS[type(op)]
            if sign == "÷" and not other:
                raise FormulaError("zero_division", _source(formula, right))
            try:
                result = operate(one, other)
            except (InvalidOperation, DivisionByZero, Overflow) as error:
                raise FormulaError("too_large", _source(formula, node)) from error
            lines.append(f"{_shown(one)} {sign} {_shown(other)} = {_shown(result)}")
            return result
        case ast.UnaryOp(op=op, operand=operand):
            value = _value(formula, operand, values, lines)
            return -value if isinstance(op, ast.USub) else value
        case ast.Name(id=name):
            return values[name]
        case ast.Call(func=ast.Name(id=name), args=parts):
            found = [_value(formula, part, values, lines) for part in parts]
            result = FUNCTIONS[name](found)
            shown = ", ".join(map(_shown, found))
            lines.append(f"{name}({shown}) = {_shown(result)}")
            return result
        case _:
            return _number(formula, node)


def _number(formula: str, node: ast.expr) -> Decimal:
    """Return a number as it is written: 0.1 is one tenth, not its nearest float."""
    text = _source(formula, node)
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise FormulaError("syntax", text) from error


def _source(formula: str, node: ast.expr) -> str:
    return (ast.get_source_segment(formula.strip(), node) or formula)[:40]


def _shown(value: Decimal) -> str:
    """Return a figure for reading: thousands apart, at most four decimals.

    >>> _shown(Decimal("84310.000")), _shown(Decimal("0.71234"))
    ('84,310', '0.7123')
    """
    if abs(value) >= Decimal(10) ** 24:
        return f"{value:.4E}"
    text = f"{value:,.4f}"
    return text.rstrip("0").rstrip(".") or "0"
