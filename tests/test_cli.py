"""The command line: what it prints, and that a mistake costs one line and exit code 2."""

import json
import subprocess
import sys

import pytest

from heartloop.cli import _clean, main

COMMANDS = ("rest", "scenarios", "run", "cell", "fit", "sensitivity", "validate", "bench")


def call(capsys, *words):
    code = main(words)
    out = capsys.readouterr()
    return code, out.out, out.err


def test_help_lists_every_command(capsys):
    code, out, _ = call(capsys, "--help")
    assert code == 0 and all(c in out for c in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_offers_json(capsys, command):
    code, out, _ = call(capsys, command, "--help")
    assert code == 0 and "--json" in out


def test_scenarios_are_listed(capsys):
    code, out, _ = call(capsys, "scenarios", "--json")
    names = [s["name"] for s in json.loads(out)["scenarios"]]
    assert code == 0 and {"healthy", "heart-failure", "serca-loss"} <= set(names)
    code, out, _ = call(capsys, "scenarios")
    assert code == 0 and "heart-failure" in out


BAD = [
    (("rest", "--sex", "other"), "not one of male, female, both"),
    (("run", "heart-failur"), "Did you mean 'heart-failure'"),
    (("run", "nowhere.toml"), "There is no scenario file nowhere.toml"),
    (("run", "heart-failure", "--days", "-3"), "days = -3"),
    (("run", "atropine", "--after", "heart-failur"), "Did you mean 'heart-failure'"),
    (("run", "atropine", "--after", "heart-failure", "--day", "400"), "lasts 365 days; it has no day 400"),
    (("run", "atropine", "--day", "30"), "name the scenario whose person"),
    (("fit", "nobody.csv", "--id", "a"), "There is no patient file nobody.csv"),
    (("fit", "rhc_transplant.csv", "--id", "tx-1"), "Did you mean 'tx-01'"),
    (("fit", "rhc_transplant.csv", "--co", "echo"), "choose 'fick' or 'td'"),
    (("cell", "--rate", "60"), "outside 0.05..5 Hz"),
    (("cell", "--kind", "compcat"), "Did you mean 'compact'"),
    (("cell", "--state", "sick"), "sick"),
    (("cell", "--protocol", "quiecence"), "Did you mean 'quiescence'"),
    (("cell", "--out", "somewhere"), "--protocol"),
    (("sensitivity", "--of", "EFF"), "Did you mean 'EF'"),
    (("sensitivity", "--to", "cell.sercca"), "Did you mean"),
    (("sensitivity", "--method", "guess"), "guess"),
]


@pytest.mark.parametrize(("words", "says"), BAD, ids=[" ".join(w) for w, _ in BAD])
def test_a_mistake_costs_one_line_and_exit_code_2(capsys, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    code, out, err = call(capsys, *words)
    assert code == 2 and out == "" and "Traceback" not in err
    lines = err.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("heartloop: ") and says in lines[0]
    assert list(tmp_path.iterdir()) == []  # nothing half-written


def test_a_mistake_with_json_is_json(capsys):
    code, out, _ = call(capsys, "run", "nothing", "--json")
    assert code == 2 and "scenario 'nothing'" in json.loads(out)["error"]


def test_an_unknown_command_or_option_is_a_usage_error(capsys):
    assert call(capsys, "rset")[0] == 2
    assert call(capsys, "rest", "--jsn")[0] == 2
    assert call(capsys, "run")[0] == 2


def test_json_has_no_nan():
    import numpy as np

    cleaned = _clean({"a": np.array([1.0, np.nan]), "b": np.float64("inf"), "c": np.int64(2), "d": (True, None)})
    assert cleaned == {"a": [1.0, None], "b": None, "c": 2, "d": [True, None]}


def test_rest_prints_a_verdict_for_every_row(capsys):
    code, out, _ = call(capsys, "rest", "--json", "--sex", "male")
    found = json.loads(out)["male"]
    assert code == 0 and len(found["rows"]) >= 25
    for row in found["rows"]:
        within = row["model"] is not None and row["low"] <= row["model"] <= row["high"]
        assert row["verdict"] == ("pass" if within else "fail")
        assert row["source"] and row["mark"]


def test_run_writes_its_folder_and_the_file_reads_back(capsys, tmp_path):
    from heartloop.results import load

    code, out, _ = call(capsys, "run", "heart-failure", "--days", "2", "--no-cuts", "--out", str(tmp_path), "--json")
    assert code == 0
    names = {p.name for p in tmp_path.iterdir()}
    assert {"course.nc", "course.csv", "course.png", "slow.png"} <= names
    answer, stored = json.loads(out), load(tmp_path / "course.nc")
    assert stored.kind == "Course" and answer["status"] == "complete"
    assert stored.summary()["EF"] == pytest.approx(answer["summary"]["EF"])
    assert float(stored.data["day"][-1]) == 2


def test_cell_prints_a_settled_beat(capsys):
    code, out, _ = call(capsys, "cell", "--json")
    summary = json.loads(out)["summary"]
    assert code == 0 and summary["Ca_peak"] > summary["Ca_dia"] > 0
    code, out, _ = call(capsys, "cell", "--rate", "2")
    assert code == 0 and "2 Hz" in out and "nmol/L" in out


@pytest.mark.parametrize("protocol", ["force-frequency", "alternans", "post-rest", "agonist", "quiescence"])
def test_cell_runs_a_protocol_of_the_bench_and_keeps_table_and_figure(capsys, tmp_path, protocol):
    code, out, _ = call(capsys, "cell", "--protocol", protocol, "--out", str(tmp_path), "--json")
    answer = json.loads(out)
    assert code == 0 and answer["protocol"] == protocol
    assert {f"{protocol}.csv", f"{protocol}.png"} == {p.name for p in tmp_path.iterdir()}
    assert answer["verdict"] == "silent" if protocol == "quiescence" else len(answer["rows"]) > 2


def test_ctrl_c_keeps_what_was_reached_and_says_how_to_go_on(capsys, tmp_path, monkeypatch, toy):
    from heartloop import course as clock
    from heartloop.results import load
    from heartloop.scenarios.scenario import Scenario

    row = clock._row

    def stop(w, day, s):
        if day > 3:
            raise KeyboardInterrupt
        return row(w, day, s)

    monkeypatch.setattr(Scenario, "_healthy", toy)
    monkeypatch.setattr(clock, "_row", stop)
    file = tmp_path / "slow.toml"
    file.write_text('name = "slow"\ntitle = "S"\ndays = 10\n[[disease]]\npath = "lv.E_max"\nto = 2.0\nramp_days = 5\n')
    code, out, err = call(capsys, "run", str(file), "--out", str(tmp_path / "out"))
    assert code == 130 and "go on with --resume" in err and "interrupted" in out
    assert 0 < float(load(tmp_path / "out" / "course.nc").data["day"][-1]) <= 3
    monkeypatch.setattr(clock, "_row", row)
    code, out, _ = call(capsys, "run", str(file), "--out", str(tmp_path / "out"), "--resume")
    assert code == 0 and "complete" in out


def test_fit_and_sensitivity_print_their_tables(capsys, tmp_path, monkeypatch, toy):
    import heartloop

    monkeypatch.setitem(vars(heartloop), "human", lambda **_: toy)
    file = tmp_path / "p.csv"
    file.write_text("patient_id,sbp_mmhg,dbp_mmhg\na,118,74\n")
    words = ("fit", str(file), "--free", "systemic.R,arteries.C", "--out", str(tmp_path / "out"))
    code, out, _ = call(capsys, *words, "--json")
    found = json.loads(out)
    assert code == 0 and [r["quantity"] for r in found["residuals"]] == ["SBP", "DBP"]
    assert all(abs(r["relative"]) < 0.01 for r in found["residuals"])
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"beat.nc", "residuals.csv", "parameters.csv"}
    code, out, _ = call(capsys, *words)
    assert code == 0 and "systemic.R" in out and "converged" in out
    code, out, _ = call(capsys, "sensitivity", "--of", "EF,MAP", "--to", "systemic.R,lv.E_max", "--json")
    rows = json.loads(out)["rows"]
    assert code == 0 and len(rows) == 2 and {"EF", "MAP"} <= set(rows[0])


def test_bench_measures_the_error_it_times(capsys, monkeypatch, toy):
    from heartloop.scenarios import bench

    monkeypatch.setattr(bench, "human", lambda: toy)
    monkeypatch.setattr(bench, "OUTPUTS", ("MAP",))
    code, out, _ = call(capsys, "bench", "--no-start", "--json")
    values = {r["what"]: r["value"] for r in json.loads(out)["rows"]}
    assert code == 0 and values["error of a beat at rtol 1e-06"] < values["error of a beat at rtol 0.001"]
    assert any(what.startswith("gradient") and v > 0 for what, v in values.items())


def test_python_m_heartloop_is_the_same_command():
    out = subprocess.run([sys.executable, "-m", "heartloop", "scenarios"], capture_output=True, text=True, check=True)
    assert "healthy" in out.stdout
