"""Skeletal muscle that tenses: its vessels open within seconds, whatever it needs. Units: mmHg, s."""

from heartloop.component import Component, Equations, Input, Output, Param, State


class ContractionDilation(Component):
    """Dilation that follows a brief contraction at once: flow peaks some five seconds later and is back after twenty.

    Two lags of the pressure with which the muscle presses on its own vessels. This is what lets arterial pressure fall
    in the first seconds after standing up; work that lasts has its own, metabolic dilation.
    """

    squeeze = Input("mmHg", "pressure of the tensed muscle", default=0.0)

    on_way = State(0.0, "1", "dilation on its way", scale=1.0)
    dilation = State(0.0, "1", "dilation", scale=1.0)

    gain = Param(4.0, "1", "relative conductance that a lasting squeeze of `p_full` would add", bounds=(0, 20),
                 source="Tschakovsky2004, flow x 2.5 after one strong contraction, peak by 7 s (recalled)")  # fmt: skip
    p_full = Param(100.0, "mmHg", "squeeze of a strong contraction", bounds=(5, 400),
                   source="assumed; 0.7 of the greatest force in Tschakovsky2004")  # fmt: skip
    tau = Param(2.6, "s", "time constant of each lag", bounds=(0.5, 20), scale="log",
                source="Tschakovsky2004, peak by 7 s, back within 20 s (recalled)")  # fmt: skip

    contraction = Output("1", "multiplier of the muscle's resistance")

    def equations(self, squeeze, on_way, dilation, gain, p_full, tau):
        return Equations(
            ddt=dict(on_way=(squeeze / p_full - on_way) / tau, dilation=(on_way - dilation) / tau),
            out=dict(contraction=1 / (1 + gain * dilation)),
        )


class Sympatholysis(Component):
    """Nerves lose their hold on the arterioles of working muscle: what work dilates, constriction reaches less.

    Muscle that works answers little to its nerves and to noradrenaline given into its artery, the less the harder it
    works (Remensnyder 1962, Rosenmeier 2004). `tone_R` is what the nerves ask for; of its part above or below rest
    1/(1 + dilation/half) is left.
    """

    tone_R = Input("1", "multiplier of the resistance that the nerves ask for", default=1.0)
    dilation = Input("1", "conductance that work adds, over that at rest", default=0.0)

    half = Param(10.0, "1", "dilation that leaves half of the nerves' action", bounds=(0.1, 1000), scale="log",
                 source="calibrated on mean pressure in hard work; Rosenmeier2004: no hold there")  # fmt: skip

    left_R = Output("1", "multiplier of the working bed's resistance, 1 at rest")

    def equations(self, tone_R, dilation, half):
        return Equations(out=dict(left_R=1 + (tone_R - 1) / (1 + dilation / half)))
