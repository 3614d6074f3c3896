"""Mitral valve that leaks when its ventricle has dilated: leaflets are sound, the ventricle holds them apart.

The regurgitant orifice grows with the size of the ventricle beyond a threshold, as in the patient in the middle: of
1256 with a dilated ventricle 27 % had no leak, 49 % one of up to 0.2 cm^2, and 24 % a larger one (Rossi 2011), so half
have less than about 0.1 cm^2. With `G_orifice` 0.5 the leak is severe in proportion to the ventricle (Packer and
Grayburn 2019: 0.3-0.4 cm^2 at 250-300 mL, half of what is ejected goes back).
Units: mmHg, mL, s, cm.
"""

from __future__ import annotations

from dataclasses import replace

import casadi as ca

from heartloop.component import Equations, Input, Output, Param, State

from .hypoxia import beyond
from .valve import Valve, mitral_valve


class FunctionalMitralValve(Valve):
    """A `Valve` whose closed area has a part that dilation makes, on top of `M_rg`; exactly none at rest.

    Size is the ventricle's volume, smoothed over beats, relative to the person's own rest. Sphericity, the annulus and
    dyssynchrony (regurgitation out of proportion) are not told apart.
    """

    V_lv = Input("mL", "volume of the left ventricle")

    V_mean = State(105.0, "mL", "smoothed volume of the left ventricle", bounds=(0, 700))

    V_rest = Param(105.0, "mL", "that volume at rest", bounds=(10, 400), scale="log", source="computed: calibration")
    size_on = Param(1.2, "1", "size over rest at which the leaflets begin to part", bounds=(1.02, 2),
                    source="assumed: volume loads and exercise make no healthy valve leak")  # fmt: skip
    G_orifice = Param(0.15, "cm^2", "orifice per relative dilation beyond that", bounds=(0, 3),
                      source="Rossi2011, half of the patients below 0.1 cm^2, at 1.9 times a healthy heart (computed; "
                      "that size is assumed)")  # fmt: skip
    A_most = Param(0.8, "cm^2", "largest functional orifice", bounds=(0.1, 2), scale="log", source="assumed")
    tau_size = Param(5.0, "s", "smoothing of the volume", bounds=(1, 60), scale="log", source="assumed")
    w_size = Param(0.1, "1", "rounding of the threshold", bounds=(0.01, 0.3))
    G_functional = Param(1.0, "1", "link dilation -> regurgitation, 1 = intact, 0 = cut", bounds=(0, 3))

    orifice = Output("cm^2", "regurgitant orifice that dilation makes; 0 at rest")
    error_size = Output("mL", "smoothed volume less its rest value; zero on average at rest")

    def equations(  # type: ignore[override]
        self, p_in, p_out, q, zeta, A_ann, M_st, M_rg, M_leak, l_eff, K_vo, K_vc, rho, w_p, w_u, V_lv, V_mean, V_rest,
        size_on, G_orifice, A_most, tau_size, w_size, G_functional,
    ):  # fmt: skip
        asked = G_functional * G_orifice * beyond(V_mean / V_rest - size_on, w_size)
        orifice = asked / ca.sqrt(1 + (asked / A_most) ** 2)
        valve = super().equations(
            p_in, p_out, q, zeta, A_ann, M_st, M_rg + orifice / A_ann, M_leak, l_eff, K_vo, K_vc, rho, w_p, w_u
        )
        return Equations(
            ddt=dict(valve.ddt) | dict(V_mean=(V_lv - V_mean) / tau_size),
            out=dict(valve.out) | dict(orifice=orifice, error_size=V_mean - V_rest),
        )


def functional_mitral_valve(name: str = "mitral_valve", **values: float) -> FunctionalMitralValve:
    """Valve with the constants of an adult mitral valve that dilation makes leak."""
    valve, plain = FunctionalMitralValve(name, **values), mitral_valve()
    for key, d in plain.declarations.items():
        if isinstance(d, Param):
            valve.declarations[key] = replace(d, value=values.get(key, d.value))
    return valve
