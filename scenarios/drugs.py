"""Drugs of the protocols: what a dose does to which parameter, and how it comes and goes.

A dose per kilogram raises an amount at the receptor in proportion (agonists in units of the resting transmitter,
antagonists in units of their dissociation constant); the receptor saturates where it is modeled, not here. One
compartment: absorbed with a half-time, lost with a half-life (`heartloop.events.dose`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Drug:
    """One drug, given into a vein.

    `effect` maps parameter paths to their rise at the peak of 1 microgram per kilogram; times are in s, `most` in
    micrograms per kilogram.
    """

    effect: dict[str, float]
    half_life: float
    onset: float
    most: float
    source: str


DRUGS: dict[str, Drug] = {
    "atropine": Drug(
        {"pacing.muscarinic_antagonist": 1 / 4},
        half_life=3 * 3600,
        onset=30,
        most=100,
        source="Katona1977: half block at 0.06 mg in dogs of 14.6 kg (computed); half-life 2-4 h (recalled)",
    ),
    "propranolol": Drug(
        {"*.beta_antagonist": 20 / 200},
        half_life=3 * 3600,
        onset=60,
        most=1000,
        source="Jose1970: 0.2 mg/kg blocks completely (recalled); isoproterenol dose ratio 20 (assumed)",
    ),
    "phenylephrine": Drug(
        {"arterioles.alpha_agonist": 1.3, "veins.alpha_agonist": 0.3},
        half_life=120,
        onset=5,
        most=10,
        source="assumed: 1-2 ug/kg raises arterial pressure by 10-20 mmHg for some minutes; veins: Kalmar2018, central "
        "venous pressure rises 3 mmHg while arterial pressure rises 34 (traced)",
    ),
    "nitroprusside": Drug(
        {"*.relaxant": 0.7},
        half_life=90,
        onset=5,
        most=2,
        source="assumed: 1-1.5 ug/kg lowers arterial pressure by 10-15 mmHg for some minutes",
    ),
}
