"""Shapes the reflex needs besides `heartloop.smooth`: exact away from their corner, so that rest stays exact."""

from __future__ import annotations

import casadi as ca

from heartloop import smooth


def corner(x, width):
    """max(x, 0) rounded over 0..`width`: exactly 0 below 0, exactly x - width/2 above `width`, C2."""
    t = x / width
    return ca.if_else(x < 0, 0.0, ca.if_else(x < width, width * t**3 * (1 - t / 2), x - width / 2))


def about_rest(x, above, k):
    """Sigmoid of width `k`, steepest at `above`, less its value at 0: exactly 0 where `x` is 0."""
    return ca.tanh((x - above) / (2 * k)) + ca.tanh(above / (2 * k))


def log_tone(tone, f_rest, f_min, width):
    """Effector drive of a sympathetic tone, ln(1 + (f - f_min)+) with f = f_rest * tone (Ursino 1998, eq. 14)."""
    return ca.log(1 + smooth.softplus(f_rest * tone - f_min, width))


def lag_rate(x_in, x, tau):
    """Rate of a first-order lag."""
    return (x_in - x) / tau


def series(x_in, **stages):
    """Rates of lags one after the other, by state name; each stage is (state, time constant)."""
    rates = {}
    for name, (x, tau) in stages.items():
        rates[name] = lag_rate(x_in, x, tau)
        x_in = x
    return rates
