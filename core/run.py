"""Real time: a model beat by beat, with events."""

from __future__ import annotations

import time as wall
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from .beat import take_sample
from .circuit import CLOCK
from .compiled import Pass
from .component import check_value
from .conduction import FINE, Conduction
from .errors import ConvergenceError, EventError, IntegrationError, UnknownNameError, suggest
from .events import Dose, Flow, ParameterCourse, Stimulus, When, flatten
from .progress import Bar
from .results import Result
from .summary import clinical

if TYPE_CHECKING:
    from .model import Model

BEAT_SAMPLES = 200
VENTRICLES = ("lv_onset", "rv_onset")


class Run(Result):
    """Signals over real time (`.data`, dimension `time` in s) and one row a beat (`.beats`).

    A row is the cycle from one sinus firing to the next; its `ectopic` counts the beats that started in a ventricle
    meanwhile, and `.events` lists these (`heartloop.conduction.Conduction.events`). `status` says how the run ended;
    after an integration failure or Ctrl-C everything up to then is kept.
    """

    kind = "Run"

    def __init__(
        self, model: Model, data: xr.Dataset, beats: pd.DataFrame, events: pd.DataFrame, status: str, x: np.ndarray,
        theta: np.ndarray,
    ) -> None:  # fmt: skip
        self.model, self.data, self.beats, self.events, self.status = model, data, beats, events, status
        self.x = x
        self._theta = theta
        self.tables["beats"] = beats
        if len(events):
            self.tables["ectopic"] = events

    @property
    def parameters(self) -> pd.DataFrame:
        return self.model.parameters

    @property
    def provenance(self) -> dict[str, Any]:
        return self.model.provenance | {"status": self.status}

    def summary(self) -> pd.Series:
        """Clinical numbers of the last complete beat."""
        if not len(self.beats):
            return pd.Series(dtype=float)
        s = self.beats.iloc[-1].drop(["onset", "ectopic"])
        s.name = "value"
        return s

    def __repr__(self) -> str:
        end = float(self.data["time"][-1]) if self.data.sizes.get("time") else 0.0
        return f"Run({end:.2f} s, {len(self.beats)} beats; {self.status})"


class _Timeline:
    """Events in time order: what theta is at any moment, and which extra stimuli fall into a beat."""

    def __init__(self, model: Model, events: list[Any]) -> None:
        self.model = model
        self.theta = model._theta.copy()
        self.steps: list[tuple[float, str, Any]] = []
        self.ramps: list[dict[str, Any]] = []
        self.doses: list[tuple[float, int, Dose]] = []
        self.dosed: dict[int, float] = {}  # what the doses add to theta now
        self.stimuli: list[Stimulus] = []
        self.waiting: list[When] = []
        self.captured: list[float] = []  # times of the ectopic beats that the ventricle answered to
        self.add(events, 0.0)

    def add(self, events: Sequence[Any], origin: float) -> None:
        c = self.model._c
        for e in events:
            if isinstance(e, ParameterCourse):
                for path in self.model.resolve(e.path):
                    if not e.relative:
                        check_value(path, e.to, self.model._entry(path))
                    self.steps.append((origin + e.start, "course", (path, e)))
            elif isinstance(e, Flow):
                path = f"{e.source}.q"
                if path not in c.param_index:
                    known = [s.removesuffix(".q") for s in c.graph.sources]
                    raise EventError(
                        f"There is no blood source '{e.source}'.{suggest(e.source, known)} Known: {known}."
                    )
                i = self.model._theta_index[path]
                self.steps.append((origin + e.start, "add", (i, e.rate)))
                self.steps.append((origin + e.start + e.over, "add", (i, -e.rate)))
            elif isinstance(e, Dose):
                for path in self.model.resolve(e.path):
                    entry = self.model._entry(path)
                    check_value(path, self.model[path] + e.effect, entry)
                    self.steps.append((origin + e.start, "dose", (path, e)))
            elif isinstance(e, Stimulus):
                roles = VENTRICLES if e.gate == "ventricles" else (e.gate,)
                for gate in (self.model.roles.get(role, role) for role in roles):
                    if gate not in c.gate_paths:
                        raise EventError(f"There is no stimulus '{gate}'.{suggest(gate, c.gate_paths)}")
                    self.stimuli.append(replace(e, at=origin + e.at, gate=gate))
            elif isinstance(e, When):
                known_paths = [*c.paths, *c.out_paths]
                if e.path not in known_paths:
                    raise UnknownNameError(f"There is no signal '{e.path}'.{suggest(e.path, known_paths)}")
                self.waiting.append(e)
        self.steps.sort(key=lambda s: s[0])

    def advance(self, now: float) -> None:
        """Apply every step due at or before `now`, and move the ramps and the doses."""
        for i, added in self.dosed.items():
            self.theta[i] -= added
        while self.steps and self.steps[0][0] <= now + 1e-9:
            when, what, payload = self.steps.pop(0)
            if what == "add":
                i, rate = payload
                self.theta[i] += rate
            elif what == "dose":
                path, e = payload
                self.doses.append((when, self.model._theta_index[path], e))
            else:
                path, e = payload
                i = self.model._theta_index[path]
                to = self.theta[i] * e.to if e.relative else e.to
                if e.over <= 0:
                    self.theta[i] = to
                else:
                    self.ramps = [r for r in self.ramps if r["i"] != i]
                    self.ramps.append({"i": i, "a": self.theta[i], "b": to, "t0": when, "t1": when + e.over})
        for r in self.ramps:
            f = min(max((now - r["t0"]) / (r["t1"] - r["t0"]), 0.0), 1.0)
            self.theta[r["i"]] = r["a"] + f * (r["b"] - r["a"])
        self.ramps = [r for r in self.ramps if now < r["t1"]]
        self.dosed = {}
        for given, i, e in self.doses:
            self.dosed[i] = self.dosed.get(i, 0.0) + e.level(now - given)
        for i, added in self.dosed.items():
            low, high = self.model._entry(self.model._theta_paths[i]).bounds
            total = min(max(self.theta[i] + added, low), high)
            self.dosed[i] = total - self.theta[i]
            self.theta[i] = total

    def due(self, start: float, end: float) -> list[float]:
        """Times of steps strictly inside a beat."""
        return sorted({s[0] for s in self.steps if start + 1e-9 < s[0] < end - 1e-9})


def solve(
    model: Model,
    duration: float,
    *,
    every: float = 0.01,
    events: Sequence[Any] = (),
    rtol: float = 1e-5,
    start: np.ndarray | None = None,
    progress: bool = False,
    conduct: bool = True,
) -> Run:
    """Integrate `duration` seconds of real time, beat by beat, starting from the steady beat.

    Parameters
    ----------
    every
        Sampling interval of the result (s). The last instant is stored as well, also where it is no multiple of it.
    events
        `bleed`, `infuse`, `dose`, `set_parameter`, `pace`, `ectopic`, `when`. A step falls exactly on its time (the
        integrator ends a segment there); ramps and doses are followed from beat to beat.
    start
        State at the first onset (n,); default: the periodic orbit of the model.
    conduct
        Look for beats that start in a ventricle, by a stimulus or spontaneously; their impulse crosses to the other
        wall and closes the atrioventricular node for a while (`heartloop.conduction`). Without it each wall is alone.

    Raises `EventError` for impossible events. An integration failure ends the run early; the status says where.
    """
    if not (np.isfinite(duration) and duration > 0):
        raise EventError(f"duration = {duration:g} s must be above zero.")
    if not (np.isfinite(every) and 1e-4 <= every <= duration):
        raise EventError(f"every = {every:g} s must lie between 0.0001 s and the duration.")
    c = model._c
    line = _Timeline(model, flatten(list(events)))
    line.advance(0.0)
    x = model.periodic().x.copy() if start is None else np.array(start, dtype=float)
    walls = Conduction(model, x)
    now, status = 0.0, "complete"
    passes: list[tuple[float, Pass]] = []
    rows: list[dict[str, float]] = []
    bar = Bar("solve", duration, "s") if progress else None
    began = wall.time()
    try:
        while now < duration - 1e-9:
            line.advance(now)
            p = _one(c, x, line, now, duration, rtol, every)
            complete = now + p.rr <= duration + 1e-9
            crossed = _crossing(c, line, p, now)
            if crossed is not None:
                when, at = crossed
                line.waiting.remove(when)
                line.add(when.do, at)
                p = _one(c, x, line, now, duration, rtol, every)
            if conduct:
                again = partial(_one, c, x, line, now, duration, rtol, every)
                p = walls.follow(p, now, line.stimuli, again, partial(_closely, c, x, line, now, rtol))
                line.captured = [float(row["time"]) for row in walls.rows]
            line.advance(now + p.t[-1])
            passes.append((now, p))
            if complete:
                row = {"onset": now} | clinical(take_sample(model, p), model.roles, model.bsa)
                rows.append(row | {"ectopic": float(walls.count(now, now + float(p.t[-1])))})
            x = p.x
            now += float(p.t[-1])
            if bar:
                bar.update(now)
    except (IntegrationError, ConvergenceError) as error:
        status = f"stopped at {now:.2f} s: {error}"
    except KeyboardInterrupt:
        status = f"interrupted at {now:.2f} s"
    finally:
        if bar:
            bar.close()
    data = _dataset(c, passes, min(now, duration), every)
    data.attrs |= {"status": status, "seconds": wall.time() - began}
    return Run(model, data, pd.DataFrame(rows), walls.events, status, x, line.theta)


def _one(c: Any, x: np.ndarray, line: _Timeline, now: float, duration: float, rtol: float, every: float) -> Pass:
    """One beat, split at the steps that fall into it."""
    theta = line.theta.copy()
    rr = float(c.held(np.where(np.isin(np.arange(c.n), c.reset_rows), 0.0, x), theta)[0][c.rr_index])
    end = min(rr, duration - now)
    changes = []
    scout = _Timeline.__new__(_Timeline)
    scout.__dict__.update(line.__dict__)
    scout.theta, scout.steps, scout.ramps = theta.copy(), list(line.steps), [dict(r) for r in line.ramps]
    scout.doses, scout.dosed = list(line.doses), dict(line.dosed)
    for at in line.due(now, now + end):
        scout.advance(at)
        changes.append((at - now, scout.theta.copy()))
    extra = [(s.gate, s.at - now, s.duration) for s in line.stimuli if now <= s.at < now + end]
    samples = max(BEAT_SAMPLES, round(end / every))
    shut = _unconducted(line, x, theta, now)
    return c.beat(x, theta, rtol=rtol, samples=samples, extra=extra, until=end, changes=changes, without=shut)


def _closely(c: Any, x: np.ndarray, line: _Timeline, now: float, rtol: float, until: float) -> Pass:
    """The beat up to `until` (s after onset), densely sampled."""
    return _one(c, x, line, now, now + until, rtol, FINE)


def _unconducted(line: _Timeline, x: np.ndarray, theta: np.ndarray, now: float) -> tuple[str, ...]:
    """Ventricular stimuli that this sinus beat does not give: an ectopic beat has just entered the node from below."""
    model, c = line.model, line.model._c
    if not line.captured or "av_closed" not in model.roles:
        return ()
    closed = float(c.held(x, theta)[0][c.held_paths.index(model.roles["av_closed"])])
    if now - line.captured[-1] >= closed:
        return ()
    return tuple(model.roles[r] for r in VENTRICLES if r in model.roles)


def _crossing(c: Any, line: _Timeline, p: Pass, now: float) -> tuple[When, float] | None:
    first: tuple[When, float] | None = None
    for when in line.waiting:
        y = c.reader((when.path,))(p.X, p.V, p.piece)[:, 0]
        level = when.below if when.below is not None else when.above
        g = (level - y) if when.below is not None else (y - level)
        hits = np.flatnonzero(g > 0)
        if not len(hits):
            continue
        i = int(hits[0])
        at = p.t[i] if i == 0 else p.t[i - 1] + (0 - g[i - 1]) / (g[i] - g[i - 1]) * (p.t[i] - p.t[i - 1])
        if first is None or now + at < first[1]:
            first = (when, now + float(at))
    return first


def _dataset(c: Any, passes: list[tuple[float, Pass]], end: float, every: float) -> xr.Dataset:
    times = np.arange(0.0, end + 1e-9, every)
    if end - times[-1] > 1e-9:
        times = np.append(times, end)  # balances need the last instant
    if not passes:
        return xr.Dataset(coords={"time": ("time", np.zeros(0), {"units": "s"})})
    t = np.concatenate([now + p.t for now, p in passes])
    X = np.concatenate([p.X for _, p in passes])
    V = np.concatenate([p.V for _, p in passes])
    offsets = np.cumsum([0, *(len(p.V) for _, p in passes[:-1])])
    piece = np.concatenate([p.piece + o for (_, p), o in zip(passes, offsets, strict=True)])
    keep = np.clip(np.searchsorted(t, times, side="right") - 1, 0, len(t) - 2)
    width = np.maximum(t[keep + 1] - t[keep], 1e-12)
    f = np.clip((times - t[keep]) / width, 0, 1)[:, None]
    clock = X[:, c.index[CLOCK]]
    onset = (width < 1e-9) | (clock[keep + 1] < clock[keep])  # two beats meet: nothing to interpolate
    f[onset] = 0.0
    Xi = X[keep] * (1 - f) + X[keep + 1] * f
    Y = c.outputs(Xi, V, piece[keep])
    variables: dict[str, Any] = {}
    for i, e in enumerate(c.graph.fast):
        variables[e.path] = ("time", Xi[:, i], {"units": e.declaration.unit, "long_name": e.declaration.doc})
    for i, path in enumerate(c.out_paths):
        d = c.graph.output_declarations[path]
        variables[path] = ("time", Y[:, i], {"units": d.unit, "long_name": d.doc})
    return xr.Dataset(variables, coords={"time": ("time", times, {"units": "s", "long_name": "time"})})
