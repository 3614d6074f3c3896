"""Constants that several mechanisms of the human myocyte share: geometry, outside concentrations, levels of insult.

Geometry as in Grandi et al. (2010): a cylinder of 100 um and 10.25 um radius, 65 % cytosol, 2 % subsarcolemma, 0.054 %
dyad, 3.5 % sarcoplasmic reticulum, 138.1 pF. Volumes are given per cytosol volume, so that every flux of the cell is
umol per litre cytosol per ms.
"""

from heartloop.component import Param

RT_F = 26.7127  # mV at 310 K
FARADAY = 96485.0  # C/mol
_GRANDI = "Grandi2010, supplement (traced)"
_TOR = "ToRORd2019 (traced)"

NA_O = Param(140.0, "mmol/L", "external sodium", bounds=(110, 160), source=_TOR)
K_O = Param(5.0, "mmol/L", "external potassium", bounds=(2, 9), source=_TOR)
CA_O = Param(1800.0, "umol/L", "external calcium", bounds=(300, 5000), source=_TOR)
K_I = Param(144.0, "mmol/L", "cytosolic potassium, fixed", bounds=(100, 160), source="OHara2011, supplement (recalled)")
CURRENT_TO_FLUX = Param(
    0.03335, "umol/L/ms/(A/F)", "Ca flux per current: C/(2 F V_myo)", bounds=(0.01, 0.1),
    source="Grandi2010: 138.1 pF, 21.45 pL (computed)",
)  # fmt: skip
TTUBULE = Param(
    1.0, "1", "T-tubule fraction kept, level of insult", bounds=(0.05, 1), source="definition; 1 = healthy"
)
R_D = Param(
    26.0, "ms", "dyadic calcium above the subsarcolemma per flux", bounds=(1, 500), scale="log",
    source="Grandi2010: V_myo/(8.24e-13 L/ms) (computed)",
)  # fmt: skip
GAMMA_CA_I = Param(0.6525, "1", "activity coefficient of Ca inside", bounds=(0.2, 1),
                   source="ToRORd2019: Davies equation at 90 mmol/L (computed)")  # fmt: skip
GAMMA_CA_O = Param(0.6117, "1", "activity coefficient of Ca outside", bounds=(0.2, 1),
                   source="ToRORd2019: Davies equation at 151 mmol/L (computed)")  # fmt: skip
