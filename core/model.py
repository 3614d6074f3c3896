"""A model: a compiled circuit with values. `with_` gives another one on the same compiled code."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self, overload

import numpy as np
import pandas as pd

from . import __version__
from .beat import Beat, Pair
from .circuit import match
from .compile import casadi_version
from .compiled import Compiled
from .component import check_value
from .errors import ConvergenceError, ParameterError
from .orbit import APART, RTOL, Inverse, Orbit, alternation, solve_orbit, solve_pair
from .tableau import RODAS4

if TYPE_CHECKING:
    from heartloop.studies.fit import Fit

    from .course import Course
    from .run import Run


class Reference:
    """A person's resting orbit: what every slow drive is measured against. Solved when first needed."""

    def __init__(self, theta: np.ndarray) -> None:
        self.theta = theta.copy()
        self.features: dict[str, float] | None = None
        self.orbit: Orbit | None = None


class Model:
    """A circuit with parameter values, slow states and a person's resting reference.

    Parameters
    ----------
    compiled
        Shared functions.
    roles
        What the circuit's parts are to a clinician, e.g. `{"lv": "lv", "arterial": "arteries.p"}`.
    features
        Named numbers of a beat beyond the summary: `{"peak_stress": ("max", "lv.sigma_f")}`.
    readouts
        Slow states or slow outputs shown in summaries: `{"beta1_density": "receptors.beta1_density"}`.
    bsa
        Body surface area (m^2), for the cardiac index.
    """

    def __init__(
        self,
        compiled: Compiled,
        *,
        roles: Mapping[str, str] | None = None,
        features: Mapping[str, tuple[str, str]] | None = None,
        readouts: Mapping[str, str] | None = None,
        bsa: float | None = None,
        title: str = "model",
    ) -> None:
        c = compiled
        self._c = c
        self.roles = dict(roles or {})
        self.features = dict(features or {})
        self.readouts = dict(readouts or {})
        self.bsa, self.title = bsa, title
        self._theta = c.theta()
        self._theta_paths = [*c.param_paths, *c.slow_paths]
        self._theta_index = {p: i for i, p in enumerate(self._theta_paths)}
        self._guess = c.start()
        self._inverse: Inverse | None = None
        self._guess_theta: np.ndarray | None = None
        self._reference = Reference(self._theta)
        self._rates: dict[str, Any] = {}
        needed: list[str] = []
        for side in ("lv", "rv"):
            if side in self.roles:
                needed += [self.roles[side] + ".p", self.roles[side] + ".V"]
        needed += [self.roles[k] for k in ("arterial", "pulmonary") if k in self.roles]
        needed += [self.roles[k] + ".q" for k in ("aortic_valve", "mitral_valve") if k in self.roles]
        needed += [path for _, path in self.features.values()]
        self._paths = tuple(dict.fromkeys(needed)) or (c.paths[0],)

    # -- values -------------------------------------------------------------------------------------------------------

    def _entry(self, path: str) -> Any:
        i = self._theta_index[path]
        g = self._c.graph
        return (g.params[i] if i < self._c.np else g.slow[i - self._c.np]).declaration

    @property
    def parameters(self) -> pd.DataFrame:
        """All parameters: index path; columns value, unit, low, high, scale, source, doc."""
        rows = [
            (e.path, v, e.declaration.unit, *e.declaration.bounds, e.declaration.scale, e.declaration.source,
             e.declaration.doc)
            for e, v in zip(self._c.graph.params, self._theta[: self._c.np], strict=True)
        ]  # fmt: skip
        columns = ["path", "value", "unit", "low", "high", "scale", "source", "doc"]
        return pd.DataFrame(rows, columns=columns).set_index("path")

    @property
    def slow(self) -> pd.DataFrame:
        """Slow states: index path; columns value, unit, low, high, source, reversible, doc."""
        rows = [
            (e.path, v, e.declaration.unit, *e.declaration.bounds, e.declaration.source, e.declaration.reversible,
             e.declaration.doc)
            for e, v in zip(self._c.graph.slow, self._theta[self._c.np :], strict=True)
        ]  # fmt: skip
        columns = ["path", "value", "unit", "low", "high", "source", "reversible", "doc"]
        return pd.DataFrame(rows, columns=columns).set_index("path")

    def resolve(self, pattern: str) -> list[str]:
        """Paths of parameters or slow states that a path, short path or wildcard addresses."""
        return match(pattern, self._theta_paths, "parameter or slow state")

    def __getitem__(self, path: str) -> float:
        """Value of one parameter or slow state; a short path must give one common value."""
        values = {float(self._theta[self._theta_index[p]]) for p in self.resolve(path)}
        if len(values) > 1:
            raise ParameterError(f"'{path}' addresses {', '.join(self.resolve(path))} with different values.")
        return values.pop()

    def with_(self, changes: Mapping[str, float], check_bounds: bool = True) -> Self:
        """A new model with other values, same compiled code. Keys may be short paths or wildcards.

        Raises `UnknownNameError` (with the nearest names) and `ParameterError` (out of bounds, not finite).
        """
        new = self._copy()
        for pattern, value in changes.items():
            for path in self.resolve(pattern):
                number = check_value(path, value, self._entry(path), check_bounds)
                new._theta[self._theta_index[path]] = number
        return new

    def _copy(self) -> Self:
        new = object.__new__(type(self))
        new.__dict__.update(self.__dict__)
        new._theta = self._theta.copy()
        new._rates = {}
        return new

    def start_from(self, state: Mapping[str, float]) -> None:
        """Start the next orbit solve from a known state at onset: {path: value}; unknown paths are left out."""
        guess = self._guess.copy()
        for path, value in state.items():
            if path in self._c.index:
                guess[self._c.index[path]] = value
        self._guess = guess

    def at_rest(self) -> Self:
        """The same model with its own present steady beat as the reference of every slow drive."""
        new = self._copy()
        new._reference = Reference(new._theta)
        return new

    def directions(self, paths: Sequence[str]) -> np.ndarray:
        """Unit directions (n_theta, m), one per path; a pattern moves all that it addresses."""
        d = np.zeros((self._c.n_theta, len(paths)))
        for i, pattern in enumerate(paths):
            for path in self.resolve(pattern):
                d[self._theta_index[path], i] = 1.0
        return d

    @property
    def provenance(self) -> dict[str, Any]:
        """Versions and hash that a result needs to be repeated."""
        return {
            "title": self.title,
            "graph": self._c.hash,
            "heartloop": __version__,
            "casadi": casadi_version(),
            "numpy": np.__version__,
            "python": platform.python_version(),
            "compiled": self._c.kernel.compiled,
        }

    def describe(self) -> dict[str, Any]:
        """Size of the compiled graph."""
        return self._c.describe()

    # -- verbs --------------------------------------------------------------------------------------------------------

    @overload
    def periodic(
        self, *, rtol: float = RTOL, tol: float = 1e-9, method: str = RODAS4.name, start: Beat | Pair | None = None,
        period: Literal[1] = 1,
    ) -> Beat: ...  # fmt: skip

    @overload
    def periodic(
        self, *, rtol: float = RTOL, tol: float = 1e-9, method: str = RODAS4.name, start: Beat | Pair | None = None,
        period: Literal[2],
    ) -> Pair: ...  # fmt: skip

    def periodic(
        self, *, rtol: float = RTOL, tol: float = 1e-9, method: str = RODAS4.name, start: Beat | Pair | None = None,
        period: int = 1,
    ) -> Beat | Pair:  # fmt: skip
        """The steady beat (`Beat`), or with `period` 2 the two beats that alternate (`Pair`).

        Starts from `start` or from the last beat solved on this compiled code. A steady beat may be unstable: its
        `status` says so, and a multiplier below -1 means that two beats alternate instead. The pair is sought around
        the steady beat. Raises `ConvergenceError` if neither Newton nor plain beats find what was asked for.
        """
        if not 1e-12 <= rtol <= 1e-2:
            raise ParameterError(f"rtol = {rtol:g} is outside 1e-12..1e-2.")
        if period not in (1, 2):
            raise ParameterError(f"period = {period!r} must be 1 (the steady beat) or 2 (a pair of beats).")
        if period == 2:
            return self._pair(rtol, tol, method, start)
        inverse = None
        guess = self._guess
        if start is not None:
            guess = start.x
            inverse = start.orbit.inverse if start.orbit.period == 1 else None
        elif self._guess_theta is not None:
            change = np.abs(self._theta - self._guess_theta) / np.maximum(np.abs(self._guess_theta), 1e-3)
            if float(np.max(change)) < 0.3:
                inverse = self._inverse
        orbit = solve_orbit(self._c, self._theta, guess, rtol=rtol, tol=tol, method=method, inverse=inverse)
        if not orbit.converged:
            advice = "Ask for the pair with `period=2`" if "alternans" in orbit.status else "Start closer"
            raise ConvergenceError(
                f"There is {orbit.status}. {advice}, or run `solve` to see what happens beat by beat.",
                partial=Beat(self, orbit),
            )
        self._guess, self._inverse, self._guess_theta = orbit.x, orbit.inverse, self._theta.copy()
        return Beat(self, orbit)

    def _pair(self, rtol: float, tol: float, method: str, start: Beat | Pair | None) -> Pair:
        steady: Beat | None = start if isinstance(start, Beat) and start.model is self and start.converged else None
        if isinstance(start, Pair):
            try:
                orbit = solve_orbit(
                    self._c, self._theta, start.x, rtol=rtol, tol=tol, method=method, inverse=start.orbit.inverse,
                    fallback=False, period=2,
                )  # fmt: skip
            except ConvergenceError:
                pass
            else:
                if alternation(self._c, orbit) > APART:
                    return Pair(self, orbit)
        x = steady.x if steady is not None else self._guess
        if steady is None:
            try:
                steady = self.periodic(rtol=rtol, tol=tol, method=method, start=start)
                x = steady.x
            except ConvergenceError as error:  # beats that only alternate: start from where they were left
                if isinstance(error.partial, Beat):
                    x = error.partial.x
        orbit = solve_pair(self._c, self._theta, x, rtol=rtol, tol=tol, method=method, steady=steady is not None)
        return Pair(self, orbit, steady)

    @property
    def reference(self) -> dict[str, float]:
        """Features of the person's resting orbit, which slow drives are relative to."""
        ref = self._reference
        if ref.features is None:
            base = self._copy()
            base._theta = ref.theta.copy()
            beat = base.periodic()
            ref.features, ref.orbit = beat.features(), beat.orbit
        return ref.features

    def _feature_values(self, features: Mapping[str, float]) -> np.ndarray:
        values = []
        for name in self._c.graph.features:
            if name.endswith("_rest"):
                values.append(self.reference[name.removesuffix("_rest")])
            else:
                values.append(features[name])
        return np.array(values)

    def slow_outputs(self, features: Mapping[str, float]) -> dict[str, float]:
        """Outputs of the slow components (spillover, plasma noradrenaline, ...) for given features."""
        values = np.asarray(self._c.slow_out()(self._feature_values(features), self._theta)).ravel()
        return dict(zip(self._c.slow_out_paths, values.tolist(), strict=True))

    def read_slow(self, features: Mapping[str, float]) -> dict[str, float]:
        """The summary's slow readouts: {key: value}."""
        if not self.readouts:
            return {}
        outputs = self.slow_outputs(features) if any(p not in self._theta_index for p in self.readouts.values()) else {}
        return {
            k: float(self._theta[self._theta_index[p]]) if p in self._theta_index else outputs[p]
            for k, p in self.readouts.items()
        }

    def slow_rates(self, features: Mapping[str, float]) -> np.ndarray:
        """Rates of the slow states per day for given features (ns,)."""
        return np.asarray(self._c.slow_rhs()(self._feature_values(features), self._theta)).ravel()

    def solve(self, duration: float, every: float = 0.01, events: Sequence[Any] = (), **kw: Any) -> Run:
        """Real time, beat by beat (`Run`); see `heartloop.run.solve`."""
        from .run import solve

        return solve(self, duration, every=every, events=events, **kw)

    def progress(self, days: float, events: Sequence[Any] = (), **kw: Any) -> Course:
        """Slow time over steady beats (`Course`); see `heartloop.course.progress`."""
        from .course import progress

        return progress(self, days, events=events, **kw)

    def fit(
        self, patient: Any, free: Sequence[str] | Mapping[str, Sequence[str]] | str | None = None, **kw: Any
    ) -> Fit:
        """Fit to a patient's measurements (`Fit`); see `heartloop.studies.fit.fit`."""
        from heartloop.studies.fit import fit

        return fit(self, patient, free, **kw)

    def sensitivity(
        self, of: Sequence[str] | str = ("MAP", "CO", "EF", "LVEDP"), to: Sequence[str] | str | None = None,
        method: str = "local", **kw: Any,
    ) -> pd.DataFrame:  # fmt: skip
        """Which parameters move which numbers; see `heartloop.studies.sensitivity.sensitivity`."""
        from heartloop.studies.sensitivity import sensitivity

        return sensitivity(self, of, to, method, **kw)

    def __repr__(self) -> str:
        d = self.describe()
        return (
            f"{type(self).__name__}('{self.title}': {d['states']} states, {d['parameters']} parameters, "
            f"{d['slow states']} slow states)"
        )
