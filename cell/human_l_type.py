"""L-type calcium channels of the human myocyte, most of them in the dyads.

O'Hara et al. (2011) with the voltages, time constants and dyadic placement of Tomek et al. (2019): activation d, fast
and slow voltage inactivation f and f_Ca, its recovery j_Ca, and n, the fraction of channels in the calcium-dependent
mode, which follows the calcium of the channel's own place: dyad or subsarcolemma. CaMKII slows f and f_Ca and raises
the permeability a little, PKA raises it and shifts the gates (Heijman et al. 2011): one set of gates that moves with
the phosphorylated fraction instead of the four sets of the papers. Activation is kept below 1 by a smooth limit.

T-tubule loss takes channels out of the dyads and leaves them at the surface, so that the number of channels stays
(Piacentino et al. 2003: the current's density is unchanged in failing human cells).

Units: mV, ms, A/F, umol/L. `j_lcc_unit` is the flux into the dyads per litre cytosol if all dyads were intact, which is
what each intact dyad sees; `j_lcc_sl` that of the surface channels of the cell.
"""

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State

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

_ORD = "OHara2011, supplement (traced)"
_TOR = "ToRORd2019 (traced)"


def d_inf(v):
    """Activation: the Gompertz curve of Tomek et al. (2019), whose limit at 1 is rounded."""
    g = 1.0763 * ca.exp(-1.0070 * ca.exp(-0.0829 * v))
    return g / (1 + g**20) ** (1 / 20)


def tau_d(v):
    """Time constant of d (ms)."""
    return 0.6 + 1 / (ca.exp(-0.05 * (v + 6.0)) + ca.exp(0.09 * (v + 14.0)))


def f_inf(v):
    """Voltage-dependent availability."""
    return 1 / (1 + ca.exp((v + 19.58) / 3.696))


def tau_f_fast(v):
    """Fast time constant of f (ms)."""
    return 7.0 + 1 / (0.0045 * ca.exp(-(v + 20.0) / 10.0) + 0.0045 * ca.exp((v + 20.0) / 10.0))


def tau_f_slow(v):
    """Slow time constant of f (ms)."""
    return 1000.0 + 1 / (3.5e-5 * ca.exp(-(v + 5.0) / 4.0) + 3.5e-5 * ca.exp((v + 5.0) / 6.0))


def tau_fCa_fast(v):
    """Fast time constant of f_Ca (ms)."""
    return 7.0 + 1 / (0.04 * ca.exp(-(v - 4.0) / 7.0) + 0.04 * ca.exp((v - 4.0) / 7.0))


def tau_fCa_slow(v):
    """Slow time constant of f_Ca (ms)."""
    return 100.0 + 1 / (1.2e-4 * ca.exp(-v / 3.0) + 1.2e-4 * ca.exp(v / 7.0))


def j_Ca_inf(v):
    """Recovery gate of the calcium-dependent mode."""
    return 1 / (1 + ca.exp((v + 18.08) / 2.7916))


def mode_rate(n, j_Ca, Ca, k_n, K_n):
    """Rate of the fraction in calcium-dependent mode (1/ms): four sites, OHara2011."""
    return k_n * j_Ca / (k_n + j_Ca * (1 + K_n / Ca) ** 4) - j_Ca * n


class HumanLType(Component):
    """L-type channels in dyad and surface, with their calcium, sodium and potassium currents."""

    time_unit = "ms"

    V = Input("mV", "membrane potential")
    Ca_d = Input("umol/L", "calcium in the dyads")
    Ca_sl = Input("umol/L", "calcium under the sarcolemma")
    Na_i = Input("mmol/L", "cytosolic sodium")
    phi_lcc = Input("1", "fraction of channels phosphorylated by PKA")
    f_lcc_camkii = Input("1", "fraction of channels phosphorylated by CaMKII")
    dyad_integrity = Input("1", "T-tubule and dyad structure relative to health", default=1.0)

    d = State(0.0, "1", "activation", bounds=(0, 1), scale=0.3)
    f_fast = State(1.0, "1", "fast voltage-dependent availability", bounds=(0, 1))
    f_slow = State(0.93, "1", "slow voltage-dependent availability", bounds=(0, 1))
    fCa_fast = State(1.0, "1", "fast availability in the calcium-dependent mode", bounds=(0, 1))
    fCa_slow = State(1.0, "1", "slow availability in the calcium-dependent mode", bounds=(0, 1))
    j_Ca = State(1.0, "1", "recovery of the calcium-dependent mode", bounds=(0, 1))
    n_d = State(0.001, "1", "fraction of dyadic channels in the calcium-dependent mode", bounds=(0, 1), scale=0.3)
    n_sl = State(0.001, "1", "fraction of surface channels in the calcium-dependent mode", bounds=(0, 1), scale=0.3)

    P_Ca = Param(8.3757e-5, "cm/s", "Ca permeability", bounds=(1e-5, 1e-3), scale="log", source=_TOR)
    f_LCC_dyad = Param(0.8, "1", "part of the channels in the dyads", bounds=(0.3, 1), source=_TOR)
    k_n = Param(500.0, "1/ms", "binding at the calcium-dependent site", bounds=(50, 5000), scale="log", source=_ORD)
    K_n = Param(2.0, "umol/L", "calcium constant of the calcium-dependent mode", bounds=(0.2, 50), scale="log",
                source=_ORD)
    tau_jCa = Param(75.0, "ms", "recovery of the calcium-dependent mode", bounds=(20, 300), scale="log", source=_ORD)
    A_f = Param(0.6, "1", "fast part of f", bounds=(0.2, 0.95), source=_ORD)
    k_f = Param(1.0, "1", "speed of the fast inactivation gates relative to the source", bounds=(0.2, 5), scale="log",
                source="definition")
    e_tau_camkii = Param(1.5, "1", "slowing of the fast gates at full CaMKII phosphorylation", bounds=(0, 6),
                         source=_ORD)
    e_P_camkii = Param(0.1, "1", "permeability rise at full CaMKII phosphorylation", bounds=(0, 3), source=_ORD)
    e_P_pka = Param(0.9, "1", "permeability rise at full PKA phosphorylation", bounds=(0, 3),
                    source="TWorld2026: x 1.9 (traced)")
    dV_d_pka = Param(9.0, "mV", "shift of activation at full PKA phosphorylation", bounds=(0, 20),
                     source="TWorld2026 (traced)")
    dV_f_pka = Param(6.0, "mV", "shift of inactivation at full PKA phosphorylation", bounds=(0, 20),
                     source="TWorld2026 (traced)")
    r_P_Na = Param(0.00125, "1", "Na permeability of the channel relative to Ca", bounds=(0, 1e-2), source=_ORD)
    r_P_K = Param(3.574e-4, "1", "K permeability of the channel relative to Ca", bounds=(0, 5e-3), source=_ORD)
    gamma_1_i = Param(0.8988, "1", "activity coefficient of Na and K inside", bounds=(0.5, 1),
                      source="ToRORd2019: Davies equation at 90 mmol/L (computed)")
    gamma_1_o = Param(0.8844, "1", "activity coefficient of Na and K outside", bounds=(0.5, 1),
                      source="ToRORd2019: Davies equation at 151 mmol/L (computed)")
    gamma_Ca_i = GAMMA_CA_I
    gamma_Ca_o = GAMMA_CA_O
    ttubule = TTUBULE
    Na_o = NA_O
    K_o = K_O
    K_i = K_I
    Ca_o = CA_O
    current_to_flux = CURRENT_TO_FLUX

    I_CaL = Output("A/F", "L-type current, all ions")
    I_CaL_Na = Output("A/F", "sodium part of the L-type current")
    j_lcc_unit = Output("umol/L/ms", "calcium flux into intact dyads")
    j_lcc_sl = Output("umol/L/ms", "calcium flux of the surface channels")

    def equations(
        self, V, Ca_d, Ca_sl, Na_i, phi_lcc, f_lcc_camkii, dyad_integrity,
        d, f_fast, f_slow, fCa_fast, fCa_slow, j_Ca, n_d, n_sl,
        P_Ca, f_LCC_dyad, k_n, K_n, tau_jCa, A_f, k_f, e_tau_camkii, e_P_camkii, e_P_pka, dV_d_pka, dV_f_pka,
        r_P_Na, r_P_K, gamma_1_i, gamma_1_o, gamma_Ca_i, gamma_Ca_o, ttubule, Na_o, K_o, K_i, Ca_o, current_to_flux,
    ):  # fmt: skip
        f = A_f * f_fast + (1 - A_f) * f_slow
        A_fCa = 0.3 + 0.6 / (1 + ca.exp((V - 10.0) / 10.0))
        f_Ca = A_fCa * fCa_fast + (1 - A_fCa) * fCa_slow
        open_d = d * (f * (1 - n_d) + f_Ca * j_Ca * n_d)
        open_sl = d * (f * (1 - n_sl) + f_Ca * j_Ca * n_sl)

        P = P_Ca * (1 + e_P_camkii * f_lcc_camkii) * (1 + e_P_pka * phi_lcc)
        z = 2 * V / RT_F
        goldman = 2e-3 * P * FARADAY / smooth.exprel(z)  # A/F per umol/L
        out_d = gamma_Ca_i * Ca_d * ca.exp(z) - gamma_Ca_o * Ca_o
        out_sl = gamma_Ca_i * Ca_sl * ca.exp(z) - gamma_Ca_o * Ca_o
        in_dyad = f_LCC_dyad * ttubule * dyad_integrity
        I_unit = f_LCC_dyad * goldman * open_d * out_d
        I_Ca_sl = (1 - in_dyad) * goldman * open_sl * out_sl

        u = V / RT_F
        opened = in_dyad * open_d + (1 - in_dyad) * open_sl
        monovalent = P * FARADAY * opened / smooth.exprel(u)  # A/F per mmol/L
        I_Na = r_P_Na * monovalent * (gamma_1_i * Na_i * ca.exp(u) - gamma_1_o * Na_o)
        I_K = r_P_K * monovalent * (gamma_1_i * K_i * ca.exp(u) - gamma_1_o * K_o)

        V_d, V_f = V + dV_d_pka * phi_lcc, V + dV_f_pka * phi_lcc
        slower = (1 + e_tau_camkii * f_lcc_camkii) / k_f
        return Equations(
            ddt=dict(
                d=(d_inf(V_d) - d) / tau_d(V),
                f_fast=(f_inf(V_f) - f_fast) / (tau_f_fast(V) * slower),
                f_slow=(f_inf(V_f) - f_slow) / tau_f_slow(V),
                fCa_fast=(f_inf(V_f) - fCa_fast) / (tau_fCa_fast(V) * slower),
                fCa_slow=(f_inf(V_f) - fCa_slow) / tau_fCa_slow(V),
                j_Ca=(j_Ca_inf(V) - j_Ca) / tau_jCa,
                n_d=mode_rate(n_d, j_Ca, Ca_d, k_n, K_n),
                n_sl=mode_rate(n_sl, j_Ca, Ca_sl, k_n, K_n),
            ),
            out=dict(
                I_CaL=in_dyad * goldman * open_d * out_d + I_Ca_sl + I_Na + I_K,
                I_CaL_Na=I_Na,
                j_lcc_unit=-current_to_flux * I_unit,
                j_lcc_sl=-current_to_flux * I_Ca_sl,
            ),
        )
