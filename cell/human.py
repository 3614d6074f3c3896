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
    "G_NaL": 0.011468, "G_to": 0.10404, "G_Kr": 0.027449, "G_Ks": 0.0032486, "e_ks_pka": 11.0, "P_Ca": 2.2548e-05,
    "K_n": 1.1372, "tau_jCa": 127.82, "k_f": 2.9036, "e_tau_camkii": 0.61269, "e_P_camkii": 0.60305,
    "e_P_pka": 2.2239, "P_NaK": 18.984, "I_NCX_max": 5.5821, "f_NCX_dyad": 0.060341, "K_allo": 0.09054,
    "G_pCa": 0.00047587, "P_CaB": 6.9959e-08, "P_NaB": 9.9623e-10, "k_s": 2.208, "k_oCa": 2.0644e-05, "k_om": 0.11561,
    "k_iCa": 0.0013532, "k_im": 0.0053467, "EC50_sr": 196.49, "n_sr": 1.2954, "r_t": 56.738, "r_d": 36.645,
    "f_regen": 0.98831, "f_orphan": 0.55, "e_o_camkii": 1.187, "e_o_pka": 1.6, "k_leak": 1.4821e-06,
    "s_leak": 0.00029476, "e_leak_camkii": 8.3102, "e_leak_pka": 13.6, "e_leak_ros": 0.81937, "V_up": 0.12852,
    "K_mf": 0.32414, "K_mr": 1123.3, "e_plb": 0.88776, "e_up_camkii": 1.2524, "e_up_ros": 0.063187, "r_or": 63.691,
    "g_near": 0.00094924, "r_sl": 0.50503, "tau_tr": 69.429, "B_csq": 345.02, "K_m_cam": 9.2798,
    "alpha_trap": 0.090682, "beta_trap": 0.00065844, "K_lcc": 0.88759, "K_ryr": 0.063574, "K_plb": 0.16047,
    "k_TRPN": 0.01331, "n_TRPN": 3.921, "Ca50": 0.78699, "beta_1": -2.35, "beta_0": 0.5969, "TRPN50": 0.0505,
    "n_Tm": 1.158, "k_u": 0.01488, "k_uw": 0.1843, "k_ws": 0.06517, "gamma_s": 0.002614, "gamma_w": 1.037,
    "phi_land": 1.37, "A_eff": 117.6, "T_ref": 178.0, "e_Ca50_pka": 0.44102, "e_xb_pka": 0.73051,
    "e_T_pka": 0.37, "e_Ca50_camkii": 1.5456, "e_xb_camkii": 0.90858, "e_o_leak": 0.42191, "r_l": 12.0,
    "n_leak_pka": 2.45, "near_pka": 0.4,
}  # fmt: skip
# state at the onset of the settled beat at 1 Hz
SETTLED: dict[str, float] = {
    "V": -89.1069, "m": 0.00657145, "h": 0.69711, "j": 0.734474, "m_L": 0.00015262, "h_L": 0.480544,
    "a_to": 0.000929251, "i_to_fast": 0.999632, "i_to_slow": 0.584623, "kr_c1": 0.000830626, "kr_c2": 0.000689982,
    "kr_o": 0.000410904, "kr_i": 1.42759e-05, "xs1": 0.290484, "xs2": 0.000170573, "d": 0.0, "f_fast": 1,
    "f_slow": 0.901285, "fCa_fast": 1, "fCa_slow": 0.999802, "j_Ca": 0.998059, "n_d": 0.0346594, "n_sl": 0.0124653,
    "ryr_a": 8.2929e-07, "ryr_b": 0.815839, "orphan_a": 2.43392e-06, "orphan_b": 0.72186, "Ca_d": 0.115212,
    "Ca_or": 0.253099, "Ca_sl": 0.0866776, "Ca_i": 0.0866598, "Ca_nsr": 359.87, "Ca_jsr": 236.606,
    "Ca_jsr_or": 330.932, "Na_i": 8.72728, "camkii_trap": 0.00892297, "f_lcc_camkii": 0.0161551,
    "f_ryr_camkii": 0.182862, "f_plb_camkii": 0.0830226, "f_mf_camkii": 0.182862, "cAMP_cav": 0.775404,
    "cAMP_eca": 13.3995, "cAMP_cyt": 0.895751, "R_grk": 0.0449556, "R_pka_cav": 0.385988, "R_pka_eca": 0.795376,
    "R_pka_cyt": 0.386717, "inhibitor_1": 0.300004, "phi_lcc": 0.150004, "phi_ryr": 0.150004, "phi_plb": 0.150005,
    "phi_mf": 0.150004, "phi_nak": 0.150005, "phi_ks": 0.150004, "PCr": 0.686475, "ros_mito": 1.0018,
    "CaTRPN": 5.28121e-05, "TmB": 0.998124, "XW": 0.000703473, "XS": 0.000470116, "zeta_w": 0, "zeta_s": 0,
}  # fmt: skip


def human(name: str = "cell", **values: float) -> Group:
    """Human ventricular myocyte with its currents, compartments and signalling in full, 63 states.

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
        member.declarations.update({k: given[k] for k in own})
        members.append(member)
    for key in values:
        if key not in known:
            raise ParameterError(f"{name} has no parameter or state '{key}'.{suggest(key, known)}")
    return Group(name, members)
