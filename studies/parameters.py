"""Free parameters of a study: one path or several that move by a common factor, on the scale they are fitted in.

Log-scaled parameters and groups are fitted as ln(value / start), the rest as (value - start) / size, so that a step of
1 means a factor e or one typical size. `CANDIDATES` lists the parameters of a person worth fitting, with reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from heartloop.errors import ParameterError
from heartloop.model import Model


@dataclass(frozen=True)
class Candidate:
    """A parameter worth fitting: paths that move together, the measured keys that tell it, and why it differs."""

    paths: tuple[str, ...]
    needs: tuple[str, ...]  # any of these measured keys makes it worth freeing
    reason: str


# In the order in which they are freed. The first of several alternatives that the model has is taken.
CANDIDATES: tuple[tuple[Candidate, ...], ...] = (
    (
        Candidate(
            ("systemic.R", "splanchnic.R"), ("SBP", "DBP", "MAP"),
            "systemic resistance: mean arterial pressure at the measured output; both beds keep their ratio",
        ),
    ),
    (
        Candidate(
            ("arteries.C", "aorta.C"), ("SBP", "DBP"),
            "arterial compliance: pulse pressure at the measured stroke volume; falls with age and pressure",
        ),
    ),
    (
        Candidate(
            ("pulmonary.R",), ("PAP_dia", "PAP_mean", "PVR"),
            "pulmonary resistance: pulmonary arterial pressure above the wedge at the measured output",
        ),
    ),
    (
        Candidate(
            ("pulmonary_arteries.C",), ("PAP_sys", "PAP_dia"),
            "pulmonary arterial compliance: pulmonary pulse pressure",
        ),
    ),
    (
        Candidate(
            ("pulmonary_valve.A_ann",), ("RVSP",),
            "pulmonary valve area: the step of systolic pressure from right ventricle to pulmonary artery",
        ),
    ),
    (
        Candidate(
            ("blood.V_total",), ("CVP", "RAP_mean", "RVEDP", "RV_min", "PCWP", "LVEDP"),
            "blood volume: every filling pressure at once",
        ),
    ),
    (
        Candidate(
            ("rv.k_scale",), ("RVSP", "RV_min", "RVESV", "RVEF"),
            "contractility of the right ventricle: its filling pressure at the measured load",
        ),
        Candidate(
            ("rv.E_max",), ("RVSP", "RV_min", "RVESV", "RVEF"),
            "contractility of the right ventricle: its filling pressure at the measured load",
        ),
    ),
    (
        Candidate(
            ("lv.k_scale",), ("CO", "CI", "SV", "EF", "LVESV", "dPdt_max"),
            "contractility of the left ventricle: wedge pressure at the measured output and arterial pressure",
        ),
        Candidate(
            ("lv.E_max",), ("CO", "CI", "SV", "EF", "LVESV", "dPdt_max"),
            "contractility of the left ventricle: wedge pressure at the measured output and arterial pressure",
        ),
    ),
    (
        Candidate(
            ("lv.s_titin", "lv.s_collagen"), ("LVEDV", "LVEDP", "PCWP"),
            "passive stress of the left ventricle: filling pressure at its volume",
        ),
        Candidate(("lv.k",), ("LVEDV", "LVEDP", "PCWP"), "diastolic stiffness of the left ventricle"),
    ),
    (Candidate(("lv.V_ref",), ("LVEDV", "LVESV"), "size of the left ventricle"),
     Candidate(("lv.V0",), ("LVEDV", "LVESV"), "volume intercept of the left ventricle")),
    (Candidate(("rv.V_ref",), ("RVEDV", "RVESV"), "size of the right ventricle"),
     Candidate(("rv.V0",), ("RVEDV", "RVESV"), "volume intercept of the right ventricle")),
    (
        Candidate(
            ("rv.s_titin", "rv.s_collagen"), ("RVEDP", "RVEDV"),
            "passive stress of the right ventricle: end-diastolic pressure at its volume",
        ),
        Candidate(("rv.k",), ("RVEDP", "RVEDV"), "diastolic stiffness of the right ventricle"),
    ),
    (Candidate(("la.E_a",), ("E_A",), "contractility of the left atrium: the late filling wave"),),
)  # fmt: skip


@dataclass
class Parameter:
    """One free parameter of a study.

    `name` as the user wrote it; `paths` what it moves; `start` their values (n,); `log` whether it moves by a factor;
    `size` the step of a linear one; `low`, `high` bounds on the fitted scale, 0 at the start.
    """

    name: str
    paths: list[str]
    start: np.ndarray
    log: bool
    size: float
    low: float
    high: float
    unit: str
    doc: str
    rows: np.ndarray = field(repr=False)
    reason: str = ""

    def values(self, u: float) -> np.ndarray:
        """Parameter values (n,) at position `u` on the fitted scale."""
        return self.start * np.exp(u) if self.log else self.start + u * self.size

    def position(self, value: float) -> float:
        """Inverse of `values` for the first path."""
        if self.log:
            if value <= 0:
                raise ParameterError(f"{self.name} is fitted on a log scale; {value:g} is not above 0.")
            return float(np.log(value / self.start[0]))
        return float((value - self.start[0]) / self.size)

    def slope(self, u: float) -> np.ndarray:
        """d values / d u (n,)."""
        return self.values(u) if self.log else np.full(len(self.start), self.size)


def make(model: Model, name: str, paths: Sequence[str] | None = None, reason: str = "") -> Parameter:
    """Free parameter from a path, a short path, a wildcard, or several joined by '+' (they move by one factor)."""
    found: list[str] = []
    for word in paths or name.split("+"):
        found += [p for p in model.resolve(word.strip()) if p not in found]
    rows = np.array([model._theta_index[p] for p in found])
    start = model._theta[rows].copy()
    entries = [model._entry(p) for p in found]
    log = len(found) > 1 or entries[0].scale == "log"
    if log and np.any(start <= 0):
        worst = found[int(np.argmin(start))]
        raise ParameterError(
            f"{name} moves by a common factor, but {worst} = {start.min():g} is not above 0. Free it alone."
        )
    bounds = np.array([e.bounds for e in entries], dtype=float)
    outside = (start < bounds[:, 0]) | (start > bounds[:, 1])
    if np.any(outside):
        i = int(np.argmax(outside))
        raise ParameterError(
            f"{found[i]} = {start[i]:g} starts outside its bounds {bounds[i, 0]:g}..{bounds[i, 1]:g}; it cannot vary."
        )
    if log:
        with np.errstate(divide="ignore"):
            low = float(np.max(np.log(np.maximum(bounds[:, 0], 0.0) / start)))
            high = float(np.min(np.log(bounds[:, 1] / start)))
        size = 1.0
    else:
        span = bounds[0, 1] - bounds[0, 0]
        size = abs(start[0]) or (0.1 * span if np.isfinite(span) else 1.0)
        low, high = float((bounds[0, 0] - start[0]) / size), float((bounds[0, 1] - start[0]) / size)
    if not low < high:
        raise ParameterError(f"{name} has no room to move between its bounds.")
    unit = entries[0].unit
    return Parameter(name, found, start, log, size, low, high, unit, entries[0].doc, rows, reason)


def free_parameters(model: Model, free: Sequence[str] | Mapping[str, Sequence[str]] | str) -> list[Parameter]:
    """Free parameters from names; a mapping gives each name its paths.

    Raises `UnknownNameError` for unknown paths and `ParameterError` for an empty list or a path freed twice.
    """
    if isinstance(free, str):
        free = [free]
    if isinstance(free, Mapping):
        result = [make(model, name, [paths] if isinstance(paths, str) else paths) for name, paths in free.items()]
    else:
        result = [make(model, name) for name in free]
    if not result:
        raise ParameterError("No free parameter was given; name at least one, for example free=['systemic.R'].")
    seen: dict[str, str] = {}
    for p in result:
        for path in p.paths:
            if path in seen:
                raise ParameterError(f"{path} is free twice: in '{seen[path]}' and in '{p.name}'.")
            seen[path] = p.name
    return result


def default_free(model: Model, keys: Sequence[str]) -> list[Parameter]:
    """The candidates that the measured `keys` can tell, at most one for each key, in the order of `CANDIDATES`."""
    chosen: list[Parameter] = []
    for alternatives in CANDIDATES:
        for c in alternatives:
            if all(p in model._theta_index for p in c.paths):
                if any(k in keys for k in c.needs) and len(chosen) < len(keys):
                    chosen.append(make(model, "+".join(c.paths), c.paths, c.reason))
                break
    if not chosen:
        raise ParameterError(
            "No default free parameter fits this model and these measurements; name them with free=[...]."
        )
    return chosen
