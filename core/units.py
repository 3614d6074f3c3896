"""Unit checks at wiring time: a small table of the field's units, no run-time cost.

A unit is text such as `"mmHg s/mL"`, `"1/(mmHg s)"`, `"umol/L"` or `"1"` (dimensionless). Everything right of
the first `/` is the denominator unless a further `/` follows; `^` and `**` are powers, and a number is a factor
(`"0.01 A/m^2"`). `factor(a, b)` is the number that turns a value in `a` into a value in `b`.
"""

from __future__ import annotations

import math
import re
from functools import cache

from .errors import UnitError, suggest

# symbol: (value in SI base units, exponents of m, kg, s, A, K, mol)
_BASE: dict[str, tuple[float, tuple[int, ...]]] = {
    "1": (1.0, (0, 0, 0, 0, 0, 0)),
    "%": (1e-2, (0, 0, 0, 0, 0, 0)),
    "m": (1.0, (1, 0, 0, 0, 0, 0)),
    "cm": (1e-2, (1, 0, 0, 0, 0, 0)),
    "mm": (1e-3, (1, 0, 0, 0, 0, 0)),
    "um": (1e-6, (1, 0, 0, 0, 0, 0)),
    "kg": (1.0, (0, 1, 0, 0, 0, 0)),
    "g": (1e-3, (0, 1, 0, 0, 0, 0)),
    "mg": (1e-6, (0, 1, 0, 0, 0, 0)),
    "pg": (1e-15, (0, 1, 0, 0, 0, 0)),
    "ng": (1e-12, (0, 1, 0, 0, 0, 0)),
    "s": (1.0, (0, 0, 1, 0, 0, 0)),
    "ms": (1e-3, (0, 0, 1, 0, 0, 0)),
    "min": (60.0, (0, 0, 1, 0, 0, 0)),
    "h": (3600.0, (0, 0, 1, 0, 0, 0)),
    "d": (86400.0, (0, 0, 1, 0, 0, 0)),
    "day": (86400.0, (0, 0, 1, 0, 0, 0)),
    "a": (86400.0 * 365.25, (0, 0, 1, 0, 0, 0)),
    "Hz": (1.0, (0, 0, -1, 0, 0, 0)),
    "L": (1e-3, (3, 0, 0, 0, 0, 0)),
    "dL": (1e-4, (3, 0, 0, 0, 0, 0)),
    "mL": (1e-6, (3, 0, 0, 0, 0, 0)),
    "pL": (1e-15, (3, 0, 0, 0, 0, 0)),
    "mmHg": (133.322387415, (-1, 1, -2, 0, 0, 0)),
    "Pa": (1.0, (-1, 1, -2, 0, 0, 0)),
    "kPa": (1e3, (-1, 1, -2, 0, 0, 0)),
    "cmH2O": (98.0665, (-1, 1, -2, 0, 0, 0)),
    "dyn": (1e-5, (1, 1, -2, 0, 0, 0)),
    "J": (1.0, (2, 1, -2, 0, 0, 0)),
    "W": (1.0, (2, 1, -3, 0, 0, 0)),
    "mol": (1.0, (0, 0, 0, 0, 0, 1)),
    "mmol": (1e-3, (0, 0, 0, 0, 0, 1)),
    "umol": (1e-6, (0, 0, 0, 0, 0, 1)),
    "nmol": (1e-9, (0, 0, 0, 0, 0, 1)),
    "A": (1.0, (0, 0, 0, 1, 0, 0)),
    "uA": (1e-6, (0, 0, 0, 1, 0, 0)),
    "nA": (1e-9, (0, 0, 0, 1, 0, 0)),
    "pA": (1e-12, (0, 0, 0, 1, 0, 0)),
    "C": (1.0, (0, 0, 1, 1, 0, 0)),
    "V": (1.0, (2, 1, -3, -1, 0, 0)),
    "mV": (1e-3, (2, 1, -3, -1, 0, 0)),
    "F": (1.0, (-2, -1, 4, 2, 0, 0)),
    "pF": (1e-12, (-2, -1, 4, 2, 0, 0)),
    "uF": (1e-6, (-2, -1, 4, 2, 0, 0)),
    "S": (1.0, (-2, -1, 3, 2, 0, 0)),
    "mS": (1e-3, (-2, -1, 3, 2, 0, 0)),
    "nS": (1e-9, (-2, -1, 3, 2, 0, 0)),
    "K": (1.0, (0, 0, 0, 0, 1, 0)),
    "WU": (133.322387415 * 60 / 1e-3, (-4, 1, -1, 0, 0, 0)),
    "PRU": (133.322387415 / 1e-6, (-4, 1, -1, 0, 0, 0)),
    "spikes": (1.0, (0, 0, 0, 0, 0, 0)),
    "bpm": (1 / 60.0, (0, 0, -1, 0, 0, 0)),
    "deg": (math.pi / 180.0, (0, 0, 0, 0, 0, 0)),
}
_TOKEN = re.compile(r"\s*(\*\*|[A-Za-z%][A-Za-z0-9]*|[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|\^|\*|/|\(|\)|\S)")
Unit = tuple[float, tuple[float, ...]]


@cache
def parse(text: str) -> Unit:
    """Return (value in SI, exponents of the six base dimensions) of a unit text; `UnitError` if unknown."""
    tokens = _TOKEN.findall(text.strip())
    if not tokens:
        raise UnitError("An empty unit was given; write '1' for a dimensionless quantity.")
    pos = 0

    def peek() -> str:
        return tokens[pos] if pos < len(tokens) else ""

    def take() -> str:
        nonlocal pos
        pos += 1
        return tokens[pos - 1]

    def product() -> Unit:
        value, dims = power()
        while peek() and peek() not in (")", "/"):
            if peek() == "*":
                take()
            v, d = power()
            value, dims = value * v, tuple(a + b for a, b in zip(dims, d, strict=True))
        return value, dims

    def quotient() -> Unit:
        value, dims = product()
        while peek() == "/":
            take()
            v, d = product()
            value, dims = value / v, tuple(a - b for a, b in zip(dims, d, strict=True))
        return value, dims

    def power() -> Unit:
        value, dims = atom()
        if peek() in ("^", "**"):
            take()
            try:
                n = float(take())
            except (ValueError, IndexError):
                raise UnitError(f"Unit '{text}': a number must follow the power sign.") from None
            return value**n, tuple(n * d for d in dims)
        return value, dims

    def atom() -> Unit:
        token = take() if peek() else ""
        if token == "(":
            inner = quotient()
            if not peek() or take() != ")":
                raise UnitError(f"Unit '{text}': a bracket is not closed.")
            return inner
        if token in _BASE:
            v, d = _BASE[token]
            return v, tuple(float(x) for x in d)
        if token[0].isdigit() and float(token) > 0:
            return float(token), (0.0,) * 6
        raise UnitError(f"Unit '{text}': '{token}' is not a known unit.{suggest(token, _BASE)}")

    result = quotient()
    if pos != len(tokens):
        raise UnitError(f"Unit '{text}' cannot be read after '{' '.join(tokens[:pos])}'.")
    return result


def same_dimension(a: str, b: str) -> bool:
    """True if a value in unit `a` can be converted to unit `b`."""
    return all(math.isclose(x, y, abs_tol=1e-9) for x, y in zip(parse(a)[1], parse(b)[1], strict=True))


def factor(a: str, b: str) -> float:
    """Number that turns a value in unit `a` into unit `b`; `UnitError` if the dimensions differ."""
    if not same_dimension(a, b):
        raise UnitError(f"A value in '{a}' cannot be used where '{b}' is expected.")
    ratio = parse(a)[0] / parse(b)[0]
    return 1.0 if math.isclose(ratio, 1.0, rel_tol=1e-12) else ratio


def text(unit: str, form: str = " {}") -> str:
    """A unit as a sentence shows it: nothing for a dimensionless quantity."""
    return "" if unit == "1" else form.format(unit)
