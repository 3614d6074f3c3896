"""Solve for parameters that put numbers of the steady beat where they should be.

Used for a person's resting set points (every reflex error zero on average at rest) and for bodies.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .errors import ConvergenceError
from .model import Model


def calibrate(
    model: Model, targets: Mapping[str, tuple[str, float, float]], *, tol: float = 1e-6, max_steps: int = 15
) -> Model:
    """Newton's method on parameters through the orbit.

    Parameters
    ----------
    targets
        `{parameter path: (feature, wanted value, size)}`: as many features as parameters; `size` scales the error.

    Returns a new model. Raises `ConvergenceError` with what was reached if the targets cannot be met.
    """
    paths = list(targets)
    features = [t[0] for t in targets.values()]
    wanted = np.array([t[1] for t in targets.values()])
    size = np.array([t[2] for t in targets.values()])
    directions = model.directions(paths)
    values = np.array([model[p] for p in paths])
    error = np.full(len(paths), np.inf)
    for k in range(max_steps):
        # stores that settle over minutes amplify a residual; a root at a change of the step pattern needs finer steps
        beat = model.periodic(rtol=1e-6 if k < 5 else 1e-7, tol=1e-10)
        f = beat.features()
        error = (np.array([f[name] for name in features]) - wanted) / size
        if np.max(np.abs(error)) < tol:
            return model
        table = beat.feature_tangents(directions)
        J = np.array([table[name] for name in features]) / size[:, None]
        step, *_ = np.linalg.lstsq(J, -error, rcond=1e-10)
        limit = 0.3 * np.maximum(np.abs(values), 3.0)
        step *= min(1.0, float(np.min(limit / np.maximum(np.abs(step), 1e-12))))
        values = values + step
        model = model.with_(dict(zip(paths, values, strict=True)))
    worst = int(np.argmax(np.abs(error)))
    raise ConvergenceError(
        f"Calibration did not reach {features[worst]} = {wanted[worst]:g} with {paths[worst]} "
        f"(error {error[worst] * size[worst]:.3g}).",
        partial=model,
    )
