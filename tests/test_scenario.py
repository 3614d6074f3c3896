"""A scenario runs its person, writes what it has, and compares the run with each link cut."""

import numpy as np
import pytest

from heartloop.errors import DataError, ParameterError, UnknownNameError
from heartloop.results import load
from heartloop.scenarios import scenario as module
from heartloop.scenarios.scenario import Scenario, list_scenarios, scenario

FILE = """
name = "weak"
title = "A weak ventricle"
days = 20
[[disease]]
path = "lv.E_max"
to = 1.8
ramp_days = 5
[[cuts]]
name = "kidney"
set = { "kidney.k" = 0.0 }
"""


@pytest.fixture
def weak(toy, tmp_path, monkeypatch):
    """The scenario above, with the toy loop in the place of the person."""
    path = tmp_path / "weak.toml"
    path.write_text(FILE)
    monkeypatch.setattr(Scenario, "_healthy", toy)
    return scenario(path)


def test_a_run_writes_files_that_read_back(weak, tmp_path):
    course = weak.run(progress=False, out=tmp_path / "out")
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert {"course.nc", "course.csv", "course.png", "cuts.csv"} <= names
    assert load(tmp_path / "out" / "course.nc") == course
    assert course.data["lv.E_max"].values[-1] == 1.8 and course.data["lv.E_max"].values[0] == 2.5


def test_the_table_of_cuts_has_a_row_for_each_link(weak):
    table = weak.run(days=10, progress=False).tables["cuts"]
    assert list(table.index) == ["nothing cut", "kidney"]
    assert table.loc["nothing cut", "MAP"] != table.loc["kidney", "MAP"]
    assert set(table["status"]) == {"complete"}


def test_an_interrupted_run_keeps_what_it_has_and_resumes(weak, tmp_path, monkeypatch):
    from heartloop import course as clock

    row, seen = clock._row, []

    def stop_at_ten(w, day, s):
        seen.append(day)
        if day > 10 and stop_at_ten.armed:
            stop_at_ten.armed = False
            raise KeyboardInterrupt
        return row(w, day, s)

    stop_at_ten.armed = True
    monkeypatch.setattr(clock, "_row", stop_at_ten)
    out = tmp_path / "out"
    first = weak.run(progress=False, out=out)
    assert first.status.startswith("interrupted") and "cuts" not in first.tables
    assert float(load(out / "course.nc").data["day"][-1]) <= 10
    seen.clear()
    second = weak.run(progress=False, out=out, resume=True, cuts=False)
    assert second.status == "complete" and min(seen) > 5
    whole = weak.run(progress=False, cuts=False)
    assert float(second.data["MAP"][-1]) == pytest.approx(float(whole.data["MAP"][-1]), rel=1e-3)


def test_wrong_requests_are_refused_before_anything_runs(weak, tmp_path):
    with pytest.raises(DataError, match="name the folder"):
        weak.run(resume=True)
    bad = tmp_path / "bad.toml"
    bad.write_text(FILE.replace("lv.E_max", "lv.E_mx"))
    with pytest.raises(UnknownNameError, match=r"lv\.E_max"):
        scenario(bad).run(progress=False)
    bad.write_text(FILE.replace("kidney.k", "kidny.k"))
    with pytest.raises(UnknownNameError, match=r"Did you mean 'kidney\.k'"):
        scenario(bad).run(progress=False, out=tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()
    with pytest.raises(DataError, match="Cannot write into"):
        weak.run(progress=False, out=bad)
    with pytest.raises(DataError, match="days = -1 must be above zero"):
        weak.run(days=-1)
    with pytest.raises(DataError, match="does not take days"):
        scenario("haemorrhage").run(days=3)


PROTOCOL = """
name = "drive"
title = "A stronger ventricle for 20 s"
seconds = 40
outputs = ["MAP", "HR", "arteries.p"]
[[events]]
kind = "parameter"
path = "lv.E_max"
times = 1.2
start_s = 10
end_s = 30
[[windows]]
name = "baseline"
from_s = 0
to_s = 10
[[windows]]
name = "after"
from_s = 20
to_s = 30
[[windows]]
name = "highest"
from_s = 10
to_s = 40
read = "highest"
"""


@pytest.fixture
def drive(toy, tmp_path, monkeypatch):
    path = tmp_path / "drive.toml"
    path.write_text(PROTOCOL)
    monkeypatch.setattr(Scenario, "_healthy", toy)
    return path


def test_a_protocol_measures_its_windows_against_its_own_baseline(drive, tmp_path):
    run = scenario(drive).run(progress=False, out=tmp_path / "out")
    table = run.tables["protocol"]
    assert list(table["window"]) == ["after"] * 3 + ["highest"] * 3
    assert np.allclose(table["change"], table["response"] - table["baseline"])
    beats = run.beats
    before = beats[(beats["onset"] + 60 / beats["HR"] <= 10)]["MAP"].mean()
    row = table[(table["window"] == "after") & (table["quantity"] == "MAP")].iloc[0]
    assert row["baseline"] == pytest.approx(before, rel=1e-6) and row["change"] > 1 and row["unit"] == "mmHg"
    top = table[(table["window"] == "highest") & (table["quantity"] == "MAP")].iloc[0]
    assert top["response"] >= row["response"]
    stored = load(tmp_path / "out" / "run.nc")
    assert stored == run and (tmp_path / "out" / "protocol.csv").exists() and (tmp_path / "out" / "run.png").exists()


def test_a_set_value_returns_to_the_persons_own(drive, toy):
    there, back = scenario(drive).events(toy)
    assert (there.to, there.start) == (pytest.approx(1.2 * toy["lv.E_max"]), 10)
    assert (back.to, back.start) == (toy["lv.E_max"], 30)


def test_a_protocol_asks_for_what_a_run_has(drive):
    drive.write_text(PROTOCOL.replace('"arteries.p"', '"arteries.pp"'))
    with pytest.raises(UnknownNameError, match=r"no output 'arteries\.pp'\. Did you mean 'arteries\.p'"):
        scenario(drive).run(progress=False)


def test_a_value_out_of_bounds_is_refused_before_the_run(drive):
    drive.write_text(PROTOCOL.replace("times = 1.2", "times = 1e9"))
    with pytest.raises(ParameterError, match=r"lv\.E_max"):
        scenario(drive).run(progress=False)


# -- the person that another scenario leaves --------------------------------------------------------------------------


@pytest.fixture
def later(drive, tmp_path, monkeypatch):
    """A protocol, and what comes before it (the file of `weak`); courses are kept in a folder of the test."""
    monkeypatch.setenv("HEARTLOOP_CACHE", str(tmp_path / "cache"))
    (tmp_path / "weak.toml").write_text(FILE)

    def ask(day=None, earlier=tmp_path / "weak.toml"):
        return scenario(drive, after=str(earlier), day=day)

    return ask


def test_a_protocol_starts_from_the_person_that_a_course_leaves(later, toy, weak):
    person, course = later(10).person(progress=False), weak.run(progress=False, cuts=False)
    at = course.at(10)
    assert np.allclose(person._theta, at._theta, rtol=1e-9) and person["lv.E_max"] == pytest.approx(1.8)
    run = later(10).run(progress=False)
    row = run.tables["protocol"].iloc[0]
    assert row["baseline"] == pytest.approx(at.periodic().summary()["MAP"], rel=1e-3)  # held from then on
    assert row["baseline"] < float(toy.periodic().summary()["MAP"]) - 0.5
    assert person.reference == toy.reference  # drives stay relative to the rest before the disease
    assert later(10).folder == "drive-after-weak-day-10" and later().folder == "drive-after-weak"
    assert later(10).title.endswith("after weak, day 10")


def test_a_course_is_run_once_and_kept(later, weak, monkeypatch):
    days = []
    progress = type(weak.person()).progress

    def counted(model, length, **kw):
        days.append(length)
        return progress(model, length, **kw)

    monkeypatch.setattr("heartloop.model.Model.progress", counted)
    first, again = later(20).person(progress=False), later().person(progress=False)
    assert days == [20] and np.array_equal(first._theta, again._theta)
    assert later(3).person(progress=False)["lv.E_max"] == pytest.approx(2.5 - 0.7 * 3 / 5)
    assert days == [20]


def test_an_interrupted_past_goes_on_where_it_was(later, tmp_path, monkeypatch):
    from heartloop import course as clock

    row, seen = clock._row, []

    def stop_at_ten(w, day, s):
        seen.append(day)
        if day > 10 and len(seen) < 1000:
            seen.extend([day] * 1000)
            raise KeyboardInterrupt
        return row(w, day, s)

    monkeypatch.setattr(clock, "_row", stop_at_ten)
    with pytest.raises(KeyboardInterrupt):
        later(20).person(progress=False)
    assert list((tmp_path / "cache" / "courses").glob("*.json"))
    seen[:] = [99.0] * 1000
    later(20).person(progress=False)
    assert min(seen) > 5 and not list((tmp_path / "cache" / "courses").glob("*.json"))


def test_a_past_that_is_not_there_is_refused(later, drive, tmp_path):
    with pytest.raises(DataError, match="'weak' lasts 20 days; it has no day 21"):
        later(21).person(progress=False)
    with pytest.raises(DataError, match="must be at least 0"):
        later(-1)
    with pytest.raises(DataError, match=r"no scenario 'heart-failur'\. Did you mean 'heart-failure'"):
        later(earlier="heart-failur")
    with pytest.raises(DataError, match="lasts seconds and leaves nobody changed"):
        scenario(drive, after="haemorrhage").person(progress=False)
    with pytest.raises(DataError, match="name the scenario whose person"):
        scenario(drive, day=3)
    circle = tmp_path / "circle.toml"
    circle.write_text(FILE.replace('"weak"', '"circle"') + f'[person.after]\nscenario = "{circle}"\n')
    with pytest.raises(DataError, match="'circle' comes after itself"):
        scenario(circle).person(progress=False)


def test_nobody_is_left_after_decompensation(later, weak, monkeypatch):
    from heartloop.course import Course

    whole = weak.run(progress=False, cuts=False)
    lost = Course(whole.model, whole.data.isel(day=slice(0, 10)), "decompensated on day 2.5: no steady beat", {})
    last = float(lost.data["day"][-1])
    monkeypatch.setattr("heartloop.scenarios.past.kept", lambda *_: lost)
    with pytest.raises(DataError, match=rf"decompensated on day 2\.5: .*nobody on day 15; .* day {last:g}"):
        later(15).person(progress=False)
    with pytest.raises(DataError, match="no last day to start from"):
        later().person(progress=False)
    assert later(1).person(progress=False) is not None


@pytest.mark.usefixtures("later")
def test_a_scenario_of_days_may_follow_another(tmp_path):
    """A therapy begins with the person as the disease left it, and a cut still applies."""
    text = FILE.replace('"weak"', '"better"').replace("to = 1.8", "to = 2.2")
    (tmp_path / "better.toml").write_text(text + f'[person.after]\nscenario = "{tmp_path / "weak.toml"}"\nday = 20\n')
    course = scenario(tmp_path / "better.toml").run(progress=False, cuts=False)
    assert course.data["lv.E_max"].values[[0, -1]] == pytest.approx([1.8, 2.2])


def test_the_list_names_title_and_length():
    table = list_scenarios()
    assert table.loc["heart-failure", "lasts"] == "365 days" and table.loc["haemorrhage", "lasts"] == "1200 s"
    assert module.scenario("healthy").name == "healthy" and "healthy" in repr(scenario("healthy"))
