"""Which mechanism carries how much of the failing force-frequency curve: each factor alone, each taken away."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from heartloop.scenarios.mechanisms import ALONE, AWAY, FAST, INHIBITED, REST, SLOW, mechanisms, parts
from heartloop.scenarios.myocyte import CELLS

from .row import INF, Row, Setting, reported

DOSSIER = "dossier of the human ventricular cell"
SHOWN = {"staircase": ("force 150 over 30/min", ""), "T_dev": ("force at 60/min", "kPa"),
         "T_dia_slope": ("diastolic tension per rate", "kPa/Hz")}  # fmt: skip


def rows(setting: Setting) -> Iterator[Row]:
    """Both cells: the curves themselves against human muscle, then the factors of the failing and end-stage cell."""
    for kind in CELLS:
        table = mechanisms(kind, "failing", progress=setting.bar)
        yield from _curves(kind, table)
        yield from _factors(kind, table)
        # thirteen factors, at the three rates that are compared
        yield from _factors(kind, mechanisms(kind, "end-stage", (SLOW, REST, FAST), progress=setting.bar))


def _curves(kind: str, table: pd.DataFrame) -> Iterator[Row]:
    at = {name: table.loc[(name, "")] for name, how in table.index if not how}
    healthy, failing = at["control"], at["failing"]
    name = f"{kind}, force-frequency"
    yield Row(name, "control, rate of the peak", 150, 175, healthy["peak_rate"], "1/min", "Mulieri1992: 163 +- 5")
    yield Row(name, "failing, rate of the peak", -INF, 75, failing["peak_rate"], "1/min", "Mulieri1992: 72 +- 17")
    share = failing["peak"] / healthy["peak"]
    yield Row(name, "peak force, failing over control", 0.25, 0.5, share, "", "Mulieri1992: 0.3")
    yield Row(name, "failing, force 150 over 30/min", 0.5, 0.8, failing["staircase"], "", "Pieske1995")
    source = "Mulieri1992: diastolic tension rises with rate"
    yield Row(name, "failing, diastolic tension per rate", 0, INF, failing["T_dia_slope"], "kPa/Hz", source)
    off = at[f"failing, {INHIBITED}"]
    ratio = off["SR_load"] / failing["SR_load"]
    yield Row(name, "failing, CaMKII inhibited: load of the store over uninhibited", 1, INF, ratio, "", "Sossalla2010")
    ratio = off["staircase"] / failing["staircase"]
    yield Row(name, "failing, CaMKII inhibited: 150 over 30/min, over uninhibited", 1, INF, ratio, "", "Sossalla2010")
    sealed = table.loc[("leak", AWAY), "staircase"] / failing["staircase"]
    yield Row(name, "failing, leak healthy: 150 over 30/min, over failing", 1, INF, sealed, "", "Sossalla2010")


def _factors(kind: str, table: pd.DataFrame) -> Iterator[Row]:
    state = table.attrs["state"]
    name = f"{kind}, factors of {state}"
    for key, (what, unit) in SHOWN.items():
        for case in ("control", state):
            yield reported(name, f"{what}, {case}", table.loc[(case, ""), key], unit)
        for case, how in table.index:
            if how in (ALONE, AWAY):
                yield reported(name, f"{what}, {case} {how}", table.loc[(case, how), key], unit)
    for key in ("staircase", "T_dev"):
        split, what = parts(table, key), SHOWN[key][0]
        yield reported(name, f"{what}, {state} over control", split.attrs["together"])
        yield reported(name, f"{what}, product of the factors alone", split.loc["all", "alone"])
        yield reported(name, f"{what}, product of the factors taken away", split.loc["all", "last"])
