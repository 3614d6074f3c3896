"""What `heartloop validate` runs: the list of groups, verdicts, errors as rows, exit codes, and the slow modes."""

import csv
import json
import math
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import heartloop as hl
from heartloop import validation
from heartloop.cli import main
from heartloop.course import slow_jacobian
from heartloop.errors import ConvergenceError, UnknownNameError
from heartloop.validation import (
    GROUPS,
    Row,
    Setting,
    balance,
    choose,
    failing_protocols,
    links,
    perturb_return,
    protocols,
    run,
    slow_error,
)
from heartloop.validation.row import INF, reported


class Good:
    name, doc, cost, when = "good", "holds", 1, "quick"

    def rows(self, _):
        yield Row("p", "q", 1, 2, 1.5, "mmHg", "Ursino1998")


class Bad(Good):
    name, when = "bad", "full"

    def rows(self, _):
        yield Row("p", "first", 0, 1, 0.5)
        raise ConvergenceError("no steady\nbeat")


@pytest.fixture
def toys(monkeypatch, tmp_path):
    monkeypatch.setattr(validation, "GROUPS", (Bad(), Good()))
    monkeypatch.chdir(tmp_path)


def test_every_group_is_a_module_with_rows_and_every_module_is_a_group():
    files = {p.stem for p in Path(validation.__file__).parent.glob("*.py")} - {"__init__", "row", "balance"}
    assert {g.name for g in GROUPS} == files
    for g in GROUPS:
        module = import_module(f"heartloop.validation.{g.name}")
        assert callable(module.rows) and g.doc and g.cost > 0 and g.when in ("quick", "full", "named")


def test_the_quick_set_is_quick_and_long_groups_must_be_named():
    assert sum(g.cost for g in choose(quick=True)) < 60
    assert {"links", "patient"}.isdisjoint(g.name for g in choose())
    assert [g.name for g in choose(["links"])] == ["links"]
    with pytest.raises(UnknownNameError, match="Did you mean 'slow_error'"):
        choose(["slow_eror"])


def test_verdict_and_target_of_a_row():
    assert Row("p", "q", 1, 2, 2.0).verdict == "pass" and Row("p", "q", 1, 2, 2.1).verdict == "fail"
    assert Row("p", "q", -INF, INF, math.nan).verdict == "fail"
    assert reported("p", "CPU time", 99, "s", high=60).verdict == "reported"
    assert Row("p", "q", 1, 2, 0, "mmHg").target == "1 to 2 mmHg"
    assert Row("p", "q", -INF, 2, 0).target == "at most 2" and Row("p", "q", 1, INF, 0).target == "at least 1"


def test_an_error_is_a_failing_row_and_the_rest_still_run():
    found = run([Bad(), Good()])
    assert [r.verdict for r in found] == ["pass", "fail", "pass"]
    assert found[1].protocol == "bad" and found[1].quantity == "ConvergenceError: no steady beat"


@pytest.mark.usefixtures("toys")
def test_the_command_prints_writes_and_fails_with_a_failing_row(capsys):
    assert main(["validate"]) == 1
    out = capsys.readouterr().out
    assert "2 of 3 pass" in out and "no steady beat" in out
    rows = list(csv.DictReader(Path("heartloop-output/validation/validation.csv").open()))
    assert [r["group"] for r in rows] == ["bad", "bad", "good"] and rows[2]["target"] == "1 to 2 mmHg"
    assert main(["validate", "--quick", "--out", "here", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["passed"] == answer["of"] == 1 and answer["rows"][0]["verdict"] == "pass"
    assert Path("here/validation.csv").exists()


def test_an_unknown_group_is_one_line_and_leaves_nothing(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["validate", "orbitt"]) == 2
    assert "Did you mean 'orbit'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_groups_are_listed(capsys):
    assert main(["validate", "--list"]) == 0
    out = capsys.readouterr().out
    assert all(g.name in out for g in GROUPS)


# -- links ------------------------------------------------------------------------------------------------------------


def test_couplings_are_assumed_strengths_and_move_inside_their_bounds():
    person = hl.human()
    found = links.couplings(person)
    assert len(found) >= 30 and {"ros.a_w", "fibrosis.r_death", "autonomic.Wf_heart", "volume.f_c"} <= set(found)
    table = person.parameters
    for path in found:
        assert "assumed" in table.loc[path, "source"] or "choice" in table.loc[path, "source"]
        assert not any(word in table.loc[path, "doc"] for word in ("rounding", "dead zone", "time constant"))
        for _, value in links.moves(person, path):
            assert table.loc[path, "low"] <= value <= table.loc[path, "high"]


ENDS = dict(zip(links.RESOLVED, (0.3, 200.0, 20.0, 2.3, 85.0, 92.0), strict=True))


def test_finished_courses_are_read_back_and_those_of_another_model_are_not(tmp_path):
    file = tmp_path / "links.csv"
    numbers = ",".join(map(str, ENDS.values()))
    lines = [",".join(links.FIELDS), f"k1,ros.a_w,0.7,0.84,growth,{numbers},365,complete,20",
             f"k2,a,1.3,1,b,{numbers},1,x,1", "k1,a,1.3,1,b,,,,,,,0,lost,1", ""]  # fmt: skip
    file.write_text("\n".join(lines))
    assert links._read(file, "k1") == {("ros.a_w", 0.7, "growth"): ENDS}
    setting = Setting(folder=tmp_path)
    assert links._run([("ros.a_w", 0.7, 0.84, "growth")], "k1", setting) == {("ros.a_w", 0.7, "growth"): ENDS}


def test_a_flipped_sign_fails_its_cut_and_names_the_coupling(monkeypatch):
    cuts = [c.name for c in hl.scenario("heart-failure").spec.cuts]

    def fake(jobs, *_):
        """Cuts raise EF by 0.1 and wedge pressure by less than is resolved; one of them turns with one coupling."""
        flips = ("ros.a_w", 1.3, "growth")
        ef = {(p, f, c): 0.3 if c == links.CLOSED else 0.2 if (p, f, c) == flips else 0.4 for p, f, _, c in jobs}
        return {k: ENDS | {"EF": v, "PCWP": 20 + 5 * (v - 0.3)} for k, v in ef.items()}

    monkeypatch.setattr(links, "_run", fake)
    found = list(links.sweep(["ros.a_w"], Setting()))
    failing = [r for r in found if r.verdict == "fail"]
    assert [(r.protocol, r.model) for r in failing] == [("cut: growth", 1)]
    assert [(r.protocol, r.quantity[:2]) for r in found if "ros.a_w" in r.quantity] == [("cut: growth", "EF")]
    assert len({r.protocol for r in found}) == len(cuts)  # less the one that holds three links at once, plus "links"


# -- protocols --------------------------------------------------------------------------------------------------------


def test_a_response_counts_within_two_errors_or_thirty_percent():
    assert protocols.about(-15.0, "mmHg", 4.0) == (-23.0, -7.0)
    assert protocols.about(-20.0, "mmHg") == (-26.0, -14.0)
    assert protocols.about(8.0, "1/min") == (5.0, 11.0)  # 30 % would be less than what counts at all
    assert protocols.about(0.0, "mL") == (-5.0, 5.0)


def test_a_protocol_is_compared_as_change_from_its_own_baseline():
    class Run:
        tables = {
            "protocol": pd.DataFrame(
                [("lost", "MAP", "mmHg", 80.0, -15.0), ("lost", "HR", "1/min", 71.0, 1.0)],
                columns=["window", "quantity", "unit", "response", "change"],
            )
        }

    found = list(protocols.compared("p", Run(), "lost", {"MAP": (-14.0, None), "HR": (8.0, None)}, "x"))
    assert [r.verdict for r in found] == ["pass", "fail"] and found[0].model == -15.0
    found = list(protocols.directed("p", Run(), "lost", {"MAP": -1, "HR": -1}))
    assert [r.verdict for r in found] == ["pass", "fail"]


def test_the_balances_of_a_run_close_and_notice_a_millilitre():
    events = [hl.bleed(20, over=3, start=1.0), hl.infuse(15, over=2, start=2.5)]
    events.append(hl.set_parameter("lungs.FiO2", 0.15, 2))
    made = hl.human().solve(6, every=0.01, events=events)
    rows = list(balance.balances("p", made, events))
    assert [r.verdict for r in rows] == ["pass"] * 3 and all(r.model < 1e-7 for r in rows)
    assert [r.verdict for r in balance.balances("p", made, events[:1])] == ["fail"] * 3  # the infusion is left out
    for path, row in (("lv.V", 0), ("systemic_tissue.O2", 1), ("lungs.PACO2", 2)):
        made.x[made.model._c.index[path]] += 1.0
        assert [r.verdict for r in balance.balances("p", made, events)][row] == "fail", path
        made.x[made.model._c.index[path]] -= 1.0


def test_the_failing_person_of_the_rows_is_the_one_of_day_365(monkeypatch):
    asked = []
    monkeypatch.setattr("heartloop.scenarios.scenario.Scenario.left", lambda s, day, **_: asked.append((s.name, day)))
    failing_protocols.subject("failing")
    assert asked == [("heart-failure", 365.0)]


def test_disturbances_end_where_they_began():
    person = hl.human()
    for name, (end, events) in perturb_return.disturbances(person).items():
        last = {e.path: e.to for e in sorted(events, key=lambda e: e.start)}
        assert all(to == person[path] for path, to in last.items()), name
        assert max(e.start for e in events) == end


# -- slow clock -------------------------------------------------------------------------------------------------------


def test_slow_rates_of_an_orbit_are_those_of_plain_beats(toy):
    error, path = slow_error.rate_error(toy.periodic(rtol=1e-6))
    assert error < 1e-3 and path in toy._c.slow_paths


# -- slow modes -------------------------------------------------------------------------------------------------------


def test_slow_modes_are_the_eigenvalues_with_their_states():
    person = hl.human()
    beat = person.periodic()
    modes = beat.slow_modes()
    values = np.linalg.eigvals(slow_jacobian(beat))
    assert np.allclose(np.sort(modes["rate"].astype(float)), np.sort(values.real), atol=1e-9)
    assert modes["rate"].is_monotonic_decreasing
    lasting = modes[modes["irreversible"].astype(bool)]
    assert sorted(lasting["states"]) == sorted(person.slow.index[~person.slow["reversible"]])
    assert np.all(np.isinf(lasting["time_constant"].astype(float)))
    rest = modes[~modes["irreversible"].astype(bool)]
    assert np.allclose(rest["time_constant"] * rest["rate"], -1)
    # alone at rest, a state returns with its own time constant
    chemo = modes[modes["states"] == "chemoreflex.sensitivity"].iloc[0]
    assert chemo["time_constant"] == pytest.approx(person["chemoreflex.tau_c"], rel=1e-3)


def test_a_model_without_slow_states_has_no_slow_modes():
    assert len(hl.myocyte().periodic().slow_modes()) == 0
