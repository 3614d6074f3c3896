"""Structure of the cell: a lost anchor of kinase, lost T-tubules, and the Frank-Starling curve that these leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import heartloop as hl
from heartloop.scenarios.myocyte import CELLS, Myocyte
from heartloop.scenarios.structure import (
    anchors,
    at_pressure,
    dyssynchrony,
    starling,
    starling_slope,
    unroofed,
)

from .row import INF, Row, Setting, reported

LOW, HIGH = 3.0, 1e4  # sympathetic tone, 1 = rest; the second saturates
LOST = 0.25
HALF = 0.5
SOURCE = "Saucerman2003; Heijman2011"
TUBULES = "Louch2004: late and uneven release without T-tubules"
FILLED = 9.0  # mmHg


def rows(_: Setting) -> Iterator[Row]:
    """Anchors and T-tubules of every cell, and the ventricle that it makes."""
    for kind in CELLS:
        cell = hl.myocyte(kind)
        yield from _anchors(kind, cell)
        yield from _ttubules(kind, cell)
        yield from _ventricle(kind)


def _anchors(kind: str, cell: Myocyte) -> Iterator[Row]:
    table = anchors(cell, (LOW, HIGH), (1.0, LOST))
    silent = anchors(cast(Myocyte, cell.with_({"cell.camkii": 0.0})), (LOW, HIGH), (1.0, LOST))
    for dose, word in ((LOW, "low"), (HIGH, "saturating")):
        name = f"{kind}, anchor 0.25, {word} agonist"
        held, lost = table.loc[(1.0, dose)], table.loc[(LOST, dose)]
        yield Row(name, "phi_lcc over anchored", 0.0, 0.8, lost["phi_lcc"] / held["phi_lcc"], "", SOURCE)
        yield Row(name, "phi_ryr over anchored", 1.02, INF, lost["phi_ryr"] / held["phi_ryr"], "", SOURCE)
        yield Row(name, "force over anchored", 0.4, 0.97, lost["T_dev"] / held["T_dev"], "", "choice: it falls")
        yield Row(name, "leak over anchored", 1.0, INF, lost["leak"] / held["leak"], "", "choice: it rises")
        alone = silent.loc[(LOST, dose), "leak"] / silent.loc[(1.0, dose), "leak"]
        yield Row(name, "leak over anchored, CaMKII off in both", 1.02, INF, alone, "", "choice: it rises")


def _ttubules(kind: str, cell: Myocyte) -> Iterator[Row]:
    for by, what in (("cell.ttubule", "T-tubules 0.5"), ("cell.dyad_integrity", "dyad integrity 0.5")):
        table = dyssynchrony(unroofed(cell, (1.0, HALF), by=by))
        whole, half = table.loc[1.0], table.loc[HALF]
        name = f"{kind}, {what}"
        yield Row(name, "time to peak calcium over whole", 1.2, 3.0, half["Ca_TTP"] / whole["Ca_TTP"], "", TUBULES)
        yield Row(name, "spread of release over whole", 1.1, INF, half["spread"] / whole["spread"], "", TUBULES)
        yield Row(name, "force over whole", 0.4, 0.95, half["T_dev"] / whole["T_dev"], "", "choice: it falls")
        yield reported(name, "spread of release", half["spread"], "ms")
        if "orphaned" in table:
            yield Row(name, "orphaned release", 0.02 * half["released"], INF, half["orphaned"], "umol/L", "choice")
            yield Row(name, "orphaned release behind coupled", 5.0, 100.0, half["lag"], "ms", TUBULES)
            yield reported(name, "coupled release over whole", half["coupled"] / whole["coupled"])


def _ventricle(kind: str) -> Iterator[Row]:
    person = hl.human(cell=kind)
    healthy = starling(person)
    slope, work = starling_slope(healthy), at_pressure(healthy, "SW", FILLED)
    yield reported(f"{kind}, Frank-Starling, healthy", "stroke work per LVEDP, 2 to 9 mmHg", 1000 * slope, "mJ/mmHg")
    for name, changes in (
        ("T-tubules 0.5 in both walls", {"lv.cell.ttubule": HALF, "rv.cell.ttubule": HALF}),
        ("slow state dyad integrity 0.5", {"dyad.dyad_integrity": HALF}),
    ):
        curve = starling(person.with_(changes))
        name = f"{kind}, Frank-Starling, {name}"
        yield Row(name, "slope of stroke work over LVEDP, over healthy", 0.3, 0.95, starling_slope(curve) / slope)
        yield Row(name, "stroke work at 9 mmHg over healthy", 0.3, 0.95, at_pressure(curve, "SW", FILLED) / work)
