"""The human ventricular myocyte: its mechanisms under one name, with the constants that were identified for it.

Every class declares the values of its papers. What one cell made of their mechanisms needs instead stands here, each
beside the published value in the parameter table: `scenarios/identification_human.py` finds it.
"""

from __future__ import annotations

from dataclasses import replace

from heartloop.component import Component, Group, Param, State
from heartloop.errors import ParameterError, suggest

from .camkii import OxidisedCaMKII
from .energetics import Energetics
from .human_beta_adrenergic import HumanBetaAdrenergic
from .human_calcium import HumanCalcium
from .human_l_type import HumanLType
from .human_membrane import HumanMembrane
from .human_potassium import PotassiumChannels
from .human_release import HumanRelease
from .human_sodium import SodiumChannels
from .human_transport import Transport
from .land import Land

HUMAN: list[type[Component]] = [
    HumanMembrane, SodiumChannels, PotassiumChannels, HumanLType, Transport, HumanRelease, HumanCalcium,
    OxidisedCaMKII, HumanBetaAdrenergic, Energetics, Land,
]  # fmt: skip

IDENTIFIED: dict[str, float] = {
    "G_NaL": 0.020468, "G_to": 0.22255, "G_Kr": 0.031672, "G_Ks": 0.0069242, "e_ks_pka": 6.1603, "P_Ca": 2.5374e-05,
    "K_n": 2.254, "tau_jCa": 56.918, "k_f": 1.5478, "e_tau_camkii": 5.93, "e_P_camkii": 0.33541, "e_P_pka": 1.2161,
    "P_NaK": 37.689, "I_NCX_max": 6.4231, "f_NCX_dyad": 0.10627, "K_allo": 0.11184, "G_pCa": 0.00047045,
    "P_CaB": 7.2561e-08, "P_NaB": 7.2489e-09, "k_s": 1.2926, "k_oCa": 9.7521e-06, "k_om": 0.091394,
    "k_iCa": 0.0014294, "k_im": 0.0085973, "EC50_sr": 230.39, "n_sr": 1.4083, "r_t": 197.42, "r_d": 14.537,
    "f_regen": 0.26903, "f_orphan": 0.84958, "e_o_camkii": 1.6301, "e_o_pka": 1.6904, "k_leak": 4.6822e-07,
    "s_leak": 0.00028565, "e_leak_camkii": 0.64374, "e_leak_pka": 8.7165, "e_leak_ros": 1.2752, "V_up": 0.13403,
    "K_mf": 0.26459, "K_mr": 1060.3, "e_plb": 0.89104, "e_up_camkii": 2.9701, "e_up_ros": 0.075227, "r_or": 43.114,
    "g_near": 0.0019729, "r_sl": 0.50503, "tau_tr": 6.8616, "B_csq": 281.66, "K_m_cam": 8.6432, "alpha_trap": 0.12408,
    "beta_trap": 0.00049329, "K_lcc": 0.48882, "K_ryr": 0.055332, "K_plb": 1.3054, "k_TRPN": 0.011469,
    "n_TRPN": 3.921, "Ca50": 0.74239, "beta_1": -2.468, "beta_0": 0.144, "TRPN50": 0.06481, "n_Tm": 1.16,
    "k_u": 0.01367, "k_uw": 0.1843, "k_ws": 0.06517, "gamma_s": 0.002614, "gamma_w": 0.01775, "phi_land": 0.9633,
    "A_eff": 117.6, "T_ref": 180.96, "e_Ca50_pka": 0.24307, "e_xb_pka": 0.72793, "e_T_pka": 0.60641,
    "e_Ca50_camkii": 0.96645, "e_xb_camkii": 0.90266,
}  # fmt: skip
# state at the onset of the settled beat at 1 Hz
SETTLED: dict[str, float] = {
    "V": -87.8148, "m": 0.00748362, "h": 0.637826, "j": 0.691541, "m_L": 0.000195073, "h_L": 0.431284,
    "a_to": 0.0010138, "i_to_fast": 0.999539, "i_to_slow": 0.587836, "kr_c1": 0.000910519, "kr_c2": 0.000756149,
    "kr_o": 0.000480944, "kr_i": 1.78896e-05, "xs1": 0.249813, "xs2": 0.000196891, "d": -2.90011e-60, "f_fast": 1.0,
    "f_slow": 0.935955, "fCa_fast": 1.0, "fCa_slow": 0.999896, "j_Ca": 0.999999, "n_d": 0.00135664,
    "n_sl": 0.000933721, "ryr_a": 1.46672e-06, "ryr_b": 0.922196, "orphan_a": 2.38283e-06, "orphan_b": 0.87938,
    "Ca_d": 0.0953808, "Ca_or": 0.155238, "Ca_sl": 0.0865401, "Ca_i": 0.0868452, "Ca_nsr": 413.074, "Ca_jsr": 413.21,
    "Na_i": 8.27417, "camkii_trap": 0.0127956, "f_lcc_camkii": 0.0343352, "f_ryr_camkii": 0.237168,
    "f_plb_camkii": 0.0132161, "cAMP_cav": 0.775404, "cAMP_eca": 13.3995, "cAMP_cyt": 0.895751, "R_grk": 0.0449556,
    "R_pka_cav": 0.385988, "R_pka_eca": 0.795376, "R_pka_cyt": 0.386717, "inhibitor_1": 0.300004, "phi_lcc": 0.150004,
    "phi_ryr": 0.150004, "phi_plb": 0.150005, "phi_mf": 0.150004, "phi_nak": 0.150005, "phi_ks": 0.150004,
    "PCr": 0.680496, "ros_mito": 1.00615, "CaTRPN": 8.59625e-05, "TmB": 0.997903, "XW": 0.000786354,
    "XS": 0.000524292, "zeta_w": 0.0, "zeta_s": 0.0,
}  # fmt: skip


def human(name: str = "cell", **values: float) -> Group:
    """Human ventricular myocyte with its currents, compartments and signalling in full, 60 states.

    Inputs, parameters and outputs carry the names of `compact` where the biology is the same: connect the gate
    `stimulus`, and for a wall `stretch` and `stretch_rate`; read `tension` (kPa). `values` change parameters or start
    values.
    """
    members, known = [], set()
    for cls in HUMAN:
        member = cls(name)
        for key, d in member.declarations.items():
            if isinstance(d, Param) and key in IDENTIFIED and key not in values:
                source = f"{d.source.partition('; identified')[0].partition('; re-identified')[0]}"
                member.declarations[key] = replace(
                    d, value=IDENTIFIED[key], source=f"{source}, {d.value:g}; identified for the human cell"
                )
            elif isinstance(d, State) and key in SETTLED and key not in values:
                member.declarations[key] = replace(d, value=SETTLED[key], scale=d.scale or (abs(d.value) or 1.0))
        own = {k: v for k, v in values.items() if isinstance(cls.declarations.get(k), Param | State)}
        known |= {k for k, d in cls.declarations.items() if isinstance(d, Param | State)}
        given = cls(name, **own).declarations
        member.declarations |= {k: given[k] for k in own}
        members.append(member)
    for key in values:
        if key not in known:
            raise ParameterError(f"{name} has no parameter or state '{key}'.{suggest(key, known)}")
    return Group(name, members)
