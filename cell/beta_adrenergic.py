"""Beta1-adrenergic signalling: receptor, cyclase, cAMP, PKA and its targets, with one budget of anchored kinase.

A reduction in the topology of Saucerman et al. (2003) J Biol Chem 278:47997 and Heijman et al. (2011) J Mol Cell
Cardiol 50:863: receptor and cyclase are quasi-steady, cAMP is one pool, the catalytic subunit is a Hill function of it
(two cAMP sites), and each target is phosphorylated and dephosphorylated by saturable enzymes (Goldbeter & Koshland
1981), so that every fraction stays in [0, 1]. AKAPs hold three shares of one conserved kinase: loss of the anchor at
the L-type channel (`akap_lcc` < 1) hands its kinase to the ryanodine receptor's anchor and to the cytosol.

`sympathetic_heart` is the tone relative to rest; drugs add to it through `agonist`, in the same measure (1 = resting
noradrenaline at the receptor). Units: ms; amounts relative to rest or to the total.
"""

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State


def phosphorylation(phi, kinase, k_p, k_d, K):
    """Rate of a phosphorylated fraction (1/ms): kinase against phosphatase, both saturable with constant K."""
    return (1 + K) * (k_p * kinase * (1 - phi) / (K + 1 - phi) - k_d * phi / (K + phi))


class BetaAdrenergic(Component):
    """From agonist to phosphorylated fractions."""

    time_unit = "ms"

    sympathetic_heart = Input("1", "sympathetic tone at the heart, 1 at rest", default=1.0)
    beta1_density = Input("1", "receptor density relative to health", default=1.0)
    grk_activity = Input("1", "receptor kinase activity relative to health", default=1.0)
    phosphatase_slow = Input("1", "phosphatase at the filaments relative to health, slow part", default=1.0)
    dyad_integrity = Input("1", "T-tubule and dyad structure relative to health", default=1.0)

    cAMP = State(1.0, "1", "cAMP relative to healthy rest", bounds=(0, 50))
    phi_lcc = State(0.1499, "1", "fraction of L-type channels phosphorylated by PKA", bounds=(0, 1))
    phi_ryr = State(0.1499, "1", "fraction of ryanodine receptors phosphorylated by PKA", bounds=(0, 1))
    phi_plb = State(0.1499, "1", "fraction of phospholamban phosphorylated by PKA", bounds=(0, 1))
    phi_mf = State(0.1499, "1", "fraction of troponin I and MyBP-C phosphorylated by PKA", bounds=(0, 1))
    phi_ks = State(0.1499, "1", "fraction of IKs and phospholemman phosphorylated by PKA", bounds=(0, 1))

    agonist = Param(0.0, "1", "added beta1 agonist, in units of the resting noradrenaline", bounds=(0, 1e5),
                    source="definition; 0 = none")
    beta_antagonist = Param(0.0, "1", "competitive beta1 antagonist, in units of its dissociation constant",
                            bounds=(0, 1e4), source="definition; 0 = none")
    beta1 = Param(1.0, "1", "receptor density, level of insult or therapy", bounds=(0, 3),
                  source="definition; 1 = healthy")
    grk = Param(1.0, "1", "receptor kinase, level of insult or therapy", bounds=(0, 10),
                source="definition; 1 = healthy")
    phosphatase_mf = Param(1.0, "1", "phosphatase at the filaments, level of insult", bounds=(0.1, 20), scale="log",
                           source="definition; 1 = healthy")
    K_length = Param(1.0, "1", "phosphatase over kinases, in health, at the filaments' sites that serve length",
                     bounds=(0.05, 5), scale="log",
                     source="assumed: half of them hold phosphate, whatever the tone; less in failure, Tanner2023")
    akap_lcc = Param(1.0, "1", "anchoring of kinase at the L-type channel, level of insult", bounds=(0, 1),
                     source="definition; 1 = healthy")
    K_L = Param(18.87, "1", "agonist at half occupancy, in units of the resting noradrenaline", bounds=(2, 200),
                scale="log", source="assumed: resting tone under a quarter of the maximal effect; re-identified")
    k_grk = Param(0.7961, "1", "uncoupling of the occupied receptor at healthy kinase", bounds=(0, 3),
                  source="assumed; identified here")
    K_ac = Param(3.272, "1", "active receptors at half cyclase activation", bounds=(0.05, 20), scale="log",
                 source="assumed; identified here: few spare receptors, so that halved density blunts")
    cAMP_0 = Param(0.4582, "1", "part of resting cAMP made without receptors", bounds=(0, 1),
                   source="assumed; identified here")
    tau_camp = Param(1.5e4, "ms", "turnover of cAMP", bounds=(1e2, 2e5), scale="log",
                     source="Heijman2011 (recalled): tens of seconds")
    K_pka = Param(4.0, "1", "cAMP at half kinase activity, relative to rest", bounds=(0.5, 20), scale="log",
                  source="assumed")
    k_p = Param(1.9876e-4, "1/ms", "phosphorylation at full kinase", bounds=(1e-6, 1e-1), scale="log",
                source="computed: resting fraction 0.15")
    k_d = Param(5e-5, "1/ms", "dephosphorylation", bounds=(1e-6, 1e-1), scale="log",
                source="assumed: about 20 s, Heijman2011")
    K_gk = Param(2.0, "1", "saturation of kinase and phosphatase", bounds=(0.01, 10), scale="log",
                 source="assumed; Goldbeter1981 form")
    w_lcc = Param(0.30, "1", "share of kinase anchored at L-type channels", bounds=(0.01, 0.45),
                  source="Saucerman2003 via Soltis2010: 0.025 of 0.084 umol/L (traced)")
    w_ryr = Param(0.40, "1", "share of kinase anchored at ryanodine receptors", bounds=(0.01, 0.5),
                  source="Saucerman2003 via Soltis2010: 0.034 of 0.084 umol/L (traced)")

    to_ryr = Param(0.85, "1", "part of the freed kinase that the ryanodine receptor's anchor takes", bounds=(0, 1),
                   source="assumed")

    length_phosphate = Output("1", "phosphate at the filaments' sites that serve length, over health")
    beta_response = Output("1", "cyclase activation by receptors, 1 at healthy rest; drives the sinus node too")
    pka = Output("1", "active fraction of protein kinase A")

    def equations(
        self, sympathetic_heart, beta1_density, grk_activity, phosphatase_slow, dyad_integrity,
        cAMP, phi_lcc, phi_ryr, phi_plb, phi_mf, phi_ks,
        agonist, beta_antagonist, beta1, grk, phosphatase_mf, K_length, akap_lcc, K_L, k_grk, K_ac, cAMP_0, tau_camp,
        K_pka, k_p, k_d, K_gk, w_lcc, w_ryr, to_ryr,
    ):  # fmt: skip
        L = smooth.pos(sympathetic_heart, 1e-3) + agonist
        coupling = (1 + k_grk) / (1 + k_grk * grk * grk_activity)
        active = beta1 * beta1_density * coupling * L / (K_L * (1 + beta_antagonist) + L)
        rest = 1 / (K_L + 1)
        cyclase = active / (K_ac + active)
        cyclase_rest = rest / (K_ac + rest)
        beta_response = cyclase / cyclase_rest

        pka = cAMP**2 / (K_pka**2 + cAMP**2)
        anchor = akap_lcc * dyad_integrity
        freed = w_lcc * (1 - anchor)  # conserved: w_lcc at_lcc + w_ryr at_ryr + (1 - w_lcc - w_ryr) in_cytosol = pka
        at_lcc = pka * anchor
        at_ryr = pka * (1 + to_ryr * freed / w_ryr)
        in_cytosol = pka * (1 + (1 - to_ryr) * freed / (1 - w_lcc - w_ryr))

        at_filaments = phosphatase_mf * phosphatase_slow

        def rate(phi, kinase, phosphatase=1.0):
            return phosphorylation(phi, kinase, k_p, k_d * phosphatase, K_gk)

        return Equations(
            ddt=dict(
                cAMP=(cAMP_0 + (1 - cAMP_0) * beta_response - cAMP) / tau_camp,
                phi_lcc=rate(phi_lcc, at_lcc),
                phi_ryr=rate(phi_ryr, at_ryr),
                phi_plb=rate(phi_plb, in_cytosol),
                phi_mf=rate(phi_mf, in_cytosol, at_filaments),
                phi_ks=rate(phi_ks, in_cytosol),
            ),
            out=dict(
                length_phosphate=(1 + K_length) / (1 + K_length * at_filaments),
                beta_response=beta_response,
                pka=pka,
            ),
        )
