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
    "G_NaL": 0.020318, "G_to": 0.20582, "G_Kr": 0.032451, "G_Ks": 0.0061768, "e_ks_pka": 6.8451, "P_Ca": 2.5014e-05,
    "K_n": 2.3212, "tau_jCa": 56.202, "k_f": 1.6177, "e_tau_camkii": 5.9403, "e_P_camkii": 0.27182, "e_P_pka": 1.2533,
    "P_NaK": 36.475, "I_NCX_max": 6.7214, "f_NCX_dyad": 0.10729, "K_allo": 0.11872, "G_pCa": 0.00047029,
    "P_CaB": 7.1789e-08, "P_NaB": 6.9389e-09, "k_s": 1.2635, "k_oCa": 9.62e-06, "k_om": 0.08889, "k_iCa": 0.0016123,
    "k_im": 0.0074015, "EC50_sr": 263.54, "n_sr": 1.5092, "r_t": 186.11, "f_regen": 0.2651, "f_orphan": 0.83606,
    "e_o_camkii": 1.4679, "e_o_pka": 1.1745, "k_leak": 4.1952e-07, "s_leak": 0.0003212, "e_leak_camkii": 0.81203,
    "e_leak_pka": 6.5499, "e_leak_ros": 1.2392, "V_up": 0.12658, "K_mf": 0.24459, "K_mr": 1147.3, "e_plb": 0.89104,
    "e_up_camkii": 2.9701, "e_up_ros": 0.081568, "r_d": 14.391, "r_or": 38.299, "g_near": 0.0019612, "r_sl": 0.50503,
    "tau_tr": 7.9636, "B_csq": 335.45, "K_m_cam": 8.2223, "alpha_trap": 0.12263, "beta_trap": 0.00049998,
    "K_lcc": 0.48174, "K_ryr": 0.056876, "K_plb": 1.2877, "k_TRPN": 0.011983, "n_TRPN": 3.921, "Ca50": 0.74429,
    "beta_1": -2.468, "beta_0": 0.144, "TRPN50": 0.06481, "n_Tm": 1.16, "k_u": 0.01367, "k_uw": 0.1843,
    "k_ws": 0.06517, "gamma_s": 0.002614, "gamma_w": 0.01775, "phi_land": 0.9633, "A_eff": 117.6, "T_ref": 179.63,
    "e_Ca50_pka": 0.27277, "e_xb_pka": 0.74384, "e_T_pka": 0.57672, "e_Ca50_camkii": 0.93342, "e_xb_camkii": 0.95339,
}  # fmt: skip
# state at the onset of the settled beat at 1 Hz
SETTLED: dict[str, float] = {
    "V": -87.8794, "m": 0.00743518, "h": 0.642262, "j": 0.693806, "m_L": 0.000192695, "h_L": 0.435847,
    "a_to": 0.0010094, "i_to_fast": 0.999545, "i_to_slow": 0.588934, "kr_c1": 0.000906358, "kr_c2": 0.000752057,
    "kr_o": 0.000466997, "kr_i": 1.73103e-05, "xs1": 0.249924, "xs2": 0.00019547, "d": 1.28813e-60, "f_fast": 1.0,
    "f_slow": 0.935154, "fCa_fast": 1.0, "fCa_slow": 0.999896, "j_Ca": 0.999999, "n_d": 0.00129091,
    "n_sl": 0.000892731, "ryr_a": 1.34167e-06, "ryr_b": 0.904703, "orphan_a": 2.09275e-06, "orphan_b": 0.86083,
    "Ca_d": 0.0969607, "Ca_or": 0.14944, "Ca_sl": 0.0880872, "Ca_i": 0.0884294, "Ca_nsr": 492.902, "Ca_jsr": 493.154,
    "Na_i": 8.29665, "camkii_trap": 0.0124459, "f_lcc_camkii": 0.0341559, "f_ryr_camkii": 0.228686,
    "f_plb_camkii": 0.013135, "cAMP_cav": 0.775404, "cAMP_eca": 13.3995, "cAMP_cyt": 0.895751, "R_grk": 0.0449556,
    "R_pka_cav": 0.385988, "R_pka_eca": 0.795376, "R_pka_cyt": 0.386717, "inhibitor_1": 0.300004, "phi_lcc": 0.150004,
    "phi_ryr": 0.150004, "phi_plb": 0.150005, "phi_mf": 0.150004, "phi_nak": 0.150005, "phi_ks": 0.150004,
    "PCr": 0.684406, "ros_mito": 1.00328, "CaTRPN": 9.44354e-05, "TmB": 0.997832, "XW": 0.000812879, "XS": 0.00054197,
    "zeta_w": 0.0, "zeta_s": 0.0,
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
