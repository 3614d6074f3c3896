"""The resting man and woman, every quantity of `scenarios/data/targets.toml`; timing with human cells."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

import heartloop as hl
from heartloop.beat import Beat
from heartloop.scenarios.files import targets
from heartloop.summary import UNITS

from .row import Row, Setting

# what contraction decides, at what rate; the walls and the loop, hence volumes and pressures, are calibrated with the
# compact cell
INTERVALS = ("HR", "LVET", "IVRT", "IVCT", "tau")


def rows(_: Setting) -> Iterator[Row]:
    """Both sexes at rest, then the intervals of the same walls with human cells."""
    for sex in ("male", "female"):
        yield from resting(f"rest {sex}", sex, hl.human(sex=sex).periodic())
    for sex in ("male", "female"):
        yield from resting(f"rest {sex}, human cells", sex, hl.human(sex=sex, cell="human").periodic(), INTERVALS)


def resting(name: str, sex: str, beat: Beat, keys: Collection[str] = UNITS) -> Iterator[Row]:
    """Every quantity of the table among `keys`, for a steady beat of a person of this sex."""
    summary = beat.summary()
    for t in targets(sex):
        if t.key in keys:  # what the model reports in principle; a number that this beat lacks is a failure
            value = float(summary.get(t.key, math.nan))
            unit = "" if t.unit == "1" else t.unit
            yield Row(name, t.key, t.low, t.high, value, unit, t.source)
