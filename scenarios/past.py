"""What a person has been through: courses kept on disk, and the person that one of them leaves on a day.

A course is kept in the user's cache folder, beside the compiled code, under a hash of everything that it depends on:
graph, values, resting reference, events, tolerances and the code of the slow clock. Delete the folder `courses` there
to run them again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartloop import __version__, compiled, orbit
from heartloop import compile as code
from heartloop import course as clock
from heartloop.course import Course
from heartloop.errors import DataError
from heartloop.results import load

if TYPE_CHECKING:
    from heartloop.model import Model

FOLDER = "courses"
_CODE = (clock, orbit, compiled, code)  # what a course depends on beyond the graph


def kept(model: Model, days: float, events: Sequence[Any]) -> Course | None:
    """The course that was kept of this model with these events, or None."""
    try:
        stored = load(_place(model, days, events))
    except DataError:
        return None
    counts = {k: float(v) for k, v in stored.data.attrs.items() if isinstance(v, int | float)}
    return Course(model, stored.data, str(stored.data.attrs["status"]), counts)


def keep(course: Course, days: float, events: Sequence[Any]) -> None:
    """Keep a finished course. A cache folder that cannot be written into keeps nothing."""
    if not course.status.startswith("interrupted"):
        with suppress(DataError, OSError):
            course.save(_place(course.model, days, events))


def lived(model: Model, days: float, events: Sequence[Any], *, bar: bool = True) -> Course:
    """The course of this model: the kept one, or run now and kept. Interrupted, it goes on there the next time.

    Raises `KeyboardInterrupt` if it is interrupted: nobody has reached the end of it then.
    """
    found = kept(model, days, events)
    if found is not None:
        return found
    checkpoint = _place(model, days, events).with_suffix(".json")
    try:
        checkpoint.parent.mkdir(parents=True, exist_ok=True)
        place: Path | None = checkpoint
    except OSError:
        place = None
    found = model.progress(days, events=list(events), bar=bar, checkpoint=place, resume=place is not None)
    if found.status.startswith("interrupted"):
        raise KeyboardInterrupt
    keep(found, days, events)
    checkpoint.unlink(missing_ok=True)
    return found


def left_by(course: Course, name: str, day: float | None = None) -> Model:
    """The person on that day of a course (default: the last), its slow states held where they are.

    Every slow drive stays relative to the rest from which the course started. Raises `DataError` for a day that the
    course did not reach.
    """
    last = float(course.data["day"][-1])
    if day is None or abs(day - last) < 1e-9:
        day = last
        if course.status.startswith("decompensated"):
            raise DataError(_nobody(course, name, f"no last day to start from; name one up to {last:g}"))
    elif day > last:
        if course.status.startswith("decompensated"):
            raise DataError(_nobody(course, name, f"nobody on day {day:g}; the last steady beat is of day {last:g}"))
        raise DataError(f"Scenario '{name}' lasts {last:g} days; it has no day {day:g}.")
    model = course.at(day)
    model.title = f"{name}, day {day:g}"
    return model


def _nobody(course: Course, name: str, what: str) -> str:
    return f"In scenario '{name}' the person has {course.status.partition(':')[0]}: there is {what}."


def _place(model: Model, days: float, events: Sequence[Any]) -> Path:
    identity = (
        model._c.hash, model._theta.tolist(), model._reference.theta.tolist(), sorted(model.features.items()), days,
        list(events), clock.SLOW_RTOL, clock.RTOL_COURSE, clock.TOL, __version__, code.casadi_version(), _code(),
    )  # fmt: skip
    return code.cache_dir() / FOLDER / f"{hashlib.sha256(repr(identity).encode()).hexdigest()[:24]}.nc"


@lru_cache(maxsize=1)
def _code() -> str:
    files = [Path(str(module.__file__)) for module in _CODE]
    files.append(files[0].with_name("kernel.c"))
    return hashlib.sha256(b"\0".join(f.read_bytes() for f in files)).hexdigest()
