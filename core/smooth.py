"""Smooth replacements for kinks; each width is in the units of its argument.

An integrator's exact derivatives are only as good as the smoothness of the right-hand side, so no
component branches or clips: it rounds, and states over which width.
"""

from __future__ import annotations

import casadi as ca


def abs(x, width):
    """|x| rounded over `width`; exactly 0 at 0, so a flow law keeps its zero."""
    return x * x / ca.sqrt(x * x + width * width)


def pos(x, width):
    """max(x, 0); equals width/2 at x = 0 and decays like width^2/(4|x|) below."""
    return 0.5 * (x + ca.sqrt(x * x + width * width))


def neg(x, width):
    """min(x, 0), never above zero."""
    return 0.5 * (x - ca.sqrt(x * x + width * width))


def max(a, b, width):
    """Larger of two, rounded over `width`."""
    return b + pos(a - b, width)


def min(a, b, width):
    """Smaller of two, rounded over `width`."""
    return b + neg(a - b, width)


def step(x, width):
    """Logistic switch from 0 to 1 at x = 0; 0.73 at x = width."""
    return 0.5 * (1 + ca.tanh(x / (2 * width)))


def softplus(x, width):
    """max(x, 0) with exponentially small values below zero; width * ln 2 at 0."""
    # ln(1 + e^z) written so that neither branch overflows
    z = x / width
    return width * (0.5 * (z + ca.sqrt(z * z + 1e-12)) + ca.log1p(ca.exp(-ca.sqrt(z * z + 1e-12))))


def saturate(x, low, high):
    """Smooth sigmoid between `low` and `high` with unit slope where it equals x at mid-range."""
    mid, half = 0.5 * (low + high), 0.5 * (high - low)
    return mid + half * ca.tanh((x - mid) / half)


def dead_zone(x, zone, width):
    """0 inside +-zone, x -+ zone outside, rounded over `width` and exactly odd (0 at 0)."""
    return pos(x - zone, width) + neg(x + zone, width)


def exprel(x):
    """(exp(x) - 1)/x, regular at x = 0 (Goldman-Hodgkin-Katz fluxes)."""
    # series below |x| = 1e-2: error < 1e-9; a sign-safe denominator keeps both branches finite
    small = ca.fabs(x) < 1e-2
    safe = ca.if_else(small, 1.0, x)
    return ca.if_else(small, 1 + x / 2 + x * x / 6 + x**3 / 24 + x**4 / 120, ca.expm1(safe) / safe)
