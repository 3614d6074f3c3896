"""Pumps, exchanger and background currents of the human myocyte.

Na/K pump: the cyclic scheme of O'Hara et al. (2011), after Smith and Crampin, solved for its steady state. Na/Ca
exchanger: Grandi et al. (2010) as in the compact cell (`membrane.exchange`), part of it facing the dyads. The exchanger
of O'Hara et al. was tried first: with its published constants it turns at +15 to +20 mV where 3:1 thermodynamics says
-15 to -30 mV, so that it extrudes calcium uphill for nothing. Sarcolemmal Ca pump and background currents: Tomek et al.
(2019). Phospholemman: PKA phosphorylation raises the pump's affinity for sodium (Tomek et
al. 2026). Units: mV, ms, A/F, mmol/L for Na and K, umol/L for Ca; an outward current is positive, and an inward
exchange current extrudes calcium.
"""

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param

from .human_constants import (
    CA_O,
    CURRENT_TO_FLUX,
    FARADAY,
    GAMMA_CA_I,
    GAMMA_CA_O,
    K_I,
    K_O,
    NA_O,
    RT_F,
    TTUBULE,
)  # fmt: skip
from .membrane import exchange

_ORD = "OHara2011, supplement (traced)"
_TOR = "ToRORd2019 (traced)"
_GRANDI = "Grandi2010, supplement (recalled)"


def four_state_cycle(a1, a2, a3, a4, b1, b2, b3, b4):
    """Occupancies of a cycle of four states with forward rates a and backward rates b, as O'Hara et al. write it."""
    x1 = a4 * a1 * a2 + b2 * b4 * b3 + a2 * b4 * b3 + b3 * a1 * a2
    x2 = b2 * b1 * b4 + a1 * a2 * a3 + a3 * b1 * b4 + a2 * a3 * b4
    x3 = a2 * a3 * a4 + b3 * b2 * b1 + b2 * b1 * a4 + a3 * a4 * b1
    x4 = b4 * b3 * b2 + a3 * a4 * a1 + b2 * a4 * a1 + b3 * b2 * a1
    total = x1 + x2 + x3 + x4
    return x1 / total, x2 / total, x3 / total, x4 / total


def pump_cycle(v, Na_i, Na_o, K_i, K_o, K_Nai0):
    """Charge moved by one Na/K pump (1/s); `K_Nai0` is the inner sodium constant (mmol/L) at 0 mV."""
    K_Nai = K_Nai0 * ca.exp(-0.1550 * v / (3 * RT_F))
    K_Nao = 27.78 * ca.exp(1.1550 * v / (3 * RT_F))
    MgADP, MgATP, H = 0.05, 9.8, 1e-7
    P = 4.2 / (1 + H / 1.698e-7 + Na_i / 224.0 + K_i / 292.0)
    inside = (1 + Na_i / K_Nai) ** 3 + (1 + K_i / 0.5) ** 2 - 1
    outside = (1 + Na_o / K_Nao) ** 3 + (1 + K_o / 0.3582) ** 2 - 1
    powered = MgATP / 1.698e-7
    a1, b1 = 949.5 * (Na_i / K_Nai) ** 3 / inside, 182.4 * MgADP
    a2, b2 = 687.2, 39.4 * (Na_o / K_Nao) ** 3 / outside
    a3, b3 = 1899.0 * (K_o / 0.3582) ** 2 / outside, 79300.0 * P * H / (1 + powered)
    a4, b4 = 639.0 * powered / (1 + powered), 40.0 * (K_i / 0.5) ** 2 / inside
    E1, E2, E3, E4 = four_state_cycle(a1, a2, a3, a4, b1, b2, b3, b4)
    return 3 * (E1 * a3 - E2 * b3) + 2 * (E4 * b1 - E3 * a1)


class Transport(Component):
    """Na/K pump, Na/Ca exchanger, Ca pump and the background currents; no states."""

    time_unit = "ms"

    V = Input("mV", "membrane potential")
    Na_i = Input("mmol/L", "cytosolic sodium")
    Ca_d = Input("umol/L", "calcium in the dyads")
    Ca_sl = Input("umol/L", "calcium under the sarcolemma")
    phi_nak = Input("1", "fraction of phospholemman phosphorylated by PKA")
    ncx_expression = Input("1", "exchanger expression relative to health", default=1.0)
    dyad_integrity = Input("1", "T-tubule and dyad structure relative to health", default=1.0)

    P_NaK = Param(15.4509, "A/F", "Na/K pump density", bounds=(2, 100), scale="log", source=_TOR)
    i_nak = Param(1.0, "1", "Na/K pump, level of insult or therapy", bounds=(0.1, 3), scale="log",
                  source="definition; 1 = healthy")
    K_Nai0 = Param(9.073, "mmol/L", "inner sodium constant of the pump", bounds=(3, 20), source=_ORD)
    e_nak_pka = Param(0.23, "1", "fall of the pump's sodium constant at full PKA phosphorylation", bounds=(0, 0.6),
                      source="TWorld2026: Km 11 to 8.46 (traced)")
    I_NCX_max = Param(4.5, "A/F", "Na/Ca exchange maximum", bounds=(0.3, 60), scale="log", source=_GRANDI)
    ncx = Param(1.0, "1", "Na/Ca exchange, level of insult or therapy", bounds=(0.1, 5), scale="log",
                source="definition; 1 = healthy")
    f_NCX_dyad = Param(0.11, "1", "part of the exchanger in the dyads", bounds=(0.01, 0.6), source=_GRANDI)
    K_allo = Param(0.15, "umol/L", "allosteric calcium constant of the exchanger", bounds=(0.01, 1), scale="log",
                   source=_GRANDI)
    Km_Cai = Param(0.00359, "mmol/L", "inner Ca constant of the exchanger", bounds=(1e-3, 1e-2), source=_GRANDI)
    Km_Cao = Param(1.3, "mmol/L", "outer Ca constant of the exchanger", bounds=(0.5, 3), source=_GRANDI)
    Km_Nai = Param(12.29, "mmol/L", "inner Na constant of the exchanger", bounds=(5, 25), source=_GRANDI)
    Km_Nao = Param(87.5, "mmol/L", "outer Na constant of the exchanger", bounds=(40, 150), source=_GRANDI)
    k_sat = Param(0.32, "1", "saturation of the exchanger at negative voltage", bounds=(0, 1), source=_GRANDI)
    nu_NCX = Param(0.27, "1", "place of the exchanger's barrier", bounds=(0, 1), source=_GRANDI)
    G_pCa = Param(5e-4, "A/F", "sarcolemmal Ca pump maximum", bounds=(1e-5, 0.3), scale="log", source=_TOR)
    K_pCa = Param(0.5, "umol/L", "Ca at half sarcolemmal pump rate", bounds=(0.1, 2), source=_TOR)
    P_CaB = Param(5.9194e-8, "cm/s", "background Ca permeability", bounds=(1e-9, 1e-6), scale="log", source=_TOR)
    P_NaB = Param(1.9239e-9, "cm/s", "background Na permeability", bounds=(1e-10, 1e-7), scale="log", source=_TOR)
    gamma_Ca_i = GAMMA_CA_I
    gamma_Ca_o = GAMMA_CA_O
    ttubule = TTUBULE
    Na_o = NA_O
    K_o = K_O
    K_i = K_I
    Ca_o = CA_O
    current_to_flux = CURRENT_TO_FLUX

    I_NaK = Output("A/F", "Na/K pump current")
    I_NCX = Output("A/F", "Na/Ca exchange current")
    I_pCa = Output("A/F", "sarcolemmal Ca pump current")
    I_CaB = Output("A/F", "background Ca current")
    I_NaB = Output("A/F", "background Na current")
    j_ncx_unit = Output("umol/L/ms", "calcium entry by the exchanger into intact dyads")
    j_ncx_sl = Output("umol/L/ms", "calcium entry by the exchanger outside the dyads")

    def equations(
        self, V, Na_i, Ca_d, Ca_sl, phi_nak, ncx_expression, dyad_integrity,
        P_NaK, i_nak, K_Nai0, e_nak_pka, I_NCX_max, ncx, f_NCX_dyad, K_allo, Km_Cai, Km_Cao, Km_Nai, Km_Nao, k_sat,
        nu_NCX, G_pCa, K_pCa, P_CaB, P_NaB, gamma_Ca_i, gamma_Ca_o, ttubule, Na_o, K_o, K_i, Ca_o, current_to_flux,
    ):  # fmt: skip
        I_NaK = i_nak * P_NaK * pump_cycle(V, Na_i, Na_o, K_i, K_o, K_Nai0 * (1 - e_nak_pka * phi_nak))

        whole = ncx * ncx_expression * I_NCX_max
        intact = ttubule * dyad_integrity
        constants = (Na_o, 1e-3 * Ca_o, Km_Cai, Km_Cao, Km_Nai, Km_Nao, k_sat, nu_NCX, 1e-3 * K_allo)
        I_unit = f_NCX_dyad * whole * exchange(V, Na_i, 1e-3 * Ca_d, *constants)
        I_sl = (1 - f_NCX_dyad * intact) * whole * exchange(V, Na_i, 1e-3 * Ca_sl, *constants)

        z, u = 2 * V / RT_F, V / RT_F
        I_CaB = 2e-3 * P_CaB * FARADAY / smooth.exprel(z) * (gamma_Ca_i * Ca_sl * ca.exp(z) - gamma_Ca_o * Ca_o)
        I_NaB = P_NaB * FARADAY / smooth.exprel(u) * (Na_i * ca.exp(u) - Na_o)
        return Equations(
            out=dict(
                I_NaK=I_NaK,
                I_NCX=intact * I_unit + I_sl,
                I_pCa=G_pCa * Ca_sl / (K_pCa + Ca_sl),
                I_CaB=I_CaB,
                I_NaB=I_NaB,
                j_ncx_unit=2 * current_to_flux * I_unit,
                j_ncx_sl=2 * current_to_flux * I_sl,
            )
        )
