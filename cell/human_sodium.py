"""Sodium channels of the human myocyte: the fast and the late current.

Gates of O'Hara et al. (2011). The CaMKII-phosphorylated channels of the paper are a second set of gates; here the one
set moves with the phosphorylated fraction: availability shifts by 6.2 mV, j slows 1.46-fold, the late current
inactivates three times as slowly (their numbers) and its conductance doubles (Tomek et al. 2026), at full
phosphorylation. The slow hundredth of h is left out. Units: mV, ms, A/F; an inward current is negative.
"""

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

from .human_constants import NA_O
from .membrane import nernst

_ORD = "OHara2011, supplement (traced)"


def m_inf(v):
    """Activation of the fast current."""
    return 1 / (1 + ca.exp(-(v + 39.57) / 9.871))


def tau_m(v):
    """Time constant of m (ms)."""
    return 1 / (6.765 * ca.exp((v + 11.64) / 34.77) + 8.552 * ca.exp(-(v + 77.42) / 5.955))


def h_inf(v):
    """Availability of the fast current."""
    return 1 / (1 + ca.exp((v + 82.90) / 6.086))


def tau_h(v):
    """Time constant of the fast h (ms)."""
    return 1 / (1.432e-5 * ca.exp(-(v + 1.196) / 6.285) + 6.149 * ca.exp((v + 0.5096) / 20.27))


def tau_j(v):
    """Time constant of j (ms)."""
    return 2.038 + 1 / (0.02136 * ca.exp(-(v + 100.6) / 8.281) + 0.3052 * ca.exp((v + 0.9941) / 38.45))


def m_L_inf(v):
    """Activation of the late current."""
    return 1 / (1 + ca.exp(-(v + 42.85) / 5.264))


def h_L_inf(v):
    """Availability of the late current."""
    return 1 / (1 + ca.exp((v + 87.61) / 7.488))


class SodiumChannels(Component):
    """Fast current m^3 h j and late current m_L h_L."""

    time_unit = "ms"

    V = Input("mV", "membrane potential")
    Na_i = Input("mmol/L", "cytosolic sodium")
    f_ryr_camkii = Input("1", "fraction of targets phosphorylated by CaMKII, here the sodium channel's")

    m = State(0.01, "1", "activation of fast Na channels", bounds=(0, 1), scale=0.3)
    h = State(0.65, "1", "fast availability of fast Na channels", bounds=(0, 1))
    j = State(0.65, "1", "slow availability of fast Na channels", bounds=(0, 1))
    m_L = State(3e-4, "1", "activation of late Na channels", bounds=(0, 1), scale=0.3)
    h_L = State(0.45, "1", "availability of late Na channels", bounds=(0, 1))

    G_Na = Param(75.0, "mS/uF", "fast Na conductance", bounds=(10, 150), scale="log", source=_ORD)
    G_NaL = Param(0.0279, "mS/uF", "late Na conductance", bounds=(0.001, 0.2), scale="log",
                  source="ToRORd2019 (traced)")
    tau_hL = Param(200.0, "ms", "inactivation of the late current", bounds=(50, 600), scale="log", source=_ORD)
    dV_h_camkii = Param(6.2, "mV", "shift of availability to negative voltage at full CaMKII phosphorylation",
                        bounds=(0, 15), source=_ORD)
    e_j_camkii = Param(0.46, "1", "slowing of j at full CaMKII phosphorylation", bounds=(0, 2), source=_ORD)
    e_tauL_camkii = Param(2.0, "1", "slowing of the late current's inactivation at full CaMKII phosphorylation",
                          bounds=(0, 5), source=_ORD)
    e_NaL_camkii = Param(1.0, "1", "rise of the late current at full CaMKII phosphorylation", bounds=(0, 5),
                         source="TWorld2026 (traced)")
    i_nal = Param(1.0, "1", "late Na current, level of insult or therapy", bounds=(0, 5),
                  source="definition; 1 = healthy")
    Na_o = NA_O

    I_Na = Output("A/F", "fast Na current")
    I_NaL = Output("A/F", "late Na current")

    def equations(
        self, V, Na_i, f_ryr_camkii, m, h, j, m_L, h_L,
        G_Na, G_NaL, tau_hL, dV_h_camkii, e_j_camkii, e_tauL_camkii, e_NaL_camkii, i_nal, Na_o,
    ):  # fmt: skip
        E_Na = nernst(Na_o, Na_i, 1)
        shifted = V + dV_h_camkii * f_ryr_camkii
        return Equations(
            ddt=dict(
                m=(m_inf(V) - m) / tau_m(V),
                h=(h_inf(shifted) - h) / tau_h(V),
                j=(h_inf(V) - j) / (tau_j(V) * (1 + e_j_camkii * f_ryr_camkii)),
                m_L=(m_L_inf(V) - m_L) / tau_m(V),
                h_L=(h_L_inf(shifted) - h_L) / (tau_hL * (1 + e_tauL_camkii * f_ryr_camkii)),
            ),
            out=dict(
                I_Na=G_Na * m**3 * h * j * (V - E_Na),
                I_NaL=i_nal * G_NaL * (1 + e_NaL_camkii * f_ryr_camkii) * m_L * h_L * (V - E_Na),
            ),
        )
