"""Cardiac valves: inertial orifice flow with leaflets that open and close in finite time.

Equations follow Mynard et al. (2012), Int J Numer Method Biomed Eng 28:626. Two deviations, both for smoothness:
the opening switch is rounded over `w_p`, and the Bernoulli loss turns laminar (linear in flow) below the velocity
`w_u`, so that flow through a shut valve stays as damped as through an open one.
Units inside this file: mmHg, mL, s, cm, g. Flow is positive from `p_in` to `p_out`.
"""

from __future__ import annotations

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
                   source="Laudenzi repository: closed = 1e-5 open area (traced)")  # fmt: skip
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


# per valve: annulus area, column length, opening and closing rate, all from circulation table of Mynard2012
_VALVES = {
    "aortic": dict(A_ann=6.8, l_eff=1.8, K_vo=16.0, K_vc=16.0),
    "pulmonary": dict(A_ann=7.1, l_eff=1.6, K_vo=26.7, K_vc=26.7),
    "mitral": dict(A_ann=7.7, l_eff=1.0, K_vo=40.0, K_vc=53.3),
    "tricuspid": dict(A_ann=8.0, l_eff=1.0, K_vo=40.0, K_vc=53.3),
}


def aortic_valve(name: str = "aortic_valve", **values: float) -> Valve:
    """Valve with the constants of an adult aortic valve."""
    return Valve(name, **(_VALVES["aortic"] | values))


def pulmonary_valve(name: str = "pulmonary_valve", **values: float) -> Valve:
    """Valve with the constants of an adult pulmonary valve."""
    return Valve(name, **(_VALVES["pulmonary"] | values))


def mitral_valve(name: str = "mitral_valve", **values: float) -> Valve:
    """Valve with the constants of an adult mitral valve."""
    return Valve(name, **(_VALVES["mitral"] | values))


def tricuspid_valve(name: str = "tricuspid_valve", **values: float) -> Valve:
    """Valve with the constants of an adult tricuspid valve."""
    return Valve(name, **(_VALVES["tricuspid"] | values))
