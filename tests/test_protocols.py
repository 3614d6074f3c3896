"""What clinicians do to a person, as scenarios: directions, identities, refusals. Numbers against data: validation."""

import numpy as np
import pytest

import heartloop as hl
from heartloop.errors import DataError, EventError, ParameterError, UnknownNameError
from heartloop.scenarios.files import read_scenario
from heartloop.scenarios.scenario import Scenario, scenario


@pytest.fixture(scope="module")
def person():
    return hl.human()


@pytest.fixture(scope="module")
def results():
    """Runs of shipped scenarios, each made once."""
    made = {}

    def get(name):
        if name not in made:
            made[name] = scenario(name).run(progress=False)
        return made[name]

    return get


def change(run, window, key):
    table = run.tables["protocol"]
    row = table[(table["window"] == window) & (table["quantity"] == key)]
    return float(row["change"].iloc[0])


# -- ectopic beats ----------------------------------------------------------------------------------------------------


def firings(run):
    """Times at which the left ventricle's cell fires."""
    t, v = run.data["time"].values, run.data["lv.cell.V"].values
    return t[1:][(v[1:] > -20) & (v[:-1] <= -20)]


def test_the_pause_after_an_ectopic_beat_is_compensatory(results):
    """The sinus goes on: from the beat before the ectopic one to the beat after it pass two sinus intervals."""
    run = results("ectopic-beat")
    fired = firings(run)
    i = int(np.argmin(np.abs(fired - 10.88)))
    assert fired[i] - fired[i - 1] == pytest.approx(0.45, abs=0.015)  # a premature upstroke takes a sample longer
    assert fired[i + 1] - fired[i - 1] == pytest.approx(2 * 60 / 70, abs=0.01)


def test_both_ventricles_answer_to_an_ectopic_beat(results):
    d = results("ectopic-beat").data.sel(time=slice(10.86, 10.93))
    assert float(d["lv.cell.V"].max()) > 0 and float(d["rv.cell.V"].max()) > 0


def test_the_beat_after_the_pause_is_stronger(results):
    run = results("ectopic-beat")
    assert change(run, "post-extrasystolic beat", "SV") > 8
    assert change(run, "post-extrasystolic beat", "LVEDV") > 2
    assert abs(change(run, "later", "SV")) < 4  # of 81 mL


def test_an_ectopic_beat_in_a_slow_rhythm_is_interpolated(person):
    """The node has recovered when the next sinus impulse comes: no beat is lost."""
    slow = person.with_({"pacing.HR_rest": 45.0, "autonomic.vagal_efferent": 0.0, "autonomic.efferent_heart": 0.0})
    without = firings(slow.solve(8, every=0.005))
    fired = firings(slow.solve(8, every=0.005, events=[hl.ectopic(float(without[3]) + 0.4)]))
    assert len(fired) == len(without) + 1


def test_a_stimulus_in_the_refractory_period_changes_no_rhythm(person):
    without = firings(person.solve(6, every=0.005))
    fired = firings(person.solve(6, every=0.005, events=[hl.ectopic(float(without[3]) + 0.08)]))
    assert len(fired) == len(without) and np.allclose(fired, without, atol=0.05)  # the vagus answers


# -- valves -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("valve", ["aortic", "mitral", "pulmonary", "tricuspid"])
def test_a_narrow_valve_costs_a_gradient_from_which_gorlin_finds_its_area(results, valve):
    table = results(f"{valve}-stenosis").tables["valve"].set_index("window")
    healthy, narrow = table.loc["baseline"], table.loc["lesion"]
    assert narrow["mean_gradient"] > healthy["mean_gradient"] + 5
    # Gorlin's constant is the orifice equation in mmHg; inertia and the rounding at low speed are what is left
    assert narrow["gorlin_area"] == pytest.approx(narrow["area"], rel=0.15)
    assert narrow["regurgitant_fraction"] < 0.02


@pytest.mark.parametrize("valve", ["aortic", "mitral", "pulmonary", "tricuspid"])
def test_a_leaking_valve_sends_blood_back(results, valve):
    run = results(f"{valve}-regurgitation")
    table = run.tables["valve"].set_index("window")
    assert table.loc["baseline", "regurgitant_fraction"] < 0.02 < 0.15 < table.loc["lesion", "regurgitant_fraction"]
    net = table.loc["lesion", "forward"] - table.loc["lesion", "regurgitant"]
    beats = run.beats[run.beats["onset"] > 112]
    assert net == pytest.approx(float(beats["SV"].iloc[-1]), rel=0.05)  # what every valve passes in the steady state


def test_pressure_builds_up_before_a_sick_valve(results):
    assert change(results("aortic-stenosis"), "lesion", "LVSP") > 25
    assert change(results("mitral-stenosis"), "lesion", "LAP_mean") > 5
    assert change(results("mitral-stenosis"), "lesion", "LVEDV") < -5
    assert change(results("mitral-regurgitation"), "lesion", "PCWP") > 5
    assert change(results("mitral-regurgitation"), "lesion", "EF") > 0.05  # the ventricle empties both ways
    assert change(results("aortic-regurgitation"), "lesion", "PP") > 10
    assert change(results("pulmonary-stenosis"), "lesion", "RVSP") > 10
    assert change(results("tricuspid-stenosis"), "lesion", "RAP_mean") > 0.5
    assert change(results("tricuspid-regurgitation"), "lesion", "RVEF") > 0.03


# -- volume, rate, sac ------------------------------------------------------------------------------------------------


def test_blood_given_raises_filling_and_stroke_volume(results):
    run = results("volume-load")
    for key in ("CVP", "PCWP", "LVEDV", "SV", "MAP"):
        assert change(run, "end of infusion", key) > 0, key
    assert change(run, "end of infusion", "HR") < 0


def test_faster_pacing_shortens_filling_and_stroke(results):
    run = results("pacing")
    assert change(run, "121 per minute", "HR") == pytest.approx(41, abs=0.1)
    for key in ("SV", "LVEDV"):
        assert change(run, "148 per minute", key) < change(run, "121 per minute", key) < 0, key
    # the emptier ventricle is still relaxed when it is full
    fall = [-change(run, f"{rate} per minute", "LVEDP") for rate in (121, 148)]
    assert fall[1] > fall[0] > 3
    # the force-frequency relation against the smaller filling: even at first, above it at the higher rate
    assert abs(change(run, "121 per minute", "dPdt_max")) < 50 < change(run, "148 per minute", "dPdt_max")


def test_fluid_in_the_sac_draws_filling_pressures_together(results):
    run = results("pericardial-effusion")
    assert change(run, "300 mL", "SV") < change(run, "200 mL", "SV") < change(run, "100 mL", "SV") < 0
    last = run.beats.iloc[-1]
    assert last["PCWP"] - last["CVP"] < 12 and change(run, "300 mL", "CVP") > 4
    assert change(run, "300 mL", "HR") > 5


def test_a_caval_occlusion_draws_the_end_systolic_line(results):
    run = results("caval-occlusion")
    table = run.tables["end-systolic line"].set_index("quantity")["value"]
    assert change(run, "last beats", "LVEDV") < -30
    assert table["Ees, tangent of the steady beat"] > 1
    # the reflexes wake while the ventricle empties: the points leave the tangent, pressure falls at nearly one volume
    before, last = run.beats.iloc[0], run.beats.iloc[-1]
    emptied = before["LVEDV"] * (1 - before["EF"]) - last["LVEDV"] * (1 - last["EF"])
    assert abs(emptied) < (before["MAP"] - last["MAP"]) / table["Ees, tangent of the steady beat"]


def test_thin_blood_flows_more_and_brings_less_oxygen_home(results):
    run = results("anaemia")
    window = "half the haemoglobin"
    assert change(run, window, "CO") > 0.5 and change(run, window, "SVR") < -2
    assert change(run, window, "HR") > 3 and change(run, window, "SvO2") < -0.05


def test_viscosity_is_one_at_the_reference_and_rises_steeper_than_haemoglobin():
    from heartloop.circulation.blood import Blood, viscosity

    def thickness(Hb):
        own = {"expansion": 0.0, "V_total": 5300.0, "Hb": Hb, "Hb_ref": 15.0, "eta_45": 2.2, "C_visc": -0.8}
        return float(Blood("blood").equations(**own).out["thickness"])

    assert thickness(15.0) == 1.0 and thickness(7.5) < thickness(12.0) < 1 < thickness(20.0)
    assert viscosity(0.0, 3.2, -0.8) == 1 and viscosity(0.45 * 33.3, 3.2, -0.8) == pytest.approx(3.2)
    low, high = (viscosity(Hb + 5, 3.2, -0.8) - viscosity(Hb, 3.2, -0.8) for Hb in (5.0, 15.0))
    assert high > low


# -- autonomic nerves and drugs ---------------------------------------------------------------------------------------


def test_a_competitive_antagonist_shifts_the_agonist_by_one_plus_its_level():
    """Schild: at antagonist B the same response needs (1 + B) times the agonist, at the cell and at the node alike."""
    from heartloop.cell.beta_adrenergic import BetaAdrenergic

    c = BetaAdrenergic("b")
    values = {k: d.value for k, d in c.declarations.items() if hasattr(d, "value")}
    states = {"beta1_density": 1.0, "grk_activity": 1.0, "phosphatase_slow": 1.0, "dyad_integrity": 1.0}

    def response(tone, antagonist):
        names = ("cAMP", "phi_lcc", "phi_ryr", "phi_plb", "phi_mf", "phi_ks")
        given = {k: v for k, v in values.items() if k not in states} | states
        given |= {"sympathetic_heart": tone, "beta_antagonist": antagonist} | {k: 0.2 for k in names}
        return float(c.equations(**given).out["beta_response"])

    for tone in (1.0, 3.0, 10.0):
        assert response(tone * 6.0, 5.0) == pytest.approx(response(tone, 0.0), rel=1e-5)
    assert response(1.0, 1e4) < 1e-3


def test_blocked_nerves_leave_the_rate_of_the_node(person):
    full = {"cell.beta_antagonist": 1e4, "pacing.muscarinic_antagonist": 1e4}
    intrinsic = person["pacing.HR_intrinsic"]
    assert person.with_(full).periodic().features()["HR"] == pytest.approx(intrinsic, abs=0.1)
    blocked = person.with_({"autonomic.ganglionic_block": 1.0})
    rate = blocked.periodic().features()
    assert rate["HR"] == pytest.approx(intrinsic, abs=0.1) and rate["MAP"] < 85
    bled = blocked.with_({"blood.V_total": person["blood.V_total"] - 300}).periodic().features()
    assert bled["HR"] == pytest.approx(intrinsic, abs=0.1)  # no reflex answers


def test_each_branch_alone_moves_the_rate_its_way(results):
    up, down = change(results("atropine"), "blocked", "HR"), change(results("propranolol"), "blocked", "HR")
    both = change(results("double-blockade"), "blocked", "HR")
    assert up > both > 0 > down
    assert change(results("propranolol"), "blocked", "dPdt_max") < -100  # the same receptor drives force


def test_vessels_answer_to_drugs_and_the_heart_to_pressure(results):
    for name, sign in (("phenylephrine", 1), ("nitroprusside", -1)):
        run = results(name)
        assert sign * change(run, "effect", "MAP") > 5 and sign * change(run, "effect", "HR") < -1
        found = run.tables["baroreflex sensitivity"].set_index("quantity")["value"]
        assert found["RR over SBP"] > 0.5 and found["correlation with SBP"] > 0.5


def test_neck_suction_slows_the_heart_and_lowers_pressure(results):
    run = results("neck-suction")
    collar = run.model["baroreceptor.transmission"] * 60
    seen = run.data["baroreceptor.P_sinus"] - run.data["arteries.p"]
    assert float(seen.sel(time=17)) == pytest.approx(collar, abs=0.1)
    assert change(run, "lowest", "HR") < -5 and change(run, "lowest", "MAP") < -5
    assert change(run, "rebound", "HR") > 0


def test_a_clamped_sinus_does_not_see_the_persons_pressure(person):
    """Below clamps of both receptors pressure falls and rises without any answer of the arterial baroreflex."""
    open_loop = person.with_({"baroreceptor.clamp": 1.0, "baroreceptor.P_clamp": 95.0, "cardiopulmonary.clamp": 1.0,
                              "aortic.clamp": 1.0, "aortic.P_clamp": 95.0,
                              "cardiopulmonary.P_ra_clamp": person["cardiopulmonary.P_ra_rest"],
                              "cardiopulmonary.P_filling_clamp": person["cardiopulmonary.P_filling_rest"],
                              "autonomic.G_chemo": 0.0, "autonomic.G_central": 0.0,
                              "autonomic.G_inflation": 0.0})  # fmt: skip
    base = open_loop.periodic().features()
    bled = open_loop.with_({"blood.V_total": person["blood.V_total"] - 500}).periodic().features()
    assert bled["HR"] == pytest.approx(base["HR"], abs=1e-6)
    assert bled["MAP"] < base["MAP"] - 5


def test_baroreflex_sensitivity_pairs_a_pressure_with_the_interval_that_follows():
    """Each interval is 12 ms longer per mmHg of the beat before; read within its own beat the line would be another."""
    from types import SimpleNamespace

    import pandas as pd

    from heartloop.scenarios.files import BaroreflexSensitivity
    from heartloop.scenarios.protocol import sensitivity_table

    rng = np.random.default_rng(1)
    p = 110 + np.cumsum(rng.uniform(0, 3, 20))
    interval = np.concatenate([[800.0], 800 + 12 * (p[:-1] - 110)])
    beats = pd.DataFrame({"onset": np.arange(20.0), "HR": 60_000 / interval, "SBP": p, "MAP": p - 20})
    asked = BaroreflexSensitivity(kind="baroreflex sensitivity", from_s=0, to_s=30, pressure="rising")
    table = sensitivity_table(SimpleNamespace(beats=beats), None, asked).set_index("quantity")["value"]
    assert table["RR over SBP"] == pytest.approx(12, rel=1e-9) and table["correlation with SBP"] == pytest.approx(1)


def test_phenylephrine_raises_arterial_far_more_than_venous_pressure(results):
    run = results("phenylephrine")
    assert 5 < change(run, "effect", "MAP") < 25
    assert abs(change(run, "effect", "CVP")) < 0.2 * change(run, "effect", "MAP")  # Kalmar2018: 3 over 34


def test_a_servo_at_the_sinus_holds_the_mean_and_lets_the_pulse_through(person):
    from heartloop.scenarios.variants import sinus_servo

    served = sinus_servo(person)
    own = served.periodic()
    assert own.features()["MAP"] == pytest.approx(person.periodic().features()["MAP"], abs=1e-4)  # not held: no change
    held = served.with_({"carotid_servo.hold": 1.0, "carotid_servo.P_hold": 110.0}).periodic()
    sinus, artery = (held.data[k] for k in ("baroreceptor.P_sinus", "arteries.p"))
    mean = float(sinus.integrate("time") / held.orbit.rr)
    assert mean == pytest.approx(110, abs=0.05)
    assert float(sinus.max() - sinus.min()) == pytest.approx(float(artery.max() - artery.min()), rel=0.05)
    assert held.features()["MAP"] < own.features()["MAP"] - 10 and held.features()["HR"] < own.features()["HR"] - 5
    assert sinus_servo(served) is served


def test_a_pulse_makes_the_opened_loop_less_steep(person):
    """Gain of mean arterial over sinus pressure about rest, on steady beats."""
    from heartloop.scenarios.variants import sinus_servo

    served = sinus_servo(person).with_({"carotid_servo.hold": 1.0})
    clamped = person.with_({"baroreceptor.clamp": 1.0})
    gains = []
    for model, path, middle in (
        (served, "carotid_servo.P_hold", 94.0), (clamped, "baroreceptor.P_clamp", person["baroreceptor.P_n"])
    ):  # fmt: skip
        low, high = (model.with_({path: middle + d}).periodic().features()["MAP"] for d in (-2.0, 2.0))
        gains.append((low - high) / 4)
    assert 0 < gains[0] < 0.9 * gains[1]


def test_the_logistic_finds_its_own_constants():
    from heartloop.scenarios.protocol import _logistic

    P = np.linspace(40, 200, 12)
    y = 60 + 80 / (1 + np.exp(0.07 * (P - 110)))
    assert _logistic(P, y) == pytest.approx((80, 0.07, 110, 60), rel=1e-6)


def test_gradients_in_the_new_parameters_are_those_of_differences(person):
    at = {"cell.beta_antagonist": 0.5, "pacing.muscarinic_antagonist": 0.5, "autonomic.ganglionic_block": 0.1,
          "arterioles.alpha_agonist": 0.2, "veins.relaxant": 0.1, "baroreceptor.P_neck": -10.0,
          "pericardium.fluid": 50.0}  # fmt: skip
    model = person.with_(at)
    gradient = model.periodic(rtol=1e-7).gradient(of=["MAP", "HR"], to=list(at))
    for path, value in at.items():
        h = 0.01 * max(abs(value), 0.1)
        high, low = (
            model.with_({path: value + s * h}).periodic(rtol=1e-8, tol=1e-10).features() for s in (1, -1)
        )
        for key in ("MAP", "HR"):
            difference = (high[key] - low[key]) / (2 * h)
            assert gradient.loc[key, path] == pytest.approx(difference, rel=5e-3, abs=2e-4), (key, path)


# -- impossible protocols ---------------------------------------------------------------------------------------------

HEAD = 'name = "x"\ntitle = "X"\nseconds = 20\n[[events]]\n'


@pytest.mark.parametrize(
    ("event", "match"),
    [
        ('kind = "bleed"\nvolume_ml = 5000', "volume_ml: 5000 must be at most 4000"),
        ('kind = "infusion"\nvolume_ml = 0', "volume_ml: 0 must be above 0"),
        ('kind = "bleed"\nvolume_ml = nan', "must be finite"),
        ('kind = "pacing"\nrate_bpm = 10', "rate_bpm: 10 must be at least 30"),
        ('kind = "parameter"\npath = "blood.Hb"\nto = 0', r"blood\.Hb.*outside"),
        ('kind = "drug"\ndrug = "atropin"\nug_per_kg = 10', "Did you mean 'atropine'"),
        ('kind = "drug"\ndrug = "atropine"\nug_per_kg = 40000', "more than the model is meant for"),
        ('kind = "drug"\ndrug = "atropine"\nug_per_kg = -1', "ug_per_kg: -1 must be above 0"),
        ('kind = "parameter"\npath = "baroreceptor.P_neck"\nto = -500', r"baroreceptor\.P_neck.*outside"),
        ('kind = "parameter"\npath = "autonomic.ganglionic_block"\nto = 2', r"ganglionic_block.*outside"),
        ('kind = "ectopic"\nat_s = -1', "at_s: -1 must be at least 0"),
        ('kind = "parameter"\npath = "aortic_valve.M_st"\nto = 0', r"aortic_valve\.M_st.*outside"),
        ('kind = "parameter"\npath = "mitral_valve.M_rg"\nto = 2', r"mitral_valve\.M_rg.*outside"),
        ('kind = "parameter"\npath = "pericardium.fluid"\nto = -50', r"pericardium\.fluid.*outside"),
        ('kind = "parameter"\npath = "venous_return.R"\ntimes = -1', r"venous_return\.R.*outside"),
        ('kind = "parameter"\npath = "baroreceptor.P_neck"\ntimes = 2', r"'baroreceptor\.P_neck' is 0.*write to ="),
        ('kind = "parameter"\npath = "lungs.FiO2"\nto = 1.2', r"lungs\.FiO2.*outside"),
        ('kind = "parameter"\npath = "lungs.FiO2"\nto = 12', r"lungs\.FiO2.*outside"),
        ('kind = "parameter"\npath = "lungs.FiCO2"\nto = -0.01', r"lungs\.FiCO2.*outside"),
        ('kind = "parameter"\npath = "lungs.P_b"\nto = 100', r"lungs\.P_b.*outside"),
        ('kind = "parameter"\npath = "lungs.FiO"\nto = 0.1', r"Did you mean 'lungs\.FiO2'"),
        ('kind = "parameter"\npath = "baroreceptor.P_clamp"\nto = 400', r"P_clamp.*outside"),
        ('kind = "parameter"\npath = "baroreceptor.clamp"\nto = 1.5', r"baroreceptor\.clamp.*outside"),
        ('kind = "parameter"\npath = "*.alpha_agonist"\nto = -1', r"alpha_agonist.*outside"),
        ('kind = "dose"\npath = "cell.agonist"\neffect = 1\nhalf_life_s = -3', "half_life_s: -3 must be above 0"),
        ('kind = "dose"\npath = "cell.agonist"\neffect = -5\nhalf_life_s = 60', r"agonist.*outside"),
        ('kind = "tilt"\nangle = 60', "kind = 'tilt' is not one of 'bleed'"),
    ],
)
def test_impossible_protocols_are_refused_with_the_place(tmp_path, monkeypatch, person, event, match):
    monkeypatch.setattr(Scenario, "_healthy", person)
    file = tmp_path / "x.toml"
    file.write_text(HEAD + event + "\n")
    with pytest.raises((DataError, ParameterError, EventError, UnknownNameError), match=match):
        scenario(file).run(progress=False)


@pytest.mark.parametrize(
    ("analysis", "match"),
    [
        ('kind = "valve"\nvalve = "aortal"', "'aortal' is not one of 'aortic'"),
        ('kind = "valv"\nvalve = "aortic"', "Did you mean 'valve'"),
        ('valve = "aortic"', "kind is missing; write one of 'valve'"),
        ('kind = "carotid curve"', "at least 6 windows"),
        ('kind = "baroreflex sensitivity"\nfrom_s = 5\nto_s = 9', "at least 10 s of beats"),
        ('kind = "end-systolic line"\nfrom_s = 5\nto_s = 6', "at least 2 s of beats"),
    ],
)
def test_unknown_analyses_are_refused(tmp_path, analysis, match):
    file = tmp_path / "x.toml"
    file.write_text('name = "x"\ntitle = "X"\nseconds = 20\n[[analyses]]\n' + analysis + "\n")
    with pytest.raises(DataError, match=match):
        read_scenario(file)
