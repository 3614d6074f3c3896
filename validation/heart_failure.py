"""The `heart-failure` scenario against published heart failure with reduced ejection fraction at rest."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from heartloop.course import Course
from heartloop.scenarios.scenario import Scenario, scenario

from .row import INF, Row, Setting

NAME = "heart-failure"
HELD = "sympathetic, RAAS and growth"


@lru_cache(maxsize=1)
def year(bar: bool) -> tuple[Scenario, Course]:
    """The scenario and its course over a year, run once for all groups that read it."""
    s = scenario(NAME)
    course = s.run(progress=bar, cuts=False)
    assert isinstance(course, Course)
    return s, course


def rows(setting: Setting) -> Iterator[Row]:
    """The failing year, the same with its links held, and SERCA loss alone."""
    s, course = year(setting.bar)
    d = course.data
    first, last = d.isel(day=0), d.isel(day=-1)
    name = "heart failure, day 365"
    late = (float(d["EF"].interp(day=30)) - float(last["EF"])) / (float(first["EF"]) - float(last["EF"]))
    yield from (
        Row(name, "EF", -INF, 0.35, float(last["EF"]), "", "HFrEF"),
        Row(name, "EF loss after day 30", 0.5, INF, late, "of all", "choice"),
        Row(name, "LVEDV rise", 0.30, INF, float(last["LVEDV"] / first["LVEDV"]) - 1, "", "SOLVD; Jeremy 1989"),
        Row(name, "PCWP", 18, INF, float(last["PCWP"]), "mmHg", "Cohn1984; Ferguson1990"),
        Row(name, "CI", -INF, 2.4, float(last["CI"]), "L/min/m2", "Cohn1984; Ferguson1990"),
        Row(name, "HR", 80, 95, float(last["HR"]), "1/min", "Cohn1984; Ferguson1990"),
        Row(name, "MAP", 78, 95, float(last["MAP"]), "mmHg", "Cohn1984; Ferguson1990"),
        Row(name, "beta1_density", 0.45, 0.65, float(last["beta1_density"]), "", "Bristow1982"),
        Row(name, "spillover", 4, 7, float(last["spillover"]), "", "Hasking1986"),
    )
    cut = next(c for c in s.spec.cuts if c.name == HELD)
    model = s.person(cut)
    held = model.progress(365, events=s.events(model), bar=setting.bar)
    yield Row("the same, links held", "EF", 0.45, INF, float(held.data["EF"][-1]), "", "choice")
    alone = scenario("serca-loss").run(progress=setting.bar, cuts=False).data["EF"]
    yield Row("SERCA 0.65 alone", "fall of EF", -INF, 0.05, float(alone[0] - alone[-1]), "", "Darier patients")
