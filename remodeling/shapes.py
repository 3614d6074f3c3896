"""Shapes of slow drives. All are exactly 0 at 0, so that the healthy person does not drift at all."""

from __future__ import annotations

import casadi as ca


def corner(x, width):
    """max(x, 0) rounded over 0..`width`: exactly 0 below 0, exactly x - width/2 above `width`, C2."""
    t = x / width
    return ca.if_else(x < 0, 0.0, ca.if_else(x < width, width * t**3 * (1 - t / 2), x - width / 2))


def above(x, zone, width):
    """Part of x above a dead zone: exactly 0 below `zone`."""
    return corner(x - zone, width)


def outside(x, zone, width):
    """Part of x outside +-`zone`, odd and exactly 0 inside."""
    return corner(x - zone, width) - corner(-x - zone, width)


def hill(z, z_50):
    """Saturating response z^2/(z^2 + z_50^2) of z >= 0."""
    return z**2 / (z**2 + z_50**2)


def bounded(y, up, down):
    """y, levelling off at `up` above and -`down` below; within 2 % of y up to 0.9 of the limit and exact at 0."""
    limit = ca.if_else(y > 0, up, down)
    return y / (1 + (y / limit) ** 12) ** (1 / 12)


def two_rates(x, tau_up, tau_down, width):
    """x/tau_up for x above `width`, x/tau_down for x < 0, joined smoothly; exactly 0 at 0."""
    t = x / width
    s = ca.if_else(t < 0, 0.0, ca.if_else(t < 1, t**3 * (10 - 15 * t + 6 * t**2), 1.0))
    return x * (1 / tau_down + (1 / tau_up - 1 / tau_down) * s)
