"""Rosenbrock methods in the form without Jacobian products (Hairer & Wanner 1996, IV.7, eq. 7.25).

(I/(h gamma) - J) K_i = f(x + sum_j A_ij K_j) + sum_j C_ij K_j / h,  x+ = x + sum M_j K_j,  error = sum E_j K_j.
A test checks the order conditions by convergence and the L-stability of each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Tableau:
    """Coefficients of one method; `order` is that of the error estimate plus one."""

    name: str
    gamma: float
    A: np.ndarray
    C: np.ndarray
    M: np.ndarray
    E: np.ndarray
    new_f: tuple[bool, ...]
    order: int
    source: str

    @property
    def stages(self) -> int:
        return len(self.M)


def _lower(s: int, values: list[float]) -> np.ndarray:
    a = np.zeros((s, s))
    a[np.tril_indices(s, -1)] = values
    return a


RODAS3 = Tableau(
    "rodas3",
    0.5,
    _lower(4, [0, 2, 0, 2, 0, 1]),
    _lower(4, [4, 1, -1, 1, -1, -8 / 3]),
    np.array([2.0, 0, 1, 1]),
    np.array([0.0, 0, 0, 1]),
    (True, False, True, True),
    3,
    "Sandu1997",
)

RODAS4 = Tableau(
    "rodas4",
    0.25,
    _lower(
        6,
        [
            1.544,
            0.9466785280815826,
            0.2557011698983284,
            3.314825187068521,
            2.896124015972201,
            0.9986419139977817,
            1.221224509226641,
            6.019134481288629,
            12.53708332932087,
            -0.6878860361058950,
            1.221224509226641,
            6.019134481288629,
            12.53708332932087,
            -0.6878860361058950,
            1.0,
        ],
    ),
    _lower(
        6,
        [
            -5.6688,
            -2.430093356833875,
            -0.2063599157091915,
            -0.1073529058151375,
            -9.594562251023355,
            -20.47028614809616,
            7.496443313967647,
            -10.24680431464352,
            -33.99990352819905,
            11.70890893206160,
            8.083246795921522,
            -7.981132988064893,
            -31.52159432874371,
            16.31930543123136,
            -6.058818238834054,
        ],
    ),
    np.array([1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0, 1.0]),
    np.array([0.0, 0, 0, 0, 0, 1]),
    (True,) * 6,
    4,
    "Hairer1996, RODAS",
)

METHODS = {t.name: t for t in (RODAS3, RODAS4)}
