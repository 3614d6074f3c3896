"""Cardiac valves: inertial orifice flow with leaflets that open and close in finite time.

Equations follow Mynard et al. (2012), Int J Numer Method Biomed Eng 28:626. Two deviations, both for smoothness:
the opening switch is rounded over `w_p`, and the Bernoulli loss turns laminar (linear in flow) below the velocity
`w_u`, so that flow through a shut valve stays as damped as through an open one.
Units inside this file: mmHg, mL, s, cm, g. Flow is positive from `p_in` to `p_out`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State

MMHG = 1333.22  # dyn/cm^2 per mmHg
_TABLE = "Mynard2012, valve constants as in two public codes (traced)"


class Valve(Component):
    """Orifice with blood inertia; `zeta` is the leaflet opening, 0 closed, 1 open.

    Stenosis is `M_st` below 1 and regurgitation `M_rg` above 0. The leak of a healthy shut valve, `M_leak`, is what
    keeps inertance and loss finite: about 0.03 mL/s at 80 mmHg.
    """

    kind = "edge"

    p_in = Input("mmHg", "pressure at the inlet")
    p_out = Input("mmHg", "pressure at the outlet")

    q = State(0.0, "mL/s", "flow through the orifice", scale=100.0)
    zeta = State(0.0, "1", "leaflet opening", bounds=(0, 1), scale=1.0)

    A_ann = Param(6.8, "cm^2", "annulus area", bounds=(1.5, 12), scale="log", source=_TABLE)
    M_st = Param(1.0, "1", "open / annulus area; below 1 is stenosis", bounds=(0.05, 1), source=_TABLE)
    M_rg = Param(0.0, "1", "closed / annulus area; above 0 is regurgitation", bounds=(0, 0.5), source=_TABLE)
    M_leak = Param(1e-5, "1", "area of a competent shut valve / annulus area", bounds=(1e-6, 1e-3), scale="log",
                   source="Laudenzi, closed = 1e-5 of the open area (traced)")  # fmt: skip
    l_eff = Param(1.8, "cm", "length of the accelerated blood column", bounds=(0.3, 4), scale="log", source=_TABLE)
    K_vo = Param(16.0, "1/(mmHg s)", "opening rate", bounds=(2, 120), scale="log", source=_TABLE)
    K_vc = Param(16.0, "1/(mmHg s)", "closing rate", bounds=(2, 120), scale="log", source=_TABLE)
    rho = Param(1.06, "g/mL", "blood density", bounds=(1.03, 1.08), source="Mynard2012 (recalled)")

    w_p = Param(0.05, "mmHg", "rounding of the switch between opening and closing", bounds=(0.005, 1))
    w_u = Param(5.0, "cm/s", "velocity below which the loss is laminar", bounds=(0.5, 30))

    A = Output("cm^2", "effective orifice area")

    def equations(self, p_in, p_out, q, zeta, A_ann, M_st, M_rg, M_leak, l_eff, K_vo, K_vc, rho, w_p, w_u):
        dp = p_in - p_out
        A = A_ann * (M_leak + M_rg + (M_st - M_rg) * zeta)  # effective area

        B = rho / (2 * A**2) / MMHG  # Bernoulli resistance, mmHg s^2/mL^2
        L = rho * l_eff / A / MMHG  # inertance, mmHg s^2/mL

        opening = (1 - zeta) * K_vo * smooth.pos(dp, w_p)
        closing = zeta * K_vc * smooth.neg(dp, w_p)

        return Equations(
            ddt=dict(
                q=(dp - B * q * ca.sqrt(q**2 + (w_u * A) ** 2)) / L,
                zeta=opening + closing,
            ),
            out=dict(A=A),
        )


_OPEN = "Liang2009, effective open area as in Laudenzi (traced)"
_SIZE = {  # annuli of the paper: 6.8, 7.1, 7.7, 8.0 cm^2; the jet of a healthy valve is narrower than its annulus
    "aortic": dict(A_ann=(4.05, _OPEN), l_eff=(1.8, _TABLE), K_vo=(16.0, _TABLE), K_vc=(16.0, _TABLE)),
    "pulmonary": dict(A_ann=(5.18, _OPEN), l_eff=(1.6, _TABLE), K_vo=(26.7, _TABLE), K_vc=(26.7, _TABLE)),
    "mitral": dict(A_ann=(5.0, "normal mitral orifice 4-6 cm^2 (recalled)"),
                   l_eff=(1.5, "1.0 in the table, and blood of the chambers that moves along (assumed)"),
                   K_vo=(40.0, _TABLE), K_vc=(53.3, _TABLE)),
    "tricuspid": dict(A_ann=(8.0, _TABLE), l_eff=(1.0, _TABLE), K_vo=(40.0, _TABLE), K_vc=(53.3, _TABLE)),
}  # fmt: skip


def _valve(which: str, name: str, values: Mapping[str, float]) -> Valve:
    valve = Valve(name, **values)
    for key, (value, source) in _SIZE[which].items():
        own = valve.declarations[key]
        valve.declarations[key] = replace(own, value=values.get(key, value), source=source)
    return valve


def aortic_valve(name: str = "aortic_valve", **values: float) -> Valve:
    """Valve with the constants of an adult aortic valve."""
    return _valve("aortic", name, values)


def pulmonary_valve(name: str = "pulmonary_valve", **values: float) -> Valve:
    """Valve with the constants of an adult pulmonary valve."""
    return _valve("pulmonary", name, values)


def mitral_valve(name: str = "mitral_valve", **values: float) -> Valve:
    """Valve with the constants of an adult mitral valve."""
    return _valve("mitral", name, values)


def tricuspid_valve(name: str = "tricuspid_valve", **values: float) -> Valve:
    """Valve with the constants of an adult tricuspid valve."""
    return _valve("tricuspid", name, values)
