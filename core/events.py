"""Things that happen to a person: bleeding, infusion, doses, parameter courses, pacing, ectopic beats.

Times are seconds in `solve` and days in `progress`; each constructor says which it allows. Every event is a plain
record, so a scenario file can hold it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import EventError


def _number(what: str, value: Any, low: float = -math.inf, high: float = math.inf) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise EventError(f"{what} = {value!r} is not a number.") from None
    if not math.isfinite(number) or not low <= number <= high:
        raise EventError(f"{what} = {number:g} must lie in {low:g}..{high:g}.")
    return number


@dataclass(frozen=True)
class ParameterCourse:
    """A parameter moves to `to` from `start` on, linearly over `over` (0: a step); the value stays afterwards."""

    path: str
    to: float
    start: float = 0.0
    over: float = 0.0
    relative: bool = False  # multiply the value at the start instead of replacing it

    def __post_init__(self) -> None:
        _number(f"Course of '{self.path}': to", self.to)
        _number(f"Course of '{self.path}': start", self.start, 0)
        _number(f"Course of '{self.path}': over", self.over, 0)


@dataclass(frozen=True)
class Flow:
    """Blood enters (positive) or leaves through a named source at `rate` mL/s from `start` for `over` seconds."""

    source: str
    rate: float
    start: float
    over: float


@dataclass(frozen=True)
class Dose:
    """A drug given at `start`: the parameter moves by `effect` at the peak and returns with `half_life` (s).

    One compartment: with `onset` > 0 (s, half-time of absorption) the effect follows the Bateman curve, else it is
    there at once. Doses add up.
    """

    path: str
    effect: float
    start: float
    half_life: float
    onset: float = 0.0

    def level(self, since: float) -> float:
        """Effect `since` seconds after the dose."""
        if since < 0:
            return 0.0
        leave = math.log(2) / self.half_life
        if self.onset == 0:
            return self.effect * math.exp(-leave * since)
        enter = math.log(2) / self.onset
        top = math.log(enter / leave) / (enter - leave)
        curve = [math.exp(-leave * t) - math.exp(-enter * t) for t in (since, top)]
        return self.effect * curve[0] / curve[1]


@dataclass(frozen=True)
class Stimulus:
    """An extra stimulus at time `at` (s), lasting `duration` (s)."""

    at: float
    gate: str = "ventricles"  # both ventricles, a role or a gate path
    duration: float = 0.002


@dataclass(frozen=True)
class When:
    """When a signal first crosses a level, other events start (their times count from the crossing)."""

    path: str
    below: float | None = None
    above: float | None = None
    do: tuple[Any, ...] = field(default_factory=tuple)


def set_parameter(
    path: str, to: float, start: float = 0.0, over: float = 0.0, relative: bool = False
) -> ParameterCourse:
    """Parameter course (solve: s, progress: days). `over` > 0 ramps linearly. Raises `EventError`."""
    return ParameterCourse(path, to, start, over, relative)


def bleed(volume: float, over: float = 600.0, start: float = 0.0, source: str = "bleeding") -> Flow:
    """Lose `volume` mL of blood during `over` seconds from `start` s (solve only)."""
    volume = _number("Bleed volume (mL)", volume, 0, 5000)
    over = _number("Bleed duration (s)", over, 1e-3)
    return Flow(source, -volume / over, _number("Bleed start (s)", start, 0), over)


def infuse(volume: float, over: float = 600.0, start: float = 0.0, source: str = "infusion") -> Flow:
    """Receive `volume` mL of blood-like fluid during `over` seconds from `start` s (solve only)."""
    volume = _number("Infusion volume (mL)", volume, 0, 5000)
    over = _number("Infusion duration (s)", over, 1e-3)
    return Flow(source, volume / over, _number("Infusion start (s)", start, 0), over)


def dose(path: str, effect: float, half_life: float, start: float = 0.0, onset: float = 0.0) -> Dose:
    """A drug dose at `start` s: `path` moves by `effect` (its own unit) and returns with `half_life` s (solve only).

    `onset` is the half-time of absorption (s), 0 for a bolus that acts at once. Doses of one parameter add up, and its
    bounds hold for the sum. A sustained drug is a `set_parameter`. Raises `EventError`.
    """
    effect, half_life = _number("Dose effect", effect), _number("Dose half-life (s)", half_life, 0.1, 1e7)
    onset = _number("Dose onset (s)", onset, 0, 1e6)
    if onset == half_life:
        onset *= 1 + 1e-6  # the curve's closed form divides by the difference
    return Dose(path, effect, _number("Dose start (s)", start, 0), half_life, onset)


def ectopic(at: float, gate: str = "ventricles", duration: float = 0.002) -> Stimulus:
    """A premature stimulus of both ventricles (or of one gate) at `at` s (solve only).

    If the ventricle answers, the beat enters the atrioventricular node from below and a sinus beat that follows within
    `pacing.AV_closed` is not conducted: the pause until the next one is compensatory.
    """
    return Stimulus(_number("Ectopic beat at (s)", at, 0), gate, _number("Stimulus duration (s)", duration, 1e-4, 0.02))


def pace(
    rate: float, start: float = 0.0, stop: float | None = None, path: str = "pacing.pace_rate"
) -> list[ParameterCourse]:
    """Atrial pacing at `rate` 1/min from `start` until `stop` (both units of the run)."""
    rate = _number("Pacing rate (1/min)", rate, 20, 250)
    events = [ParameterCourse(path, rate, _number("Pacing start", start, 0))]
    if stop is not None:
        if stop <= start:
            raise EventError(f"Pacing stops at {stop:g}, before it starts at {start:g}.")
        events.append(ParameterCourse(path, 0.0, stop))
    return events


def when(path: str, *, below: float | None = None, above: float | None = None, do: Sequence[Any]) -> When:
    """Start other events when `path` first falls below or rises above a level (solve only)."""
    if (below is None) == (above is None):
        raise EventError(f"when('{path}') needs exactly one of below= and above=.")
    return When(path, below, above, tuple(flatten(do)))


def flatten(events: Any) -> list[Any]:
    """One flat list of events; lists may be nested (`pace` gives two). Raises `EventError` for anything else."""
    flat: list[Any] = []
    for e in events if isinstance(events, list | tuple) else [events]:
        if isinstance(e, list | tuple):
            flat += flatten(e)
        elif isinstance(e, ParameterCourse | Flow | Dose | Stimulus | When):
            flat.append(e)
        else:
            raise EventError(
                f"{e!r} is not an event; use heartloop.bleed, infuse, dose, set_parameter, pace, ectopic, when."
            )
    return flat
