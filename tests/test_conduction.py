"""A ventricular cell that fires by itself is an ectopic beat of the person."""

import numpy as np
import pytest

import heartloop as hl
from heartloop import views
from heartloop.conduction import _armed, _upstrokes
from heartloop.errors import DataError
from heartloop.results import load
from heartloop.scenarios.scenario import scenario
from heartloop.validation.rhythm import left_beats


@pytest.fixture(scope="module")
def person():
    return hl.human()


def fire(person, wall, at, during=0.12):
    """A short loss of the resting potential in one wall: little IK1, much background sodium current."""
    levels = {"G_K1": 0.02, "G_NaB": 0.01}
    return [
        hl.set_parameter(f"{wall}.cell.{k}", value, start=t)
        for k, low in levels.items()
        for t, value in ((at, low), (at + during, person[f"{wall}.cell.{k}"]))
    ]


def upstrokes(run, wall):
    V, t = run.data[f"{wall}.cell.V"].values, run.data["time"].values
    return t[1:][(V[:-1] < -20) & (V[1:] >= -20)]


@pytest.fixture(scope="module")
def late(person):
    """The left wall fires late in diastole, shortly before the sinus beat is due."""
    return person.solve(6.0, every=0.002, events=fire(person, "lv", 2.5))


def test_a_wall_that_fires_is_listed_with_time_cause_and_coupling(person, late):
    assert len(late.events) == 1
    event = late.events.iloc[0]
    assert event["wall"] == "lv" and event["cause"] == "spontaneous"
    ups = upstrokes(late, "lv")
    assert np.min(np.abs(ups - event["time"])) < 0.003  # a sample of the run
    before = ups[ups < event["time"] - 0.1][-1]
    assert event["coupling"] == pytest.approx(event["time"] - before, abs=0.003)
    assert event["crossed"] == pytest.approx(event["time"] + person["pacing.t_across"], abs=1e-9)
    assert late.beats["ectopic"].tolist().count(1.0) == 1
    assert "ectopic" not in late.summary()


def test_the_upstroke_is_placed_between_the_samples(person, late):
    coarse = person.solve(3.5, every=0.05, events=fire(person, "lv", 2.5)).events
    assert coarse.iloc[0]["time"] == pytest.approx(late.events.iloc[0]["time"], abs=5e-4)


@pytest.mark.parametrize(("wall", "other"), [("lv", "rv"), ("rv", "lv")])
def test_the_impulse_crosses_to_the_other_wall(person, wall, other):
    run = person.solve(3.2, every=0.002, events=fire(person, wall, 2.4))
    event = run.events.iloc[0]
    assert event["wall"] == wall
    answer = upstrokes(run, other)
    assert np.min(np.abs(answer - event["crossed"])) < 0.012  # stimulus to upstroke
    alone = person.solve(3.2, every=0.002, events=fire(person, wall, 2.4), conduct=False)
    assert len(alone.events) == 0
    assert np.min(np.abs(upstrokes(alone, other) - event["crossed"])) > 0.1
    assert np.min(np.abs(upstrokes(alone, other) - 2.712)) < 0.012 < np.min(np.abs(answer - 2.712))  # node closed


def test_the_pause_after_it_is_compensatory_and_the_next_beat_potentiated(late):
    ups = upstrokes(late, "lv")
    at = late.events.iloc[0]["time"]
    i = int(np.argmin(np.abs(ups - at)))
    normal = ups[i - 1] - ups[i - 2]
    assert ups[i] - ups[i - 1] < 0.9 * normal and ups[i + 1] - ups[i] > 1.1 * normal
    # the sinus node went on: two cycles from the beat before to the beat after, but for reflex and conduction delay
    assert ups[i + 1] - ups[i - 1] == pytest.approx(2 * normal, abs=0.02)
    beats = late.beats.set_index("onset")
    row = int(np.flatnonzero(beats["ectopic"])[0])
    sv = beats["SV"].to_numpy()
    assert min(sv[row], sv[row + 1]) < 0.5 * sv[0] and max(sv[row + 1 : row + 3]) > 1.1 * sv[0]


def test_an_ectopic_stimulus_crosses_as_well_and_a_refractory_wall_is_not_reached(person):
    run = person.solve(3.0, every=0.002, events=[hl.ectopic(1.55, gate="lv_onset")])
    event = run.events.iloc[0]
    assert len(run.events) == 1 and event["cause"] == "stimulus" and event["crossed"] == pytest.approx(1.60, abs=0.01)
    both = person.solve(3.0, events=[hl.ectopic(1.55)])  # both ventricles at once: one beat
    assert len(both.events) == 1 and both.events["crossed"].isna().all()
    assert both.beats["ectopic"].tolist() == [0.0, 1.0, 0.0]


def test_a_quiet_person_has_no_ectopic_beats_and_the_same_run(person):
    start = person.periodic().x  # each call of `periodic` refines the beat: both runs need the same last digit
    a, b = (person.solve(4.0, conduct=conduct, start=start) for conduct in (True, False))
    assert len(a.events) == 0 and (a.beats["ectopic"] == 0).all()
    assert a.data.equals(b.data.assign_attrs(a.data.attrs))


def test_events_of_a_run_read_back(late, tmp_path):
    stored = load(late.save(tmp_path / "run.nc"))
    assert stored.tables["ectopic"].equals(late.events)


# -- a beat that no event sets --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def triggered():
    """The run of the scenario, and the same with walls that do not excite each other."""
    case = scenario("triggered-beats")
    run = case.run(progress=False)
    alone = run.model.solve(case.spec.seconds, every=0.005, events=case.events(run.model), conduct=False)
    return run, alone


def test_a_wall_fires_by_itself_in_the_pause_after_a_fast_rhythm(triggered):
    run, alone = triggered
    assert run.status == "complete" and len(run.events)
    assert set(run.events["cause"]) == {"spontaneous"} and set(run.events["wall"]) == {"rv"}
    first = run.events.iloc[0]
    assert first["time"] > 17 and 0.5 < first["coupling"] < 1.0  # after the pacing and the twitch, before the node
    assert len(upstrokes(alone, "rv")) > len(upstrokes(alone, "lv"))  # the right wall fires, nothing leads it across


def test_the_exchanger_carries_a_release_before_the_upstroke(triggered):
    run, _ = triggered
    at = run.events["time"].iloc[0]
    before = run.data.sel(time=slice(at - 0.4, at - 0.01))
    Ca, V, load = (before[f"rv.cell.{k}"].values for k in ("Ca_i", "V", "SR_load"))
    low = int(np.argmin(Ca))
    assert Ca[low:].max() > 1.2 * Ca[low] and V[-1] > V[low] + 10 and load[-1] < load.max()
    load = run.data["rv.cell.SR_load"]
    assert load.sel(time=slice(16.5, 17.5)).max() > 1.1 * load.sel(time=slice(0, 2)).max()


def test_the_triggered_beat_reaches_the_other_ventricle_and_gives_it_less_pressure(triggered):
    run, alone = triggered
    first = run.events.iloc[0]
    brought, due = left_beats(run, first["time"])[0], left_beats(alone, first["time"])[0]
    assert 0 < brought.start - first["crossed"] < 0.015 and brought.start < due.start - 0.3  # forestalls it
    assert brought.pulse < 0.85 * due.pulse and brought.stroke < 0.85 * due.stroke


def test_the_node_goes_on_under_a_triggered_beat_and_is_conducted_only_once_it_has_recovered(triggered):
    run, alone = triggered
    at = run.events["time"].iloc[0]
    node, free = (r.beats["onset"][r.beats["onset"] > at].iloc[0] for r in (run, alone))
    assert node == pytest.approx(free, abs=0.05)  # not reset: the pause is compensatory, or the beat interpolated
    answered = [bool(np.any((upstrokes(r, "lv") > node) & (upstrokes(r, "lv") < node + 0.3))) for r in (run, alone)]
    assert answered == [node - at > run.model["pacing.t_closed"], True]


def test_triggered_beats_have_their_figure(triggered):
    run, alone = triggered
    fig = views.plot_ectopic(run)
    assert len(fig.axes) == 5 and {line.get_label() for line in fig.axes[0].lines} >= {"left", "right"}
    with pytest.raises(DataError, match="No beat of this run started in a ventricle"):
        views.plot_ectopic(alone)


def test_only_a_repolarized_wall_has_an_upstroke():
    V = np.array([-85.0, -85.0, 10.0, 0.0, -30.0, 5.0, -40.0, -70.0, -50.0, 20.0])
    assert _upstrokes(V, armed=True) == [1, 8]  # the rise from -30 mV is an early afterdepolarization
    assert _upstrokes(V[4:], armed=False) == [4]
    assert not _armed(V, True) and _armed(V[:8], False) and not _armed(V[4:7], False)
