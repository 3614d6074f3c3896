"""Both cells on the bench: isometric twitches of settled beats, at stretch 1 unless said otherwise.

The rows of the compact cell are named "cell, ...", those of the human cell "human cell, ...".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import cast

import numpy as np

import heartloop as hl
from heartloop.scenarios.identification_human import TRACED, distance_from
from heartloop.scenarios.myocyte import Myocyte

from .row import INF, Row, Setting

DOSSIER = "dossier of the human ventricular cell"
REST = {
    "Ca_dia": (70, 125, "nmol/L"), "Ca_peak": (320, 700, "nmol/L"), "Ca_TTP": (40, 70, "ms"),
    "Ca_RT50": (120, 200, "ms"), "APD90": (230, 320, "ms"), "T_TTP": (140, 215, "ms"), "T_RT50": (95, 160, "ms"),
    "T_dev": (15, 40, "kPa"), "serca_share": (0.70, 0.85, ""), "CICR_gain": (4, INF, ""), "Na_i": (6, 13, "mmol/L"),
}  # fmt: skip
DEFECTS = {  # level of one defect: accepted force over control
    ("serca", 0.65): (0.8, 1.1),
    ("ncx", 1.6): (0.6, 0.95),
    ("ryr_leak", 3.5): (0.6, 0.95),
    ("ttubule", 0.5): (0.5, 0.95),
    ("akap_lcc", 0.25): (0.7, 1.0),
}


def rows(_: Setting) -> Iterator[Row]:
    """Control and failing, stretch, force-frequency, single defects, agonist; the human cell's place beside it."""
    yield from bench("compact", "cell")
    yield from bench("human", "human cell")
    yield from human_alone()


def human_alone() -> Iterator[Row]:
    """What only the human cell has, and how far its transients are from the compact cell's."""
    for name, (levels, rate) in TRACED.items():
        for key, value in distance_from("compact", levels, rate).items():
            what = f"{key}, {name}/min: RMS difference from the compact cell over its peak"
            yield Row("human cell, transients", what, 0, 0.1, value, "", "choice")
    control = hl.myocyte("human")
    rest = control.pace(1.0)
    half, lost = (
        cast(Myocyte, control.with_({f"cell.{k}": v})).pace(1.0) for k, v in (("ttubule", 0.5), ("akap_lcc", 0.25))
    )
    later = float(half.summary()["Ca_TTP"] / rest.summary()["Ca_TTP"])
    yield Row("human cell, T-tubules 0.5", "Ca_TTP over control", 1.2, INF, later, "", DOSSIER)
    coupled, orphaned = (
        float(half.data.time[int(np.argmax(half.data[f"cell.{k}"].values))]) for k in ("j_rel_unit", "j_rel_orphan")
    )
    delay = 1e3 * (orphaned - coupled)
    yield Row("human cell, T-tubules 0.5", "orphaned release after coupled", 2, INF, delay, "ms", DOSSIER)
    for key, low, high in (("phi_lcc", 0, 0.95), ("phi_ryr", 1.05, INF), ("j_leak", 1.0, INF)):
        ratio = float(lost.data[f"cell.{key}"].mean() / rest.data[f"cell.{key}"].mean())
        yield Row("human cell, AKAP 0.25", f"{key} over control", low, high, ratio, "", DOSSIER)


def bench(kind: str, title: str) -> Iterator[Row]:
    """Rows of one cell."""
    control, failing = hl.myocyte(kind), hl.myocyte(kind, state="failing")
    rest = control.pace(1.0).summary()
    for key, (low, high, unit) in REST.items():
        yield Row(f"{title}, 1 Hz", key, low, high, float(rest[key]), unit, DOSSIER)
    balance = float(1 - rest["efflux"] / rest["influx"])
    yield Row(f"{title}, 1 Hz", "calcium influx - efflux, relative", -0.005, 0.005, balance, "", "conservation")

    def at(levels: dict[str, float], model: Myocyte = control) -> Myocyte:
        return cast(Myocyte, model.with_({f"cell.{k}": v for k, v in levels.items()}, check_bounds=False))

    def force(model: Myocyte, rate: float = 1.0) -> float:
        return float(model.pace(rate).summary()["T_dev"])

    @cache
    def weak(rate: float) -> float:
        return force(failing, rate)

    one = float(rest["T_dev"])
    yield Row(f"{title}, stretch", "force at 1.1 over 1.0", 1.7, 2.3, force(at({"stretch": 1.1})) / one, "", DOSSIER)

    name = f"{title}, force-frequency"
    staircase = force(control, 2.5) / force(control, 0.5)
    yield Row(name, "control, 150 over 30/min", 1.5, 2.2, staircase, "", "Pieske1995")
    off = at({"camkii": 0.0})
    flat = force(off, 2.5) / force(off, 0.5)
    yield Row(name, "CaMKII off, 150 over 30/min; at most control", 1.1, staircase, flat, "", DOSSIER)
    yield Row(name, "failing, 150 over 30/min", 0.5, 0.8, weak(2.5) / weak(0.5), "", "Pieske1995")
    yield Row(name, "failing, 150 over 60/min", 0.5, 1.0, weak(2.5) / weak(1.0), "", DOSSIER)
    yield Row(name, "failing, 140 over 70/min", -INF, 1.0, weak(7 / 3) / weak(7 / 6), "", "Mulieri1992")
    yield Row(name, "failing over control at 60/min", 0.45, 0.8, weak(1.0) / one, "", "Pieske1996")

    for (level, value), (low, high) in DEFECTS.items():
        ratio = force(at({level: value})) / one
        yield Row(f"{title}, one defect", f"force at {level} = {value:g} over control", low, high, ratio, "", DOSSIER)

    full = at({"agonist": 1e4}).pace(1.0).summary()
    for key, low, high in (("T_dev", 2.0, 3.0), ("T_RT50", 0.5, 0.95), ("Ca_RT50", 0.5, 0.95), ("APD90", 0.75, 0.995)):
        yield Row(f"{title}, full agonist", f"{key} over control", low, high, float(full[key] / rest[key]), "", DOSSIER)
    deaf = at({"serca": 0.5, "ncx": 1.6, "ryr_leak": 3.0, "beta1": 0.5, "grk": 3.0})
    share = (force(at({"agonist": 1e4}, deaf)) - force(deaf)) / float(full["T_dev"] - one)
    yield Row(f"{title}, full agonist", "increment of the failing cell over control's", 0.27, 0.46, share, "", DOSSIER)
    reflex = force(at({"sympathetic_heart": 3.5})) / one
    yield Row(f"{title}, full reflex", "force over control", 1.2, 1.6, reflex, "", DOSSIER)
