"""Slow reproductions: the failing year, its cut links and the bench cell against their published ranges.

`heartloop validate` shows them beside the resting tables. Ranges are those of the literature collected for the
project: heart failure with reduced ejection fraction at rest, the length of a human twitch, force-frequency.
"""

from __future__ import annotations

import math
from typing import Any

from .myocyte import myocyte
from .scenario import Scenario, scenario

Row = dict[str, Any]
HELD = "sympathetic, RAAS and growth"


def _row(protocol: str, quantity: str, low: float, high: float, model: float, unit: str, source: str) -> Row:
    sides = [f"{low:g}" if math.isfinite(low) else "", f"{high:g}" if math.isfinite(high) else ""]
    target = (
        f"{sides[0]} to {sides[1]}" if all(sides) else ("at least " + sides[0] if sides[0] else "at most " + sides[1])
    )
    return {
        "protocol": protocol, "quantity": quantity, "target": f"{target} {unit}".strip(), "model": model,
        "verdict": "pass" if low <= model <= high else "fail", "low": low, "high": high, "unit": unit, "source": source,
    }  # fmt: skip


def heart_failure(progress: bool = True) -> list[Row]:
    """A year of the `heart-failure` scenario, the same with its links held, and SERCA loss alone (about 90 s CPU)."""
    s: Scenario = scenario("heart-failure")
    course = s.run(progress=progress, cuts=False)
    d = course.data
    first, last = d.isel(day=0), d.isel(day=-1)
    name = "heart failure, day 365"
    late = (float(d["EF"].interp(day=30)) - float(last["EF"])) / (float(first["EF"]) - float(last["EF"]))
    inf = math.inf
    rows = [
        _row(name, "EF", -inf, 0.35, float(last["EF"]), "", "HFrEF"),
        _row(name, "EF loss after day 30", 0.5, inf, late, "of all", "choice"),
        _row(name, "LVEDV rise", 0.30, inf, float(last["LVEDV"] / first["LVEDV"]) - 1, "", "SOLVD; Jeremy 1989"),
        _row(name, "PCWP", 18, inf, float(last["PCWP"]), "mmHg", "Cohn1984; Ferguson1990"),
        _row(name, "CI", -inf, 2.4, float(last["CI"]), "L/min/m2", "Cohn1984; Ferguson1990"),
        _row(name, "HR", 80, 95, float(last["HR"]), "1/min", "Cohn1984; Ferguson1990"),
        _row(name, "MAP", 78, 95, float(last["MAP"]), "mmHg", "Cohn1984; Ferguson1990"),
        _row(name, "beta1_density", 0.45, 0.65, float(last["beta1_density"]), "", "Bristow1982"),
        _row(name, "spillover", 4, 7, float(last["spillover"]), "", "Hasking1986"),
    ]
    cut = next(c for c in s.spec.cuts if c.name == HELD)
    model = s.person(cut)
    held = model.progress(365, events=s.events(model), bar=progress)
    rows.append(_row("the same, links held", "EF", 0.45, inf, float(held.data["EF"][-1]), "", "choice"))
    alone = scenario("serca-loss").run(progress=progress, cuts=False).data["EF"]
    rows.append(_row("SERCA 0.65 alone", "fall of EF", -inf, 0.05, float(alone[0] - alone[-1]), "", "Darier patients"))
    return rows


def cell() -> list[Row]:
    """Isometric twitches of the compact cell, control and failing."""
    control, failing = myocyte(), myocyte(state="failing")
    s = control.pace(1.0).summary()
    table, weak = (m.force_frequency((0.5, 1.0, 7 / 6, 7 / 3, 2.5))["T_dev"].to_numpy() for m in (control, failing))
    name = "cell, 1 Hz"
    bands = {
        "Ca_dia": (70, 125, "nmol/L"), "Ca_peak": (320, 700, "nmol/L"), "Ca_TTP": (40, 70, "ms"),
        "Ca_RT50": (120, 200, "ms"), "APD90": (230, 320, "ms"), "T_TTP": (140, 215, "ms"), "T_RT50": (95, 160, "ms"),
        "T_dev": (15, 40, "kPa"), "serca_share": (0.70, 0.85, ""), "CICR_gain": (4, math.inf, ""),
        "Na_i": (6, 13, "mmol/L"),
    }  # fmt: skip
    rows = [
        _row(name, k, a, b, float(s[k]), unit, "dossier of the human ventricular cell")
        for k, (a, b, unit) in bands.items()
    ]
    name = "force-frequency"
    rows += [
        _row(name, "control, 150 over 30/min", 1.5, 2.2, float(table[4] / table[0]), "", "Pieske1995"),
        _row(name, "failing, 150 over 30/min", 0.5, 0.8, float(weak[4] / weak[0]), "", "Pieske1995"),
        _row(name, "failing, 140 over 70/min", -math.inf, 1.0, float(weak[3] / weak[2]), "", "Mulieri1992"),
        _row(name, "failing over control at 60/min", 0.45, 0.8, float(weak[1] / table[1]), "", "Pieske1996"),
    ]
    return rows
