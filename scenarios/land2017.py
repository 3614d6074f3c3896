"""Land et al. (2017) as published: both columns of constants, and the calcium under which the paper's twitch stands.

The paper lists two columns (its Appendix B): for the skinned myocytes in which force was measured, and for whole-organ
use, which reproduces the intact twitch under the human calcium transient of Coppini et al. (2013). Curves made with
them stand beside those of a cell, whose constants were identified for the beating heart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from heartloop.cell import Land

from .contraction import STRETCHES, Contraction

PAPER = "Land2017"
# Appendix B, whole-organ column (traced through two public codes that list both columns)
LAND_2017: dict[str, float] = dict(
    k_TRPN=0.1, n_TRPN=2.0, Ca50=0.805, beta_1=-2.4, beta_0=2.3, TRPN50=0.35, n_Tm=5.0, k_u=1.0, k_uw=0.182,
    k_ws=0.012, r_s=0.25, r_w=0.5, gamma_s=0.0085, gamma_w=0.615, phi_land=2.23, A_eff=25.0, T_ref=120.0,
)  # fmt: skip
# skinned column, where it differs
LAND_2017_SKINNED = LAND_2017 | dict(Ca50=2.5, n_Tm=2.2, k_uw=0.026, k_ws=0.004, T_ref=40.5)
SHARP = dict(w_block=5e-4, w_zeta=1e-3, w_stretch=1e-3)  # the kinks of the paper, nearly
# Free calcium (umol/L) every 20 ms over one second: means over 10 ms of the trace in the script that the authors
# published with the paper (traced through a public code that carries it)
COPPINI = (
    0.165, 0.276, 0.409, 0.496, 0.549, 0.577, 0.588, 0.589, 0.582, 0.572, 0.557, 0.539, 0.516, 0.492, 0.463, 0.436,
    0.407, 0.379, 0.353, 0.329, 0.307, 0.289, 0.272, 0.258, 0.245, 0.235, 0.226, 0.218, 0.211, 0.205, 0.200, 0.195,
    0.191, 0.188, 0.185, 0.182, 0.180, 0.178, 0.176, 0.174, 0.172, 0.171, 0.170, 0.168, 0.168, 0.166, 0.166, 0.166,
    0.165, 0.165, 0.165,
)  # fmt: skip
KNOTS = 0.02 * np.arange(len(COPPINI))  # s
COLUMNS = {"Land 2017, intact": LAND_2017, "Land 2017, skinned": LAND_2017_SKINNED}


def land(values: Mapping[str, float], **more: float) -> Contraction:
    """The component with a column of the paper, its kinks nearly sharp unless said otherwise."""
    return Contraction(Land("cell"), {**values, **SHARP, **more})


def force_pca_curves() -> dict[str, pd.DataFrame]:
    """Steady tension over pCa with both columns of the paper, by name."""
    return {name: land(column).force_pca() for name, column in COLUMNS.items()}


def force_velocity_curves() -> dict[str, pd.DataFrame]:
    """Velocity over load after a quick release with both columns of the paper, by name."""
    return {name: land(column).force_velocity() for name, column in COLUMNS.items()}


def twitch_curves(stretches: Sequence[float] = STRETCHES) -> dict[float, pd.DataFrame]:
    """The paper's intact twitch by stretch: columns `Ca` (umol/L) and `tension` (kPa) over time (s)."""
    intact, calcium = land(LAND_2017), np.array(COPPINI)
    found = {}
    for stretch in stretches:
        T = intact.twitch(KNOTS, calcium, stretch)
        found[stretch] = pd.DataFrame({"Ca": np.interp(T.index.to_numpy(float), KNOTS, calcium), "tension": T})
    return found
