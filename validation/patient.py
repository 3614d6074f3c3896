"""The real patient: a transplanted heart by right-heart catheter, fitted as the command line does.

Colunga et al. (2018) met the same eight numbers within 0.65 % in 271 evaluations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np

import heartloop as hl
from heartloop.model import Model
from heartloop.progress import Bar
from heartloop.scenarios.patients import Patient
from heartloop.studies.fit import Fit

from .row import Row, Setting

WITHIN = 0.0065
EVALUATIONS = 271
KEYS = ("SBP", "DBP", "RVSP", "RV_min", "PAP_sys", "PAP_dia", "PCWP", "CO")
OUTPUTS = ("fick", "td")  # cardiac output by either method
MOVED = (0.95, 1.05)
SOURCE = "Colunga et al. 2018"


@lru_cache(maxsize=1)
def bedside() -> tuple[Model, Patient]:
    """Patient tx-01 and a healthy person of the same body."""
    patient = hl.read_patient("rhc_transplant.csv", id="tx-01")
    return hl.human(sex=patient.sex or "male", weight_kg=patient.weight_kg, height_cm=patient.height_cm), patient


def fitted(co: str) -> Fit:
    """Fit to the eight numbers, with cardiac output by one method."""
    person, patient = bedside()
    return person.fit(patient, co=co, progress=False)


def fitted_moved(key: str, factor: float) -> Fit:
    """Fit with one of the eight numbers multiplied."""
    person, patient = bedside()
    moved = replace(patient, measured=dict(patient.measured) | {key: factor * patient.measured[key]})
    return person.fit(moved, progress=False)


def judged(protocol: str, fit: Fit) -> Iterator[Row]:
    """Misfit and cost of one fit."""
    worst = float(np.max(np.abs(fit.residuals["relative"])))
    yield Row(protocol, f"worst of {len(fit.residuals)} outputs, relative", 0, WITHIN, worst, "", SOURCE)
    yield Row(protocol, "orbit solves", 0, EVALUATIONS - 1, fit.evaluations, "", SOURCE)


def rows(setting: Setting) -> Iterator[Row]:
    """The fit with either cardiac output, then with each of the eight values 5 % lower and higher."""
    bar = Bar("fits", len(OUTPUTS) + len(KEYS) * len(MOVED), "fits") if setting.bar else None
    fits = [(f"patient tx-01, CO by {co}", partial(fitted, co)) for co in OUTPUTS]
    fits += [
        (f"patient tx-01, {key} {factor - 1:+.0%}", partial(fitted_moved, key, factor))
        for key in KEYS
        for factor in MOVED
    ]
    try:
        for n, (protocol, fit) in enumerate(fits):
            if bar:
                bar.update(n, protocol)
            yield from judged(protocol, fit())
    finally:
        if bar:
            bar.close()
