"""The resting man and woman, every quantity of `scenarios/data/targets.toml`."""

from __future__ import annotations

import math
from collections.abc import Iterator

import heartloop as hl
from heartloop.scenarios.files import targets
from heartloop.summary import UNITS

from .row import Row, Setting


def rows(_: Setting) -> Iterator[Row]:
    """Both sexes at rest."""
    for sex in ("male", "female"):
        summary = hl.human(sex=sex).periodic().summary()
        for t in targets(sex):
            if t.key in UNITS:  # what the model reports in principle; a number that this beat lacks is a failure
                value = float(summary.get(t.key, math.nan))
                unit = "" if t.unit == "1" else t.unit
                yield Row(f"rest {sex}", t.key, t.low, t.high, value, unit, t.source)
