"""Energetic reserve: PCr/ATP over its healthy value, and the energy state that the cell feels."""

from heartloop.component import Component, Equations, Feature, Input, Output, Param, SlowState

from .shapes import above, bounded


class Energetics(Component):
    """Slow fall of PCr/ATP with oxidative stress and with cardiac power above rest."""

    time_unit = "day"

    ros_slow = Input("1", "reactive oxygen over health", default=1.0)
    stroke_work = Feature("J", "external work of the left ventricle per beat")
    stroke_work_rest = Feature("J", "external work per beat at rest")
    HR = Feature("1/min", "heart rate")
    HR_rest = Feature("1/min", "heart rate at rest")

    pcr_atp = SlowState(
        1.0,
        "1",
        "PCr/ATP over health",
        bounds=(0.5, 1.1),
        source="assumed; PCr/ATP 1.95 to 1.44 in severe dilated cardiomyopathy (traced)",
    )

    m_ros = Param(0.2, "1", "loss per reactive oxygen", bounds=(0, 0.5), source="assumed")
    m_work = Param(0.3, "1", "loss per relative power above rest", bounds=(0, 1), source="assumed")
    zone_ros = Param(0.05, "1", "dead zone of reactive oxygen", bounds=(0, 0.2), source="assumed")
    zone_work = Param(0.15, "1", "dead zone of power", bounds=(0, 0.5), source="assumed")
    w = Param(0.05, "1", "rounding of the dead zones", bounds=(0.005, 0.2), source="assumed")
    M_max = Param(0.35, "1", "largest loss", bounds=(0.1, 0.5), source="assumed")
    tau_M = Param(30.0, "day", "time constant", bounds=(7, 120), scale="log", source="assumed")
    k_energy = Param(0.5, "1", "exponent from PCr/ATP to the cell's energy state", bounds=(0, 1), source="assumed")
    G_energy = Param(1.0, "1", "link stress -> energetics, 1 = intact, 0 = cut", bounds=(0, 3), source="assumed")

    energy = Output("1", "energy state over health")

    def equations(
        self, ros_slow, stroke_work, stroke_work_rest, HR, HR_rest, pcr_atp, m_ros, m_work, zone_ros, zone_work, w,
        M_max, tau_M, k_energy, G_energy,
    ):  # fmt: skip
        power = stroke_work / stroke_work_rest * HR / HR_rest
        lost = m_ros * above(ros_slow - 1, zone_ros, w) + m_work * above(power - 1, zone_work, w)
        return Equations(
            ddt=dict(pcr_atp=(1 - bounded(G_energy * lost, M_max, M_max) - pcr_atp) / tau_M),
            out=dict(energy=pcr_atp**k_energy),
        )
