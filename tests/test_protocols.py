"""What clinicians do to a person, as scenarios: directions, identities, refusals. Numbers against data: validation."""

import numpy as np
import pytest

import heartloop as hl
from heartloop.errors import DataError, EventError, ParameterError
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
    assert fired[i] - fired[i - 1] == pytest.approx(0.45, abs=0.01)
    assert fired[i + 1] - fired[i - 1] == pytest.approx(2 * 60 / 70, abs=0.01)


def test_both_ventricles_answer_to_an_ectopic_beat(results):
    d = results("ectopic-beat").data.sel(time=slice(10.86, 10.93))
    assert float(d["lv.cell.V"].max()) > 0 and float(d["rv.cell.V"].max()) > 0


def test_the_beat_after_the_pause_is_stronger(results):
    run = results("ectopic-beat")
    assert change(run, "post-extrasystolic beat", "SV") > 8
    assert change(run, "post-extrasystolic beat", "LVEDV") > 2
    assert abs(change(run, "later", "SV")) < 3


def test_an_ectopic_beat_in_a_slow_rhythm_is_interpolated(person):
    """The node has recovered when the next sinus impulse comes: no beat is lost."""
    slow = person.with_({"pacing.HR_rest": 45.0, "autonomic.vagal_efferent": 0.0, "autonomic.efferent_heart": 0.0})
    without = firings(slow.solve(8, every=0.005))
    fired = firings(slow.solve(8, every=0.005, events=[hl.ectopic(float(without[3]) + 0.4)]))
    assert len(fired) == len(without) + 1


def test_a_stimulus_in_the_refractory_period_changes_no_rhythm(person):
    without = firings(person.solve(6, every=0.005))
    fired = firings(person.solve(6, every=0.005, events=[hl.ectopic(float(without[3]) + 0.15)]))
    assert len(fired) == len(without) and np.allclose(fired, without, atol=0.03)


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
    for key in ("SV", "LVEDV", "LVEDP"):
        assert change(run, "148 per minute", key) < change(run, "121 per minute", key) < 0, key
    assert change(run, "121 per minute", "dPdt_max") > 0  # the force-frequency relation


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
    assert table["slope over Ees"] > 1  # the reflexes wake while the ventricle empties


# -- impossible protocols ---------------------------------------------------------------------------------------------

HEAD = 'name = "x"\ntitle = "X"\nseconds = 20\n[[events]]\n'


@pytest.mark.parametrize(
    ("event", "match"),
    [
        ('kind = "bleed"\nvolume_ml = 5000', "volume_ml: 5000 must be at most 4000"),
        ('kind = "infusion"\nvolume_ml = 0', "volume_ml: 0 must be above 0"),
        ('kind = "bleed"\nvolume_ml = nan', "must be finite"),
        ('kind = "pacing"\nrate_bpm = 10', "rate_bpm: 10 must be at least 30"),
        ('kind = "ectopic"\nat_s = -1', "at_s: -1 must be at least 0"),
        ('kind = "parameter"\npath = "aortic_valve.M_st"\nto = 0', r"aortic_valve\.M_st.*outside"),
        ('kind = "parameter"\npath = "mitral_valve.M_rg"\nto = 2', r"mitral_valve\.M_rg.*outside"),
        ('kind = "parameter"\npath = "pericardium.fluid"\nto = -50', r"pericardium\.fluid.*outside"),
        ('kind = "parameter"\npath = "venous_return.R"\ntimes = -1', r"venous_return\.R.*outside"),
    ],
)
def test_impossible_protocols_are_refused_with_the_place(tmp_path, monkeypatch, person, event, match):
    monkeypatch.setattr(Scenario, "_healthy", person)
    file = tmp_path / "x.toml"
    file.write_text(HEAD + event + "\n")
    with pytest.raises((DataError, ParameterError, EventError), match=match):
        scenario(file).run(progress=False)


@pytest.mark.parametrize(
    ("analysis", "match"),
    [
        ('kind = "valve"\nvalve = "aortal"', "'aortal' is not one of 'aortic'"),
        ('kind = "valv"\nvalve = "aortic"', "Did you mean 'valve'"),
        ('valve = "aortic"', "kind is missing; write one of 'valve'"),
        ('kind = "end-systolic line"\nfrom_s = 5\nto_s = 6', "at least 2 s of beats"),
    ],
)
def test_unknown_analyses_are_refused(tmp_path, analysis, match):
    file = tmp_path / "x.toml"
    file.write_text('name = "x"\ntitle = "X"\nseconds = 20\n[[analyses]]\n' + analysis + "\n")
    with pytest.raises(DataError, match=match):
        read_scenario(file)
