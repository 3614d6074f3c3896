"""The whole person: conservation, convergence, gradients, equilibrium, force-frequency, and the failing heart."""

import numpy as np
import pytest

import heartloop as hl
from heartloop.course import slow_jacobian
from heartloop.errors import ParameterError
from heartloop.scenarios.person import bare, rest_features, rest_values

NAMED = [
    "cell.serca", "cell.ncx", "cell.P_Ca", "lv.Vw", "lv.s_titin", "aortic_valve.A_ann", "systemic.R", "arteries.C",
    "pacing.HR_rest", "baroreceptor.P_n", "aortic.P_n", "aortic.G_rest", "arterial_receptors.aortic_share",
]  # fmt: skip


@pytest.fixture(scope="module")
def person():
    return hl.human(sex="male")


@pytest.fixture(scope="module")
def beat(person):
    return person.periodic(rtol=1e-7, tol=1e-10)


@pytest.mark.parametrize("sex", ["male", "female"])
@pytest.mark.parametrize("ventricle", ["onefibre", "elastance", "prescribed"])
def test_stored_rest_is_the_equilibrium_of_the_reflexes(sex, ventricle):
    # due again (python -m heartloop.scenarios.calibration) whenever a default value changes
    f = hl.human(sex=sex, ventricle=ventricle).periodic().features()
    for key in rest_features():
        assert abs(f[key]) < (0.05 if "veins" in key else 2e-3), key  # mL of venous shift; spikes/s, s, 1
    assert f["HR"] == pytest.approx(70.0, abs=0.02)


def test_one_tension_scale_for_all_walls(person):
    assert person["lv.k_scale"] == person["rv.k_scale"]
    assert 0.8 <= person["lv.k_scale"] <= 2.0


def test_orbit_residual_and_its_one_conserved_total(beat):
    assert beat.residual < 1e-8
    neutral = beat.neutral
    assert list(neutral) == ["blood"]
    assert sorted(neutral["blood"]) == sorted(beat.model._c.graph.volumes)


def test_blood_volume_drifts_less_than_1e_9_over_1000_beats(person, beat):
    c = person._c
    x = beat.x.copy()
    start = float(x[c.volume_rows].sum())
    for _ in range(1000):
        x = c.beat(x, person._theta, rtol=1e-4).x
    assert abs(float(x[c.volume_rows].sum()) / start - 1) < 1e-9


def test_calcium_entry_equals_extrusion_on_the_orbit_only(person, beat):
    c = person._c
    more = person.with_({"cell.P_Ca": 1.1 * person["cell.P_Ca"]})
    entry, extrusion = (c.index[f"lv.cell.{k}"] for k in ("ca_entry", "ca_extrusion"))
    first = c.beat(beat.x, more._theta, rtol=1e-7).x
    assert abs(first[entry] / first[extrusion] - 1) > 0.01
    orbit = more.periodic(rtol=1e-7, tol=1e-10)
    settled = c.beat(orbit.x, more._theta, rtol=1e-7, plan=orbit.plan).x
    assert abs(settled[entry] / settled[extrusion] - 1) < 1e-5


def test_elasticities_match_differences_of_tight_orbits(person, beat):
    rng = np.random.default_rng(2026)
    table = person.parameters
    # a parameter at zero has no elasticity; a source outside the loop has no steady beat
    usable = [p for p in table.index[table.value != 0] if not p.endswith(".q")]
    to = [*NAMED, *rng.choice(usable, 20, replace=False)]
    of = ["MAP", "EF", "CO", "LVEDP"]
    g = beat.gradient(of, to, elasticity=True)
    for p in to:
        h = 1e-3  # large enough that a change of the sampling grid does not show
        # one cell's number may differ between walls: move all that the path addresses by the same factor
        up, down = (
            person.with_({q: person[q] * (1 + s * h) for q in person.resolve(p)}, check_bounds=False).periodic(
                rtol=1e-8, tol=1e-11, start=beat
            ).features()
            for s in (1, -1)
        )  # fmt: skip
        for k in of:
            fd = (np.log(up[k]) - np.log(down[k])) / (2 * h)
            # the last 6e-5 of an elasticity change with the sequence of steps, at any tolerance
            assert abs(g.loc[k, p] - fd) <= max(1e-3 * abs(fd), 1e-4), (k, p, g.loc[k, p], fd)


def test_healthy_person_is_a_slow_equilibrium(person):
    rates = person.slow_rates(person.periodic().features())
    size = np.array([e.declaration.size for e in person._c.graph.slow])
    assert np.max(np.abs(rates) / size) < 1e-6  # per day


def test_slow_eigenvalues_are_negative_but_for_the_irreversible_ones(person):
    values = np.linalg.eigvals(slow_jacobian(person.periodic()))
    lasting = ~person.slow["reversible"]
    assert list(person.slow.index[lasting]) == ["fibrosis.phi_irr", "fibrosis.viable"]
    assert np.sum(np.abs(values) < 1e-6) == lasting.sum()
    assert np.all(values.real < 1e-6)


@pytest.mark.slow  # `heartloop validate slow_return` has it
def test_healthy_person_stays_healthy_for_five_years(person):
    course = person.progress(5 * 365, every=365, bar=False)
    assert course.status == "complete"
    for key in ("EF", "MAP", "CO", "LVEDV", "PCWP", "HR", "CVP", "receptors.beta1_density", "volume.water", "viable"):
        path = "fibrosis.viable" if key == "viable" else key
        series = course.data[path].values
        assert np.max(np.abs(series / series[0] - 1)) < 0.01, key


def test_faster_pacing_strengthens_the_healthy_cell_and_not_the_failing_one():
    """Isometric twitches of the settled cell, 70 to 140/min, with the parameters that beat in the person."""
    cell = hl.myocyte()
    healthy = cell.force_frequency((70 / 60, 100 / 60, 140 / 60))["T_dev"].to_numpy()
    failing = hl.myocyte(state="failing").force_frequency((70 / 60, 100 / 60, 140 / 60))["T_dev"].to_numpy()
    assert healthy[-1] / healthy[0] > 1.15
    assert failing[-1] / failing[0] < 1.0


def test_bleeding_and_reinfusion_return_to_the_start(person):
    run = person.solve(240, every=0.5, events=[hl.bleed(500, over=40, start=10), hl.infuse(500, over=40, start=90)])
    beats = run.beats.set_index("onset")
    rest, low = beats.iloc[3], beats.loc[55:85].mean()
    assert low["MAP"] < rest["MAP"] and low["HR"] > rest["HR"] and low["CVP"] < rest["CVP"]
    assert beats.iloc[-1]["MAP"] == pytest.approx(rest["MAP"], rel=0.03)
    c = person._c
    assert run.x[c.volume_rows].sum() == pytest.approx(person["blood.V_total"], rel=1e-6)


def test_ectopic_beat_is_weak_and_a_later_normal_one_stronger(person):
    """An early beat ejects little; the next full one is potentiated (more filling, a fuller store)."""
    run = person.solve(5, every=0.01, events=[hl.ectopic(1.55)]).data["lv.V"]
    normal = person.solve(5, every=0.01).data["lv.V"]
    one_beat = {"time": slice(3.0, 3.86)}
    early = float(run.sel(time=slice(1.6, 1.95)).min())  # until the next sinus beat ejects
    assert early > float(normal.sel(one_beat).min()) + 5
    assert float(run.sel(time=slice(2.6, 3.4)).min()) < float(normal.sel(one_beat).min()) - 5


@pytest.mark.parametrize("ventricle", ["elastance", "prescribed"])
def test_emergent_elastance_of_an_elastance_is_its_own(ventricle):
    """E(t) along the blood-volume tangent returns the elastance that was put in, and Ees is near its maximum."""
    beat = hl.human(ventricle=ventricle).periodic()
    e = beat.elastance()
    ejected = e.where((e.p > 60) & e.E.notnull(), drop=True)
    d = beat.data.interp(time=ejected.time)
    again = (d["lv.p"] - ejected.p).to_numpy()  # the same beat
    assert np.abs(again).max() < 0.5
    summary = beat.summary()
    assert summary["Ees"] == pytest.approx(float(ejected.E.max()), rel=0.1)
    assert summary["Ees"] == pytest.approx(summary["Ea"] * summary["SV"] / (summary["LVESV"] - summary["V0"]), rel=0.1)


def test_emergent_elastance_of_the_wall_is_in_the_human_range(person):
    summary = person.periodic().summary()
    # measured 2.5 +- 0.6 (McKay) to 5.5 +- 1.2 (Starling)
    assert 1.0 < summary["Ees"] < 4.0 and 0.8 < summary["Ea"] < 2.5
    e = person.periodic().elastance()
    assert float(e.E.dropna("time")[0]) < 0.7  # diastolic stiffness at the stimulus


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: hl.human(sex="men"), "male or female"),
        (lambda: hl.human(cell="humna"), "not known"),
        (lambda: hl.human(loop="big"), "not known"),
        (lambda: hl.human(ventricle="onefiber"), "Did you mean"),
        (lambda: hl.human(weight_kg=7), "outside 35..200"),
        (lambda: hl.human(height_cm=1.75), "outside 130..220"),
        (lambda: hl.human(age_y=8), "outside 18..100"),
        (lambda: hl.myocyte("rat"), "not known"),
        (lambda: hl.myocyte(state="broken"), "not known"),
        (lambda: hl.myocyte().pace(0.0), "outside 0.05..5"),
        (lambda: hl.myocyte().post_rest([-1]), "outside 0..3600"),
    ],
)
def test_impossible_persons_and_protocols_are_refused(call, match):
    with pytest.raises(ParameterError, match=match):
        call()


def test_years_stiffen_the_arteries_and_slow_the_node(person):
    """Pulse pressure rises with age at the same mean (two thirds of it in the systolic: 5 mmHg or so a decade)."""
    aged = hl.human(age_y=65)
    assert aged["pacing.HR_intrinsic"] == pytest.approx(118.1 - 0.57 * 65)
    young, old = person.periodic().summary(), aged.periodic().summary()
    assert 6 < old["SBP"] - young["SBP"] < 20 and -12 < old["DBP"] - young["DBP"] < -3
    assert abs(old["MAP"] - young["MAP"]) < 3 and abs(old["CO"] / young["CO"] - 1) < 0.05


def test_human_cells_drive_the_same_heart():
    """The full cell in both walls, with the compact person's walls, loop and reflexes: a healthy rest, near his."""
    stored = rest_values()
    model = bare(cell="human").with_(stored["male onefibre"]["parameters"])
    model.start_from((stored.get("male onefibre human") or stored["male onefibre"])["state"])
    rest = model.periodic().summary()
    for key, low, high in (("MAP", 80, 102), ("EF", 0.5, 0.7), ("LVET", 250, 320), ("LVEDP", 5, 14), ("SV", 60, 100)):
        assert low <= rest[key] <= high, key
    assert model["lv.cell.P_NaK"] > 0  # every current of the cell can be addressed in its wall
