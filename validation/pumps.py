"""Three ventricles for one slot: the two elastances rest where the one-fibre wall rests."""

from __future__ import annotations

from collections.abc import Iterator

import heartloop as hl

from .row import Row, Setting

SAME = 0.05  # relative


def rows(_: Setting) -> Iterator[Row]:
    """Pressure, output and ejection fraction of each elastance over those of the wall."""
    for sex in ("male", "female"):
        wall = hl.human(sex=sex).periodic().features()
        for ventricle in ("elastance", "prescribed"):
            pump = hl.human(sex=sex, ventricle=ventricle).periodic().features()
            for key in ("MAP", "CO", "EF"):
                ratio = pump[key] / wall[key]
                yield Row(
                    f"{ventricle} ventricle, {sex}", f"{key} over onefibre", 1 - SAME, 1 + SAME, ratio, "", "choice"
                )
