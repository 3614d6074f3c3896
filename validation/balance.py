"""Blood, oxygen and carbon dioxide over a whole run: what is held at the end against what came in and what left.

The exchange with the air is integrated with the beats themselves; the tissues' use and the gas in lost or given blood
are sums over the stored samples, of quantities that hardly move within a beat.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from heartloop.circulation.lungs import P_STPD
from heartloop.events import Flow, flatten
from heartloop.run import Run

from .row import Row

MOST = 1e-6  # of what is held
PLACE = {"systemic_veins": "systemic_tissue", "vena_cava": "right_blood"}  # whose content the source's blood has
SAMPLES = 2000  # of the time that a source flows


def balances(name: str, run: Run, events: Sequence[Any]) -> Iterator[Row]:
    """Rows: the error of each balance over what is held (blood) or was held at the start (gases)."""
    source = "conservation"
    flows = [e for e in flatten(list(events)) if isinstance(e, Flow)]
    yield Row(name, "blood that the balance misses, of all", 0, MOST, missed_blood(run, flows), "", source)
    for gas in ("O2", "CO2"):
        missed = missed_gas(run, flows, gas)
        yield Row(name, f"{gas} that the balance misses, of all", 0, MOST, missed, "", source)


def missed_blood(run: Run, flows: Sequence[Flow]) -> float:
    """Blood at the end less blood at the start and what was given, over the blood held."""
    paths = run.model._c.graph.volumes
    start, end = (float(sum(at(p) for p in paths)) for at in (_first(run), _last(run)))
    given = sum(f.rate * _overlap(run, f) for f in flows)
    return abs(end - start - given) / end


def missed_gas(run: Run, flows: Sequence[Flow], gas: str) -> float:
    """The same for a gas, over the amount held at the start (mL STPD of blood, tissues and alveoli)."""
    held = [_held(run, at, gas) for at in (_first(run), _last(run))]
    d, t = run.data, run.data["time"].values
    end = float(t[-1])
    from_air = _exchanged(run, gas) * (1 if gas == "O2" else -1)
    key, sign = ("use_O2", -1) if gas == "O2" else ("made_CO2", 1)
    made = sign * sum(float(np.trapezoid(d[str(k)].values, t)) for k in d if str(k).endswith(f"_tissue.{key}"))
    carried = 0.0
    for f in flows:
        place = PLACE[_node(run, f.source)]
        times = np.linspace(f.start, min(f.start + f.over, end), SAMPLES)
        content = np.interp(times, t, d[f"{place}.c_{gas}"].values)
        carried += f.rate * float(np.trapezoid(content, times)) if times[-1] > f.start else 0.0
    return abs(held[1] - held[0] - from_air - made - carried) / held[0]


def _node(run: Run, source: str) -> str:
    """The node that a source of blood leads to."""
    small = "systemic_veins.V" in run.model._c.index
    return "systemic_veins" if source == "bleeding" and small else "vena_cava"


def _exchanged(run: Run, gas: str) -> float:
    """Gas over the mouth (mL STPD): integrals of the complete beats, and of the begun one at the end."""
    beats, c = run.beats, run.model._c
    length = np.diff([*beats["onset"], beats["onset"].iloc[-1] + 60 / beats["HR"].iloc[-1]])
    whole = float(np.sum(beats[f"V{gas}"].to_numpy() / 60 * length))
    begun = float(run.data["time"].values[-1]) > float(beats["onset"].iloc[0] + length.sum()) + 1e-9
    return whole + (float(run.x[c.index[c.graph.measures[f"V{gas}"]]]) if begun else 0.0)


def _held(run: Run, at: Any, gas: str) -> float:
    paths = run.model._c.index
    stores = [p for p in paths if p.endswith(f".{gas}") and not p.startswith("lungs.")]  # blood and tissues
    if f"lungs.held_{gas}" in run.data:  # lungs that breathe
        return at(f"lungs.held_{gas}") + sum(at(path) for path in stores)
    return run.model["lungs.V_A"] * at(f"lungs.PA{gas}") / P_STPD + sum(at(path) for path in stores)


def _first(run: Run) -> Any:
    return lambda path: float(run.data[path].values[0])


def _last(run: Run) -> Any:
    index = run.model._c.index  # an output is known at the samples only; the last one is the end
    return lambda path: float(run.x[index[path]] if path in index else run.data[path].values[-1])


def _overlap(run: Run, flow: Flow) -> float:
    end = float(run.data["time"].values[-1])
    return max(min(flow.start + flow.over, end) - flow.start, 0.0)
