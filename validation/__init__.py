"""Claims of the project, each as a row beside its accepted range: what `heartloop validate` runs.

A group is one module of this folder: a docstring and a function `rows(setting)` that yields `Row`s as they are found.
`GROUPS` lists them in the order in which they run. Nothing here is imported before its group runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module

from heartloop.errors import UnknownNameError, suggest
from heartloop.progress import Bar

from .row import Row, Setting

__all__ = ["GROUPS", "Group", "Row", "Setting", "choose", "run"]


@dataclass(frozen=True)
class Group:
    """A claim group: module `name`, one line of `doc`, `cost` in CPU seconds, and when it runs.

    `when` is "quick" (always), "full" (unless only the quick set is asked for) or "named" (only by its name).
    """

    name: str
    doc: str
    cost: float
    when: str = "full"

    def rows(self, setting: Setting) -> Iterator[Row]:
        """Import the module of the group and run it."""
        return import_module(f"{__name__}.{self.name}").rows(setting)


GROUPS = (
    Group("rest", "resting man and woman against the ranges of a healthy adult", 5, "quick"),
    Group("cell", "compact and human cell on the bench: control, failing, one defect at a time, agonist", 30, "quick"),
    Group("contraction", "figures of Land 2017 with its constants; force-calcium, force-velocity, length", 8),
    Group("rhythm", "both cells: onset of alternans, afterdepolarizations and triggered beats", 200, "named"),
    Group("mechanisms", "what each factor of failure does to the force-frequency curve: alone, and taken away", 140),
    Group("structure", "lost anchors and T-tubules: phosphorylation, release, force, the filled ventricle", 75),
    Group("pumps", "elastance and prescribed ventricle rest where the one-fibre wall rests", 6, "quick"),
    Group("espvr", "end-systolic elastance of the steady beat against a caval occlusion", 15),
    Group("orbit", "steady beat: conserved blood, residual, calcium in against calcium out", 10, "quick"),
    Group("settling", "plain beats from a disturbed start end on the orbit that Newton's method found", 110),
    Group("slow_return", "health stays for five years, returns when disturbed, and has no growing slow mode", 220),
    Group("heart_failure", "the failing year, the same with its links held, and SERCA loss alone", 120),
    Group("slow_error", "what the slow clock costs: its rates against plain beats, its year against a finer one", 200),
    Group("protocols", "bleeding, drugs, pacing, lesions, an opened reflex: responses beside measured ones", 240),
    Group("failing_protocols", "the failing person on the same protocols: reflexes, drugs, load, rhythm", 170),
    Group("posture", "the regional loop: rest, tilt, standing up, suction, bleeding beside measured responses", 85),
    Group("perturb_return", "a bleeding, two weeks of saline, pacing or isoproterenol leave no trace", 150),
    Group("gas", "oxygen and carbon dioxide at rest; hypoxia and hypercapnia beside volunteers", 60),
    Group("effort", "cycling, Valsalva, coronary flow, regulated beds, a dilated ventricle: the regional man", 300),
    Group("failing_effort", "the failing man of the regional loop: cycling on his back and upright, tilt", 420),
    Group("force_frequency_person", "faster pacing at the same filling: healthy and failing ventricle", 100),
    Group("patient", "fit of the catheterized patient, and of eight values moved by 5 %", 450, "named"),
    Group("links", "sign of every cut's effect while each assumed coupling moves by 30 %", 30_000, "named"),
)


def choose(names: Sequence[str] = (), quick: bool = False, groups: Sequence[Group] | None = None) -> list[Group]:
    """Groups of these names; without names the quick set, or all that do not need to be named.

    Raises `UnknownNameError` with the nearest names.
    """
    groups = GROUPS if groups is None else groups
    known = {g.name: g for g in groups}
    for name in names:
        if name not in known:
            raise UnknownNameError(f"There is no validation '{name}'.{suggest(name, known)} Known: {', '.join(known)}.")
    if names:
        return [g for g in groups if g.name in names]
    return [g for g in groups if g.when == "quick" or (g.when == "full" and not quick)]


def run(
    groups: Sequence[Group], setting: Setting | None = None, seen: Callable[[Group, Row], None] | None = None
) -> list[Row]:
    """Run groups one after the other; `seen` is called with every row as it comes.

    A group that raises ends in a failing row that names the error, and the rest still run.
    """
    setting = setting or Setting()
    found: list[Row] = []
    # two live bars would draw over each other: a group that runs alone shows its own
    alone = len(groups) == 1
    bar = Bar("validate", sum(g.cost for g in groups), "s CPU, estimated") if setting.bar and not alone else None
    inner = replace(setting, bar=setting.bar and alone)
    done = 0.0
    try:
        for group in groups:
            if bar:
                bar.update(done, group.name)
            for row in _guarded(group, inner):
                found.append(row)
                if seen:
                    seen(group, row)
                if bar:
                    bar.update(done, f"{group.name}: {row.quantity}")
            done += group.cost
    finally:
        if bar:
            bar.close()
    return found


def _guarded(group: Group, setting: Setting) -> Iterator[Row]:
    try:
        yield from group.rows(setting)
    except Exception as error:  # a claim that cannot be checked has failed, whatever the reason
        yield Row.of_error(group.name, error)
