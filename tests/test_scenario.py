"""A scenario runs its person, writes what it has, and compares the run with each link cut."""

import pytest

from heartloop.errors import DataError, UnknownNameError
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


def test_the_list_names_title_and_length():
    table = list_scenarios()
    assert table.loc["heart-failure", "lasts"] == "365 days" and table.loc["haemorrhage", "lasts"] == "1200 s"
    assert module.scenario("healthy").name == "healthy" and "healthy" in repr(scenario("healthy"))
