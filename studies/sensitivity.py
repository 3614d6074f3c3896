"""Which parameters move which clinical numbers: elasticities, derivative-based, Morris and Sobol measures.

`local` is exact at the person as he is. The global measures vary each parameter by `spread` to both sides (inside its
bounds), uniformly on its fitted scale, and look at steady beats all over that box. A sample without a steady beat is
left out, counted in `.attrs["failures"]` and said aloud: it means that the box reaches where no person lives.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from heartloop.beat import Beat
from heartloop.errors import ConvergenceError, ParameterError, UnknownNameError, suggest
from heartloop.model import Model
from heartloop.orbit import RTOL, RTOL_GRADIENT, solve_orbit
from heartloop.progress import Bar

from .parameters import CANDIDATES, Parameter, free_parameters

METHODS = ("local", "dgsm", "morris", "sobol")
SAMPLES = {"dgsm": 64, "morris": 16, "sobol": 128}
NEAR = 0.1  # move on the fitted scale up to which the neighbour's inverse is tried
MOST_LOST = 0.5  # share of failed samples beyond which a global measure means nothing


def sensitivity(
    model: Model,
    of: Sequence[str] | str = ("MAP", "CO", "EF", "LVEDP"),
    to: Sequence[str] | str | None = None,
    method: str = "local",
    *,
    samples: int | None = None,
    spread: float | None = 0.2,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """Sensitivity of steady-beat numbers `of` to parameters `to`, the most important first.

    Parameters
    ----------
    of
        Summary keys or feature names.
    to
        Parameter paths, short paths or wildcards; names joined by '+' move by one factor. Default: all parameters
        for `local`, those of `studies.parameters.CANDIDATES` that the model has for the others.
    method
        "local": elasticities d ln(of) / d ln(to), exact, one column for each `of`. "dgsm": from exact gradients over
        the box; `bound` is an upper bound of the total Sobol index, `slope` the mean change of the number across half
        the box. "morris": elementary effects across the box, `mu_star` mean size, `sigma` spread (interaction or
        curvature). "sobol": `first` and `total` indices with `error`, the standard error of the total (Saltelli 2010
        and Jansen 1999 estimators).
    samples
        Gradient samples (dgsm, default 64), trajectories (morris, 16) or base samples (sobol, 128; costs
        samples x (parameters + 2) orbits).
    spread
        Half width of the box, relative: 0.2 is from 1/1.2 to 1.2 times; None takes the declared bounds.
    bounds
        Box of single parameters, by name as in `to`; for a group, of its first path.

    Returns a DataFrame (parameters x columns); `.attrs` holds method, evaluations (orbits attempted), failures,
    gradients, status, notes. Ctrl-C ends a global study early with what it has. Raises `UnknownNameError`,
    `ParameterError`, and `ConvergenceError` if the person, or more than half of the samples, have no steady beat.
    """
    if method not in METHODS:
        raise ParameterError(f"method = '{method}' is not one of {', '.join(METHODS)}.{suggest(method, METHODS)}")
    keys = [of] if isinstance(of, str) else list(of)
    if not keys:
        raise ParameterError("Name at least one number in `of`, for example of=['EF'].")
    if method == "local":
        return _local(model, keys, to)
    if samples is not None and samples < 2:
        raise ParameterError(f"samples = {samples} must be at least 2.")
    n = samples or SAMPLES[method]
    names = _default(model) if to is None else ([to] if isinstance(to, str) else list(to))
    parameters = free_parameters(model, names)
    box = _box(parameters, spread, bounds or {})
    study = _Study(model, parameters, box, keys, RTOL_GRADIENT if method == "dgsm" else RTOL)
    study.first()
    measure: dict[str, Callable[..., pd.DataFrame]] = {"dgsm": _dgsm, "morris": _morris, "sobol": _sobol}
    table = measure[method](study, n, np.random.default_rng(seed), progress)
    return study.finish(table, method)


def _local(model: Model, keys: list[str], to: Sequence[str] | str | None) -> pd.DataFrame:
    names = list(model.parameters.index) if to is None else ([to] if isinstance(to, str) else list(to))
    if not names:
        raise ParameterError("Name at least one parameter in `to`, or leave it out for all.")
    directions = np.zeros((model._c.n_theta, len(names)))
    for j, name in enumerate(names):
        for word in name.split("+"):
            for path in model.resolve(word.strip()):
                i = model._theta_index[path]
                directions[i, j] = model._theta[i]
    beat = model.periodic(rtol=RTOL_GRADIENT)
    f = beat.features()
    _known(keys, f)
    zero = [n for n, d in zip(names, directions.T, strict=True) if not np.any(d)]
    still = [k for k in keys if f[k] == 0 or not math.isfinite(f[k])]
    if still:
        raise ParameterError(f"{still[0]} is {f[still[0]]:g} on the steady beat; it has no elasticity.")
    live = np.any(directions != 0, axis=0)
    table = np.zeros((len(names), len(keys)))
    if np.any(live):
        t = beat.feature_tangents(directions[:, live])
        table[live] = np.column_stack([t[k] / f[k] for k in keys])
    frame = pd.DataFrame(table, index=pd.Index(names, name="parameter"), columns=keys)
    if not np.all(np.isfinite(table)):
        i, j = np.argwhere(~np.isfinite(table))[0]
        raise ConvergenceError(f"The derivative of {keys[j]} in {names[i]} is not finite on this beat.", partial=frame)
    frame = frame.loc[frame.abs().max(axis=1).sort_values(ascending=False, kind="stable").index]
    notes = []
    if zero:
        notes.append(f"{len(zero)} parameters are 0 and have elasticity 0 by definition: {', '.join(zero[:8])}"
                     + (", ..." if len(zero) > 8 else "") + ".")  # fmt: skip
    frame.attrs |= {"method": "local", "evaluations": 1, "failures": 0, "gradients": 1, "status": "complete",
                    "notes": notes}  # fmt: skip
    return frame


def _known(keys: Sequence[str], features: Mapping[str, float]) -> None:
    known = [k for k in features if not k.startswith("rest:")]
    for k in keys:
        if k not in features:
            raise UnknownNameError(f"The summary has no '{k}'.{suggest(k, known)}")


def _default(model: Model) -> list[str]:
    names = ["+".join(c.paths) for row in CANDIDATES for c in row if all(p in model._theta_index for p in c.paths)]
    if not names:
        raise ParameterError("This model has none of the usual parameters; name those to vary with to=[...].")
    return names


def _box(
    parameters: Sequence[Parameter], spread: float | None, bounds: Mapping[str, tuple[float, float]]
) -> np.ndarray:
    """Low and high of each parameter on its fitted scale: (m, 2)."""
    names = [p.name for p in parameters]
    for k in bounds:
        if k not in names:
            raise UnknownNameError(f"bounds names '{k}', which is not varied.{suggest(k, names)}")
    if spread is not None and not 0 < spread <= 10:
        raise ParameterError(f"spread = {spread:g} is not in 0..10; 0.2 varies a parameter by 20 %.")
    box = []
    for p in parameters:
        if p.name in bounds:
            low, high = (p.position(float(b)) for b in bounds[p.name])
            if not p.low - 1e-9 <= low < high <= p.high + 1e-9:
                declared = ", ".join(f"{p.values(u)[0]:g}" for u in (p.low, p.high))
                raise ParameterError(
                    f"The bounds of {p.name} must rise and lie inside the declared ones ({declared})."
                )
        elif spread is None:
            low, high = p.low, p.high
        else:
            half = math.log1p(spread) if p.log else spread
            low, high = max(p.low, -half), min(p.high, half)
        if not (math.isfinite(low) and math.isfinite(high)):
            raise ParameterError(f"{p.name} has no finite bounds; give spread or bounds={{'{p.name}': (low, high)}}.")
        box.append((low, high))
    return np.array(box)


class _Study:
    """Steady beats over the unit cube of a box, warm-started from the nearest one known, failures counted."""

    def __init__(
        self, model: Model, parameters: list[Parameter], box: np.ndarray, keys: list[str], rtol: float
    ) -> None:
        self.model, self.parameters, self.box, self.keys, self.rtol = model, parameters, box, keys, rtol
        self.m = len(parameters)
        self.evaluations = self.failures = self.gradients = 0
        self.status = "complete"
        self.notes: list[str] = []
        self._places: list[np.ndarray] = []
        self._beats: list[Beat] = []

    def first(self) -> None:
        """The person as he is must have a steady beat."""
        self.evaluations += 1
        beat = self.model.periodic(rtol=self.rtol)
        _known(self.keys, beat.features())
        here = np.clip(-self.box[:, 0] / (self.box[:, 1] - self.box[:, 0]), 0, 1)
        self._places.append(here)
        self._beats.append(beat)

    def solve(self, v: np.ndarray) -> Beat | None:
        """Steady beat at `v` in the unit cube, None if there is none."""
        self.evaluations += 1
        u = self.box[:, 0] + v * (self.box[:, 1] - self.box[:, 0])
        model = self.model._copy()
        for p, x in zip(self.parameters, u, strict=True):
            model._theta[p.rows] = p.values(x)
        moves = [float(np.max(np.abs(v - w) * (self.box[:, 1] - self.box[:, 0]))) for w in self._places]
        near = self._beats[int(np.argmin(moves))]
        # a kept inverse is good for a small move only; otherwise a few plain beats first
        for inverse in (near.orbit.inverse, None) if min(moves) < NEAR else (None,):
            try:
                orbit = solve_orbit(
                    model._c, model._theta, near.x, rtol=self.rtol, inverse=inverse, fallback=False, tol=1e-8
                )
                beat = Beat(model, orbit)
                f = beat.features()
            except ConvergenceError:
                continue
            if all(math.isfinite(f.get(k, math.nan)) for k in self.keys):
                if len(self._beats) < 200:
                    self._places.append(v)
                    self._beats.append(beat)
                return beat
            break
        self.failures += 1
        return None

    def values(self, v: np.ndarray) -> np.ndarray | None:
        """Numbers `of` at `v`: (keys,)."""
        beat = self.solve(v)
        return None if beat is None else np.array([beat.features()[k] for k in self.keys])

    def gradient(self, beat: Beat, v: np.ndarray) -> np.ndarray:
        """Derivatives of the numbers in the unit cube's coordinates: (keys, m)."""
        self.gradients += 1
        width = self.box[:, 1] - self.box[:, 0]
        u = self.box[:, 0] + v * width
        d = np.zeros((self.model._c.n_theta, self.m))
        for j, p in enumerate(self.parameters):
            d[p.rows, j] = p.slope(u[j]) * width[j]
        table = beat.feature_tangents(d)
        return np.array([table[k] for k in self.keys])

    def walk(self, title: str, count: int, step: Callable[[int], Any], progress: bool) -> int:
        """Call `step(i)`; Ctrl-C keeps what is done. Returns the number done."""
        bar = Bar(title, count, "samples") if progress else None
        done = 0
        try:
            for i in range(count):
                step(i)
                done = i + 1
                if bar is not None:
                    bar.update(done, f"{self.failures} failed")
        except KeyboardInterrupt:
            self.status = f"interrupted after {done} of {count} samples"
        finally:
            if bar is not None:
                bar.close()
        return done

    def enough(self, kept: int, tried: int) -> None:
        if kept < 2 or kept < MOST_LOST * tried:
            raise ConvergenceError(
                f"Only {kept} of {tried} samples could be used ({self.failures} of {self.evaluations} orbits found no "
                "steady beat): the box reaches where the model has no steady state. Give a smaller spread, or bounds."
            )

    def finish(self, table: pd.DataFrame, method: str) -> pd.DataFrame:
        table.index = pd.Index([p.name for p in self.parameters], name="parameter")
        lead = [c for c in table.columns if c.endswith((" bound", " mu_star", " total"))]
        scale = table[lead].abs().max().replace(0, 1.0)
        table = table.loc[(table[lead].abs() / scale).max(axis=1).sort_values(ascending=False, kind="stable").index]
        if self.failures:
            sentence = f"{self.failures} of {self.evaluations} orbits found no steady beat and were left out."
            self.notes.append(sentence)
            warnings.warn(sentence, stacklevel=3)
        table.attrs |= {
            "method": method, "evaluations": self.evaluations, "failures": self.failures, "gradients": self.gradients,
            "status": self.status, "notes": self.notes,
            "box": {p.name: tuple(float(p.values(u)[0]) for u in b)
                    for p, b in zip(self.parameters, self.box, strict=True)},
        }  # fmt: skip
        return table


def _dgsm(study: _Study, n: int, rng: np.random.Generator, progress: bool) -> pd.DataFrame:
    """Mean squared derivatives nu; nu / (pi^2 Var) bounds the total index (Sobol' & Kucherenko 2009)."""
    V = qmc.Sobol(study.m, seed=rng).random(n)
    values, slopes = [], []

    def step(i: int) -> None:
        beat = study.solve(V[i])
        if beat is not None:
            g = study.gradient(beat, V[i])
            if np.all(np.isfinite(g)):
                slopes.append(g)
                values.append([beat.features()[k] for k in study.keys])
            else:
                study.failures += 1

    done = study.walk("dgsm", n, step, progress)
    study.enough(len(values), done)
    variance = np.maximum(np.var(values, axis=0, ddof=1), 1e-300)
    G = np.array(slopes)
    columns = {}
    for j, k in enumerate(study.keys):
        columns[f"{k} bound"] = np.mean(G[:, j] ** 2, axis=0) / (math.pi**2 * variance[j])
        columns[f"{k} slope"] = 0.5 * np.mean(G[:, j], axis=0)
    return pd.DataFrame(columns)


def _morris(study: _Study, n: int, rng: np.random.Generator, progress: bool) -> pd.DataFrame:
    """Elementary effects on a grid of 4 levels, step 2/3 of the box (Morris 1991, Campolongo 2007)."""
    delta = 2 / 3
    effects: list[list[np.ndarray]] = [[] for _ in range(study.m)]

    def step(_: int) -> None:
        v = rng.integers(0, 2, study.m) / 3.0  # 0 or 1/3: room for a step up; half of them are mirrored
        v = np.where(rng.random(study.m) < 0.5, v, 1 - v)
        last = study.values(v)
        for j in rng.permutation(study.m):
            v = v.copy()
            up = v[j] < 0.5
            v[j] += delta if up else -delta
            new = study.values(v)
            if last is not None and new is not None:  # an effect needs both of its ends
                effects[j].append((new - last) / (delta if up else -delta))
            last = new

    done = study.walk("morris", n, step, progress)
    study.enough(min(len(e) for e in effects), done)
    columns = {}
    for i, k in enumerate(study.keys):
        columns[f"{k} mu_star"] = [float(np.mean(np.abs([x[i] for x in e]))) for e in effects]
        columns[f"{k} sigma"] = [float(np.std([x[i] for x in e], ddof=1)) for e in effects]
    return pd.DataFrame(columns)


def _sobol(study: _Study, n: int, rng: np.random.Generator, progress: bool) -> pd.DataFrame:
    """First and total indices from radial samples A, B, A with one column of B; incomplete blocks are left out."""
    m = study.m
    Q = qmc.Sobol(2 * m, seed=rng).random(n)
    A, B = Q[:, :m], Q[:, m:]
    blocks: list[np.ndarray] = []  # (m + 2, keys) each

    def step(i: int) -> None:
        rows = [study.values(A[i]), study.values(B[i])]
        for j in range(m):
            if any(r is None for r in rows):
                return
            mixed = A[i].copy()
            mixed[j] = B[i, j]
            rows.append(study.values(mixed))
        if not any(r is None for r in rows):
            blocks.append(np.array(rows))

    done = study.walk("sobol", n, step, progress)
    study.enough(len(blocks), done)
    Y = np.array(blocks)
    fa, fb, fm = Y[:, 0], Y[:, 1], Y[:, 2:]

    def indices(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        a, b, x = fa[rows], fb[rows], fm[rows]
        centre = np.mean(np.vstack([a, b]), axis=0)
        variance = np.maximum(np.var(np.vstack([a, b]), axis=0), 1e-300)
        first = np.mean((b - centre)[:, None] * (x - a[:, None]), axis=0) / variance
        return first, 0.5 * np.mean((a[:, None] - x) ** 2, axis=0) / variance

    first, total = indices(np.arange(len(Y)))
    again = np.array([indices(rng.integers(0, len(Y), len(Y)))[1] for _ in range(200)])
    error = again.std(axis=0)
    columns: dict[str, np.ndarray] = {}
    for i, k in enumerate(study.keys):
        columns |= {f"{k} first": first[:, i], f"{k} total": total[:, i], f"{k} error": error[:, i]}
    return pd.DataFrame(columns)
