"""The resting man and woman, every quantity of `scenarios/data/targets.toml`."""

from __future__ import annotations

import math
from collections.abc import Iterator

import heartloop as hl
from heartloop.beat import Beat
from heartloop.scenarios.files import targets
from heartloop.summary import UNITS

from .row import Row, Setting


def rows(_: Setting) -> Iterator[Row]:
    """Both sexes at rest."""
    for sex in ("male", "female"):
        yield from resting(f"rest {sex}", sex, hl.human(sex=sex).periodic())


def resting(name: str, sex: str, beat: Beat) -> Iterator[Row]:
    """Every quantity of the table, for a steady beat of a person of this sex."""
    summary = beat.summary()
    for t in targets(sex):
        if t.key in UNITS:  # what the model reports in principle; a number that this beat lacks is a failure
            value = float(summary.get(t.key, math.nan))
            unit = "" if t.unit == "1" else t.unit
            yield Row(name, t.key, t.low, t.high, value, unit, t.source)
