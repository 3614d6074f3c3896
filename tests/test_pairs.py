"""Alternating pairs of beats against a quadratic beat map, whose pair and multipliers are known in closed form."""

import numpy as np
import pytest

from heartloop.errors import ConvergenceError, ParameterError
from heartloop.orbit import solve_orbit, solve_pair
from heartloop.results import load


class Exact:
    """Steady beat, pair and multipliers of a' = alpha + e a - beta a^2 in closed form."""

    def __init__(self, m):
        kT = m["cell.k"] * m["timer.period"]
        e = np.exp(-kT)
        alpha, beta = 1 - e, (1 - e) * m["cell.r"]
        self.steady = (e - 1 + np.sqrt((1 - e) ** 2 + 4 * alpha * beta)) / (2 * beta)
        self.multiplier = e - 2 * beta * self.steady
        total = (1 + e) / beta  # of both amplitudes, from the difference of the two equations
        product = (total**2 - (2 * alpha + (e - 1) * total) / beta) / 2  # from their sum
        self.pair_multiplier = e**2 - 2 * e * beta * total + 4 * beta**2 * product
        gap = np.sqrt(max(total**2 - 4 * product, 0.0))
        self.pair = np.array([total - gap, total + gap]) / 2  # ascending
        goal = 1 - m["cell.r"] * self.pair**2
        self.mean = float(np.mean(goal + (self.pair - goal) * (1 - e) / kT))  # over the time of both beats


def test_steady_beat_of_an_alternating_model_is_found_and_called_unstable(alternating):
    beat = alternating.periodic()
    exact = Exact(alternating)
    assert beat.residual < 1e-9
    assert beat.features()["onset"] == pytest.approx(exact.steady, rel=1e-6)
    assert beat.alternans == pytest.approx(exact.multiplier, rel=1e-4) and exact.multiplier < -1
    assert f"steady but unstable: alternans (largest multiplier {exact.multiplier:.3f})" in beat.status
    calm = alternating.with_({"cell.r": 0.5}).periodic()
    assert calm.status == "converged (Newton)" and -1 < calm.alternans < 0


def test_pair_has_the_amplitudes_and_the_multiplier_of_the_map(alternating):
    pair = alternating.periodic(period=2, rtol=1e-8)
    exact = Exact(alternating)
    assert pair.residual < 1e-9
    assert sorted(b.features()["onset"] for b in pair.beats) == pytest.approx(exact.pair, rel=1e-6)
    assert pair.features()["amplitude"] == pytest.approx(exact.mean, rel=1e-6)
    assert np.min(np.abs(pair.multipliers - exact.pair_multiplier)) < 1e-5
    assert pair.steady is not None and f"{exact.multiplier:.3f}" in pair.status


def test_each_beat_of_a_pair_leads_to_the_other(alternating):
    pair = alternating.periodic(period=2, rtol=1e-8)
    c = alternating._c
    for here, there in (pair.beats, pair.beats[::-1]):
        end = c.beat(here.x, alternating._theta, rtol=1e-8, plan=here.plan).x
        assert end[c.periodic_rows] == pytest.approx(there.x[c.periodic_rows], abs=1e-6)


def test_pair_conserves_the_named_total(alternating):
    pair = alternating.periodic(period=2)
    assert pair.neutral == {"blood": ["bag.V", "tank.V"]}
    for b in pair.beats:
        assert sum(b.x[alternating._c.index[p]] for p in alternating._c.graph.volumes) == pytest.approx(800.0, abs=1e-7)
    more = alternating.with_({"blood.V_total": 900.0}).periodic(period=2, start=pair)
    assert more.features()["pressure"] > pair.features()["pressure"]


def test_gradient_of_the_mean_over_the_pair_matches_differences(alternating):
    to = ["cell.r", "cell.k", "timer.period", "blood.V_total", "bag.push"]
    g = alternating.periodic(period=2).gradient(["amplitude", "pressure"], to)
    for p in to:
        h = 1e-4 * alternating[p]
        models = [alternating.with_({p: alternating[p] + s * h}) for s in (1, -1)]
        high, low = (m.periodic(period=2, rtol=1e-10, tol=1e-11).features() for m in models)
        for k in g.index:
            fd = (high[k] - low[k]) / (2 * h)
            assert g.loc[k, p] == pytest.approx(fd, rel=2e-5, abs=1e-7), (k, p)
        exact = (Exact(models[0]).mean - Exact(models[1]).mean) / (2 * h)
        assert g.loc["amplitude", p] == pytest.approx(exact, rel=2e-5, abs=1e-7), p


def test_gradient_of_one_beat_of_a_pair_goes_through_both(alternating):
    pair = alternating.periodic(period=2)
    h = 1e-4
    models = [alternating.with_({"cell.r": 1.0 + s * h}) for s in (1, -1)]
    exact = (Exact(models[0]).pair - Exact(models[1]).pair) / (2 * h)
    found = sorted(b.gradient(["onset"], ["cell.r"]).iloc[0, 0] for b in pair.beats)
    assert found == pytest.approx(sorted(exact), rel=1e-5)


def test_a_pair_that_itself_doubles_says_so(alternating):
    strong = alternating.with_({"cell.r": 1.5})
    assert Exact(strong).pair_multiplier < -1
    pair = strong.periodic(period=2)
    assert "a pair but unstable: alternans" in pair.status


def test_where_the_steady_beat_is_stable_there_is_no_pair_and_the_multiplier_is_named(alternating):
    calm = alternating.with_({"cell.r": 0.5})
    with pytest.raises(ConvergenceError, match=rf"stable against alternation.*{Exact(calm).multiplier:.3f}"):
        calm.periodic(period=2)
    with pytest.raises(ParameterError, match="period"):
        calm.periodic(period=3)


def test_pair_is_found_just_beyond_the_onset_and_far_from_it(alternating):
    for r in (0.79, 0.85, 1.2, 1.8):
        m = alternating.with_({"cell.r": r})
        assert Exact(m).multiplier < -1
        pair = m.periodic(period=2, rtol=1e-9, tol=1e-11)
        assert sorted(b.features()["onset"] for b in pair.beats) == pytest.approx(Exact(m).pair, rel=1e-5)


def test_pair_is_found_from_a_state_that_alternates_on_its_own(alternating):
    c, theta = alternating._c, alternating._theta
    x = alternating.periodic().x.copy()
    x[c.index["cell.a"]] += 0.01
    for _ in range(50):
        x = c.beat(x, theta).x
    for orbit in (solve_orbit(c, theta, x, period=2), solve_pair(c, theta, x)):
        assert sorted(o[c.index["cell.a"]] for o in orbit.onsets) == pytest.approx(Exact(alternating).pair, rel=1e-5)


def test_data_of_a_pair_holds_both_beats_and_reads_back(alternating, tmp_path):
    pair = alternating.periodic(period=2)
    t, which = pair.data["time"].values, pair.data["beat"].values
    assert t[-1] == pytest.approx(2 * alternating["timer.period"]) and set(which) == {1, 2}
    a = pair.data["cell.a"].values
    assert a[0] == pytest.approx(a[-1], abs=1e-6) and abs(a[which == 2][0] - a[0]) > 0.1
    assert load(pair.save(tmp_path / "pair.nc")) == pair


def test_a_course_whose_steady_beats_become_unstable_says_when():
    import zoo

    from heartloop import events as ev
    from heartloop.compiled import Compiled
    from heartloop.model import Model

    model = Model(Compiled(zoo.alternating(slow=True)), title="alternating").with_({"cell.r": 0.5})
    calm = model.progress(20, bar=False)
    assert calm.status == "complete"
    course = model.progress(20, events=[ev.set_parameter("cell.r", 1.0, start=5, over=5)], bar=False)
    assert course.status.startswith("complete; by day") and "alternans" in course.status


def test_a_person_whose_cells_alternate_has_alternating_pulses():
    """Pulsus alternans: little SERCA, paced fast."""
    import heartloop as hl

    person = hl.human()
    fast = person.with_({"cell.serca": 0.45, "pacing.pace_rate": 190.0})
    pair = fast.periodic(period=2)
    each, mean = pair.each(), pair.summary()
    assert pair.residual < 1e-8 and pair.neutral.keys() == {"blood"}
    assert each.loc["SV"].max() > 1.3 * each.loc["SV"].min()
    assert each.loc["HR"].tolist() == pytest.approx([190, 190], abs=0.1)
    assert mean["SV"] == pytest.approx(each.loc["SV"].mean())
