"""A healthy person disturbed for a day or two weeks and left alone for 90 days: every slow state comes back.

Bleeding with reinfusion a day later, a daily liter of saline, atrial pacing and isoproterenol: none is a disease, so
none may leave a trace.
"""

from __future__ import annotations

from collections.abc import Iterator

import heartloop as hl
from heartloop.model import Model

from .row import Row, Setting, reported
from .slow_return import complete, scales

FREE = 90.0  # days
LONG = 14.0  # days of the sustained disturbances
WITHIN = 0.02
SALINE = 154.0 / 140.0  # sodium of a liter of saline over the daily intake
AGONIST = 2.0  # isoproterenol at the receptor, in units of the resting noradrenaline
RATE = 110.0  # 1/min


def disturbances(person: Model) -> dict[str, tuple[float, list]]:
    """Name -> (day on which it ends, events)."""
    volume, intake = person["blood.V_total"], person["volume.intake"]
    return {
        "1000 mL bled, given back a day later": (
            1.0,
            [
                hl.set_parameter("blood.V_total", volume - 1000, 0.0, 0.02),
                hl.set_parameter("blood.V_total", volume, 1.0, 0.02),
            ],
        ),
        "a liter of saline daily for 14 days": (
            LONG,
            [hl.set_parameter("volume.intake", intake + SALINE, 0.0), hl.set_parameter("volume.intake", intake, LONG)],
        ),
        f"pacing at {RATE:g} for 14 days": (LONG, hl.pace(RATE, 0.0, LONG)),
        "isoproterenol for 14 days": (
            LONG,
            [hl.set_parameter("cell.agonist", AGONIST, 0.0), hl.set_parameter("cell.agonist", 0.0, LONG)],
        ),
    }


def rows(setting: Setting) -> Iterator[Row]:
    """How far the farthest slow state was, and how far it is 90 days after the end."""
    person = hl.human()
    sizes = dict(zip(person._c.slow_paths, scales(person), strict=True))
    for name, (end, events) in disturbances(person).items():
        course = person.progress(end + FREE, events=events, every=1.0, bar=setting.bar)
        away = {p: abs(course.data[p].values - person[p]) / size for p, size in sizes.items()}
        most = max(away, key=lambda p: float(away[p].max()))
        yield reported(name, f"farthest slow state on the way ({most})", float(away[most].max()))
        left = max(away, key=lambda p: float(away[p][-1]))
        value = complete(course, float(away[left][-1]))
        yield Row(name, f"farthest slow state {FREE:g} days later ({left})", 0, WITHIN, value, "", "equilibrium")
