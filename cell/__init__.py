"""Ventricular myocytes: mechanisms, one file each, combined under one name."""

from heartloop.component import Group

from .beta_adrenergic import BetaAdrenergic
from .calcium import Calcium
from .camkii import CaMKII
from .human import HUMAN, human
from .l_type import LType
from .land import Land
from .membrane import Membrane
from .release import Release

__all__ = ["HUMAN", "BetaAdrenergic", "CaMKII", "Calcium", "LType", "Land", "Membrane", "Release", "compact", "human"]

COMPACT = [Membrane, LType, Release, Calcium, CaMKII, BetaAdrenergic, Land]


def compact(name: str = "cell", **values: float) -> Group:
    """Human ventricular myocyte with its own lumped membrane, 33 states, for months, fits and cohorts.

    Connect the gate `stimulus`, and for a wall `stretch` and `stretch_rate`; read `tension` (kPa). Unconnected inputs
    stand for a healthy, resting, isometric cell. `values` change parameters or start values.
    """
    return Group.of(name, COMPACT, **values)
