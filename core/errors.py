"""Every error heartloop raises on purpose, as sentences: what happened, where, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class HeartloopError(Exception):
    """Base class of all heartloop errors."""


class DeclarationError(HeartloopError):
    """A component's declarations and its equations do not agree."""


class WiringError(HeartloopError):
    """A circuit is incomplete or connects things that do not fit."""


class UnitError(WiringError, ValueError):
    """A unit is unknown, or two units cannot be converted into each other."""


class UnknownNameError(HeartloopError, KeyError):
    """A path, key or name does not exist; the message suggests the nearest ones."""

    def __str__(self) -> str:  # KeyError would print the repr
        return str(self.args[0]) if self.args else ""


class ParameterError(HeartloopError, ValueError):
    """A parameter value is impossible: outside its bounds, not finite, not a number."""


class EventError(HeartloopError, ValueError):
    """An event (bleed, dose, pacing, ...) is impossible."""


class DataError(HeartloopError, ValueError):
    """A patient, scenario or result file is unusable; the message says which row and column."""


class ConvergenceError(HeartloopError, RuntimeError):
    """A solve did not converge; what was reached is kept in `.partial`."""

    def __init__(self, message: str, partial: object = None) -> None:
        super().__init__(message)
        self.partial = partial


class IntegrationError(ConvergenceError):
    """The integrator could not go on; the message names the component, the state and the time."""


def suggest(name: str, known: Iterable[str], n: int = 3) -> str:
    """Return `" Did you mean ...?"` with the nearest known names, or an empty string."""
    known = list(known)
    near = difflib.get_close_matches(name, known, n=n, cutoff=0.5)
    if not near:  # paths: compare the last part alone
        tail = name.rsplit(".", 1)[-1].lower()
        near = [k for k in known if k.rsplit(".", 1)[-1].lower() == tail][:n]
    if not near:
        return ""
    return " Did you mean " + ", ".join(f"'{k}'" for k in near) + "?"
