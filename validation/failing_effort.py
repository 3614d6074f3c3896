"""The failing man of the regional loop (`heart-failure-regional`, day 365): cycling on his back and upright, tilted.

Loads are those that patients reach: Kramer's went to 48 W on their backs and to 55 W upright. Where a study gives the
spread of patients, two standard deviations count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import pandas as pd

from heartloop.model import Model
from heartloop.scenarios.person import BODY
from heartloop.scenarios.scenario import scenario

from .balance import balances
from .failing_protocols import DAY, failing_run
from .protocols import AREA, directed, response, run_of
from .row import INF, Row, Setting, reported

EARLIER = "heart-failure-regional"
LOAD, BEYOND = 50.0, 100.0  # W
PATIENTS: dict[str, dict[str, tuple[float, float]]] = {  # mean, standard deviation; at rest and at the heaviest load
    "rest": {"HR": (84, 11), "MAP": (85, 9), "PCWP": (26, 9), "CI": (2.0, 0.5)},
    "supine": {"HR": (115, 18), "MAP": (102, 15), "PCWP": (40, 7), "CI": (3.4, 0.8), "uptake": (9.8, 1.9)},
    "upright": {"HR": (124, 15), "MAP": (95, 17), "PCWP": (35, 10), "CI": (3.6, 0.8), "uptake": (12.1, 2.4)},
}
MEASURED = ("HR", "MAP", "PCWP", "CVP", "CO", "VO2", "SvO2", "legs.q")
UNITS = {"HR": "1/min", "MAP": "mmHg", "PCWP": "mmHg", "CI": "L/min/m2", "uptake": "mL/min/kg"}


def rows(setting: Setting) -> Iterator[Row]:
    """Rest and cycling on his back, tilt, cycling upright."""
    yield from rest()
    yield from supine(setting.bar)
    yield from tilted(setting.bar)
    yield from upright()


@lru_cache(maxsize=1)
def subject() -> Model:
    """The failing man; the year before is taken from the kept courses."""
    return scenario(EARLIER).left(DAY, progress=False)


def spread(mean: float, sd: float) -> tuple[float, float]:
    """Two standard deviations about a mean."""
    return mean - 2 * sd, mean + 2 * sd


def clinical(s: Mapping[str, float] | pd.Series) -> dict[str, float]:
    """What the patients' tables hold, of the numbers of a steady beat or of a window."""
    found = {key: float(s[key]) for key in ("HR", "MAP", "PCWP")}
    return found | {"CI": float(s["CO"]) / AREA, "uptake": float(s["VO2"]) / BODY["male"][0]}


def rest() -> Iterator[Row]:
    """Patients with a low ejection fraction before any inhibitor of the converting enzyme."""
    found, name = clinical(subject().periodic().summary()), "failing man at rest, regional"
    for key, target in PATIENTS["rest"].items():
        yield Row(name, key, *spread(*target), found[key], UNITS[key], "Topic1982, 15 patients")


def supine(bar: bool) -> Iterator[Row]:
    """25 and 50 W on his back, beside patients and beside the healthy man at the same load."""
    people = {"healthy": run_of("light-cycling", bar), "failing": failing_run("light-cycling", bar, EARLIER)}
    window, name = f"{LOAD:g} W", f"cycling on his back, {LOAD:g} W, failing"
    change = {who: {k: response(run, window, k) for k in MEASURED} for who, run in people.items()}
    value = {who: {k: v[1] for k, v in found.items()} for who, found in change.items()}
    ill, well = value["failing"], value["healthy"]
    found = clinical(ill)
    for key, target in PATIENTS["supine"].items():
        yield Row(name, key, *spread(*target), found[key], UNITS[key], "Kramer1982, 14 patients, 48 W")
    yield from directed(name, people["failing"], window, {"PCWP": 1, "CVP": 1, "SvO2": -1}, "Kramer1982, direction")
    held = change["failing"]["MAP"][0]
    yield Row(name, "change of MAP", -3, INF, held, "mmHg", "Sullivan1989: perfusion pressure is maintained")
    name += " over healthy"
    source = "Sullivan1989, direction at matched loads"
    for key, low, high in (("VO2", 0, 1), ("legs.q", 0, 1), ("SvO2", 0, 1)):
        yield Row(name, key, low, high, ill[key] / well[key], "", source)
    resistance = {who: (v["MAP"] - v["CVP"]) / v["legs.q"] for who, v in value.items()}
    yield Row(name, "resistance of the legs", 1, INF, resistance["failing"] / resistance["healthy"], "", source)
    yield Row(name, "MAP, difference", -15, 15, ill["MAP"] - well["MAP"], "mmHg",
              "Sullivan1989: no difference; width a choice, the patients' spread")  # fmt: skip
    slopes = {who: v["CO"][0] / v["VO2"][0] for who, v in change.items()}
    name += "; at the maximum 1, by Sullivan1989"
    yield reported(name, "rise of output per uptake", slopes["failing"] / slopes["healthy"])
    for who, run in people.items():
        yield from balances(f"cycling on his back, {who}", run, scenario("light-cycling").events(run.model))


def tilted(bar: bool) -> Iterator[Row]:
    """Tilt: patients stand it, without the reflexes of health."""
    people = {"healthy": run_of("tilt", bar), "failing": failing_run("tilt", bar, EARLIER)}
    name = "tilt 75 degrees, failing"
    found = {who: {k: response(run, "steady", k) for k in ("HR", "MAP", "SV")} for who, run in people.items()}
    share = {who: v["SV"][0] / (v["SV"][1] - v["SV"][0]) for who, v in found.items()}
    yield Row(name + " over healthy", "fall of SV, of itself", 0, 1, share["failing"] / share["healthy"], "",
              "Rapaport1966: profound in health, none in failure")  # fmt: skip
    faster = {who: v["HR"][0] for who, v in found.items()}
    yield Row(name + " over healthy", "rise of HR", -0.5, 0.5, faster["failing"] / faster["healthy"], "",
              "Cody1982: no reflex tachycardia; at most half is asked for")  # fmt: skip
    yield Row(name, "change of MAP", -3, INF, found["failing"]["MAP"][0], "mmHg",
              "Rapaport1966, held; Bronzwaer2017: 16 of 33 treated patients are hypotensive")  # fmt: skip


def upright() -> Iterator[Row]:
    """Cycling upright, and the uptake that he does not exceed."""
    model = subject()
    rest = model.with_({"posture.angle": 60.0}).periodic()
    at = {w: model.with_({"posture.angle": 60.0, "exercise.watts": w}).periodic(start=rest) for w in (LOAD, BEYOND)}
    name, found = f"cycling upright, {LOAD:g} W, failing", clinical(at[LOAD].summary())
    for key, target in PATIENTS["upright"].items():
        yield Row(name, key, *spread(*target), found[key], UNITS[key], "Kramer1982, 14 patients, 55 W")
    before = clinical(rest.summary())
    yield Row(name, "change of PCWP", 0, INF, found["PCWP"] - before["PCWP"], "mmHg", "Topic1982: 26 to 35 mmHg")
    yield Row(name, "change of MAP", -3, INF, found["MAP"] - before["MAP"], "mmHg", "Topic1982: 85 to 93 mmHg")
    most = clinical(at[BEYOND].summary())["uptake"]
    yield Row("cycling upright, failing", f"uptake at {BEYOND:g} W, which he cannot meet", *spread(15.1, 4.8), most,
              UNITS["uptake"], "Sullivan1989, 30 patients at their maximum; healthy 32.1 +- 9.9")  # fmt: skip
    asked = before["uptake"] + (model["exercise.slope"] * BEYOND) / BODY["male"][0]
    yield reported("cycling upright, failing", "part of what that load asks for", most / asked)
