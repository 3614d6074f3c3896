"""Patient and scenario files: good ones are read, wrong ones are refused with a sentence that helps."""

from pathlib import Path

import pytest

from heartloop.errors import DataError
from heartloop.events import set_parameter
from heartloop.scenarios import files
from heartloop.scenarios.files import ParameterCourse, patient_ids, read_patient, read_scenario
from heartloop.scenarios.patients import COLUMNS, TEXT_COLUMNS

HEAD = "patient_id,sex,weight_kg,height_cm,hr_bpm,sbp_mmhg,dbp_mmhg,pa_sys_mmhg,pa_dia_mmhg,pcwp_mmhg,co_l_min"
ROW = "a-1,female,70,165,72,120,75,25,10,9,5.1"


def write(tmp_path, text, name="patients.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def changed(**cells):
    """The good file with some cells of its only row replaced."""
    names = HEAD.split(",")
    row = dict(zip(names, ROW.split(","), strict=True)) | cells
    return HEAD + "\n" + ",".join(row[n] for n in names) + "\n"


# -- patients that are read -------------------------------------------------------------------------------------------


def test_a_patient_is_read_under_summary_keys(tmp_path):
    p = read_patient(write(tmp_path, changed()), id="a-1")
    assert p.measured == {
        "HR": 72, "SBP": 120, "DBP": 75, "PAP_sys": 25, "PAP_dia": 10, "PCWP": 9, "CO": 5.1,
    }  # fmt: skip
    assert (p.sex, p.weight_kg, p.height_cm, p.denervated) == ("female", 70, 165, False)
    assert p.sd["HR"] == 3 and p.sd["CO"] == pytest.approx(1.02)
    assert set(p.sd) == set(p.measured)
    assert "a-1" in repr(p)


def test_the_shipped_transplant_patient_is_complete():
    p = read_patient("rhc_transplant.csv")
    assert p.id == "tx-01" and p.denervated and p.measured["RV_min"] == 4 and p.measured["CO"] == 7.34
    assert any("41 %" in n for n in p.notes) and any("pulmonary valve" in n for n in p.notes)
    assert any("imputed" in n for n in p.notes)


def test_the_method_of_cardiac_output_can_be_switched():
    fick, td = (read_patient("rhc_transplant.csv", "tx-01", co=m) for m in ("fick", "td"))
    assert (fick.measured["CO"], td.measured["CO"]) == (7.34, 10.33)
    assert fick.sd["CO"] == pytest.approx(0.2 * 7.34) and td.sd["CO"] == pytest.approx(0.1 * 10.33)
    assert td.co_methods == {"fick": 7.34, "td": 10.33}


def test_units_of_the_file_become_units_of_the_summary(tmp_path):
    text = "patient_id,hr_bpm,lvef_percent,svr_dyn_s_cm5,ra_echo_class_mmhg,mv_decel_time_ms\nx,70,57.5,1200,8,180\n"
    p = read_patient(write(tmp_path, text))
    assert p.measured == {"HR": 70, "EF": pytest.approx(0.575)}
    assert p.derived == {"SVR": pytest.approx(15.0)}  # Wood units, never scored
    assert p.intervals == {"RAP_mean": (5, 10)} and p.other == {"mv_decel_time": 180}


def test_an_empty_cell_means_not_measured(tmp_path):
    p = read_patient(write(tmp_path, changed(pcwp_mmhg="", sex="", weight_kg="")))
    assert "PCWP" not in p.measured and p.sex is None and p.weight_kg is None


def test_a_byte_order_mark_and_blank_lines_do_not_matter(tmp_path):
    assert patient_ids(write(tmp_path, "\ufeff" + changed() + "\n\n")) == ["a-1"]


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        ({"pcwp_mmhg": "14"}, "wedge pressure"),
        ({"pa_sys_mmhg": "20"}, None),
    ],
)
def test_conflicts_inside_a_record_are_named(tmp_path, cells, note):
    notes = read_patient(write(tmp_path, changed(**cells))).notes
    assert any(note in n for n in notes) if note else notes == ()


# -- patient files that are refused -----------------------------------------------------------------------------------

BAD_CELLS = [
    ({"sbp_mmhg": "16"}, "Is it in kPa? .* mmHg (120)"),
    ({"pcwp_mmhg": "-3"}, "cannot be negative"),
    ({"sbp_mmhg": "70"}, "not above dbp_mmhg = 75. Are the two columns swapped"),
    ({"pa_sys_mmhg": "9"}, "not above pa_dia_mmhg"),
    ({"hr_bpm": "7o"}, "row 2 ('a-1'), column hr_bpm: '7o' is not a number"),
    ({"hr_bpm": "nan"}, "not finite"),
    ({"hr_bpm": "inf"}, "not finite"),
    ({"hr_bpm": "1.2"}, "Is it in Hz"),
    ({"hr_bpm": "400"}, "outside the possible range 25 to 220"),
    ({"co_l_min": "5100"}, "Is it in mL/min"),
    ({"co_l_min": "0.085"}, "Is it in L/s"),
    ({"height_cm": "1.65"}, "Is it in m? .* cm (165)"),
    ({"weight_kg": "0"}, "outside the possible range"),
    ({"sex": "woman"}, "'woman' is not one of male, female"),
]
BAD_FILES = [
    ("", "is empty"),
    (HEAD + "\n", "holds no patient"),
    (HEAD.replace(",", ";") + "\n", "separated by semicolons"),
    (HEAD.replace("hr_bpm", "hr") + "\n" + ROW, "the column 'hr' is not known. Did you mean 'hr_bpm'"),
    (HEAD.replace("sbp_mmhg", "sbp_kpa") + "\n" + ROW, "'sbp_kpa' is not known. Did you mean 'sbp_mmhg'"),
    (HEAD.replace("hr_bpm", "shoe_size") + "\n" + ROW, "'shoe_size' is not known. Units belong"),
    (HEAD.replace("dbp_mmhg", "sbp_mmhg") + "\n" + ROW, "appears 2 times"),
    (HEAD.replace("patient_id,", "") + "\n" + ROW, "'patient_id' is missing"),
    (HEAD + "\n" + ROW + ",7", "row 2: 12 cells under 11 columns"),
    (HEAD + "\n" + ROW.replace("5.1", "5,1"), "decimal comma"),
    (HEAD + "\n" + ROW.replace("5.1", '"5,1"'), "Write a decimal point"),
    (HEAD + "\n" + ROW.replace("a-1", ""), "row 2: patient_id is empty"),
    (HEAD + "\n" + ROW + "\n" + ROW, "patient_id 'a-1' stands in rows 2 and 3"),
    (HEAD + "\n" + ROW + "\n" + ROW.replace("a-1", "a-2"), "2 patients; choose one by id: a-1, a-2"),
    ("patient_id,hr_bpm\nx,\n", "no measurement at all"),
    ("patient_id,lvef_percent\nx,0.55\n", "Is it a fraction? .* % (55)"),
    ("patient_id,lvef_percent\nx,140\n", "outside the possible range 5 to 90 %"),
    ("patient_id,lvedv_ml,lvesv_ml\nx,60,90\n", "end-diastolic left-ventricular volume"),
    ("patient_id,svr_dyn_s_cm5\nx,15\n", "Is it in Wood units"),
    ("patient_id,ra_echo_class_mmhg\nx,5\n", "classes 3, 8 and 15"),
    ("patient_id,hr_bpm,denervated\nx,70,perhaps\n", "'perhaps' is not one of yes, no"),
]


def says(match, error):
    """`match` with '.*' for any text and everything else literal."""
    text, position = str(error.value), 0
    for part in match.split(" .* "):
        assert part.strip() in text[position:], text
        position = text.index(part.strip(), position)
    assert text[0] == text[0].strip() and text.endswith((".", "?", ")")), text


@pytest.mark.parametrize(("cells", "match"), BAD_CELLS, ids=[m for _, m in BAD_CELLS])
def test_an_impossible_value_is_refused(tmp_path, cells, match):
    with pytest.raises(DataError) as error:
        read_patient(write(tmp_path, changed(**cells)), id="a-1")
    says(match, error)
    assert "patients.csv" in str(error.value)


@pytest.mark.parametrize(("text", "match"), BAD_FILES, ids=[m for _, m in BAD_FILES])
def test_an_unusable_patient_file_is_refused(tmp_path, text, match):
    with pytest.raises(DataError) as error:
        read_patient(write(tmp_path, text))
    says(match, error)


def test_an_unknown_patient_gets_the_near_ones(tmp_path):
    with pytest.raises(DataError, match="Did you mean 'a-1'"):
        read_patient(write(tmp_path, changed()), id="a-11")


@pytest.mark.parametrize(("co", "match"), [("echo", "choose 'fick' or 'td'"), ("td", "no co_td_l_min")])
def test_a_method_of_cardiac_output_that_is_not_there_is_refused(tmp_path, co, match):
    with pytest.raises(DataError, match=match):
        read_patient(write(tmp_path, changed()), co=co)


def test_a_missing_folder_or_binary_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="no patient file"):
        read_patient(tmp_path / "nobody.csv")
    with pytest.raises(DataError, match="is a folder"):
        read_patient(tmp_path)
    (tmp_path / "sheet.csv").write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(DataError, match="cannot be read as text"):
        read_patient(tmp_path / "sheet.csv")
    (tmp_path / "zero.csv").write_bytes(b"a\0b")
    with pytest.raises(DataError, match="binary"):
        read_patient(tmp_path / "zero.csv")
    with pytest.raises(DataError, match=r"Did you mean 'sheet\.csv'"):
        read_patient(tmp_path / "sheets.csv")


# -- scenarios --------------------------------------------------------------------------------------------------------

GOOD = """
name = "test"
title = "A test"
days = 30
[person]
sex = "female"
weight_kg = 60
[[disease]]
path = "cell.serca"
to = 0.6
ramp_days = 7
[[events]]
kind = "pacing"
rate_bpm = 90
[[cuts]]
name = "growth"
set = { "growth.gain" = 0.0 }
"""


@pytest.mark.parametrize("name", files.scenario_names())
def test_every_shipped_scenario_is_valid_and_bears_its_name(name):
    spec = read_scenario(name)
    assert spec.name == name and spec.title and spec.description


def test_a_scenario_file_is_read(tmp_path):
    spec = read_scenario(write(tmp_path, GOOD, "test.toml"))
    assert spec.person.arguments()["sex"] == "female" and "age_y" not in spec.person.arguments()
    assert spec.disease[0].events("lv.cell.serca", 1.0) == [set_parameter("lv.cell.serca", 0.6, 0, 7)]
    assert spec.events[0].rate_bpm == 90 and spec.cuts[0].parameters == {"growth.gain": 0.0}


def test_a_course_is_a_ramp_there_and_back():
    course = ParameterCourse(path="x", to=2.0, start_day=10, ramp_days=10, end_day=40)
    assert course.events("x", 1.0) == [set_parameter("x", 2.0, 10, 10), set_parameter("x", 1.0, 40, 10)]
    step = ParameterCourse(path="x", to=2.0, start_day=10, shape="step", from_=0.5)
    assert step.events("x", 1.0) == [set_parameter("x", 0.5, 10), set_parameter("x", 2.0, 10)]


def test_a_scenario_of_seconds_may_bleed():
    spec = read_scenario("haemorrhage")
    lost, given = (e.events(None)[0] for e in spec.events)
    assert lost.rate == pytest.approx(-1000 / 300) and given.start == 600


def test_a_dose_and_an_ectopic_beat_in_a_file_are_events(tmp_path):
    file = tmp_path / "drug.toml"
    file.write_text(
        'name = "drug"\ntitle = "A drug"\nseconds = 60\n'
        '[[events]]\nkind = "dose"\npath = "cell.agonist"\neffect = 3\nhalf_life_s = 120\nstart_s = 5\n'
        '[[events]]\nkind = "ectopic"\nat_s = 9.5\n'
    )
    drug, beat = (e.events(None)[0] for e in read_scenario(str(file)).events)
    assert (drug.path, drug.effect, drug.half_life, drug.start, drug.onset) == ("cell.agonist", 3, 120, 5, 0)
    assert beat.at == 9.5


BAD_SCENARIOS = [
    (("days = 30", "days = -1"), "days: -1 must be above 0"),
    (("days = 30", "days = nan"), "days: nan must be finite"),
    (("days = 30", ""), "write either days"),
    (("days = 30", "days = 30\nseconds = 60"), "write either days"),
    (("days = 30", "seconds = 60"), "need a scenario that lasts days"),
    (('title = "A test"', ""), "'title' is missing"),
    (("days = 30", "days = '30 d'"), "days: '30 d' is not a number"),
    (("days = 30", "dyas = 30"), "'dyas' is not a known entry. Did you mean 'days'"),
    (('name = "test"', 'name = "My Test"'), "lower-case words joined by hyphens"),
    (
        ('sex = "female"', 'sex = "femal"'),
        "person.sex: 'femal' is not one of .* Did you mean 'female'",
    ),
    (("weight_kg = 60", "weight = 60"), "person: 'weight' is not a known entry. Did you mean 'weight_kg'"),
    (("weight_kg = 60", 'after = { scenario = "healthy" }'), "takes the person of scenario 'healthy' .* drop sex"),
    (('sex = "female"\nweight_kg = 60', 'after = { scenario = "healthy", day = -1 }'), "day: -1 must be at least 0"),
    (('sex = "female"\nweight_kg = 60', 'after = { scenaro = "healthy" }'), "Did you mean 'scenario'"),
    (('sex = "female"\nweight_kg = 60', "after = { day = 3 }"), "'scenario' is missing"),
    (("weight_kg = 60", 'breath = "tidal"'), "it needs seconds"),
    (("weight_kg = 60", 'breath = "deep"'), "'deep' is not one of 'mean' or 'tidal'"),
    (("weight_kg = 60", "weight_kg = 600"), "person.weight_kg: 600 must be at most 300"),
    (("weight_kg = 60", 'weight_kg = "60 kg"'), "person.weight_kg: '60 kg' is not a number"),
    (("ramp_days = 7", "ramp_days = -7"), "disease no. 1.ramp_days: -7 must be at least 0"),
    (("ramp_days = 7", 'ramp_days = 7\nshape = "step"'), "a step has no ramp"),
    (("ramp_days = 7", "ramp_days = 7\nend_day = 3"), "end_day comes before the ramp is over"),
    (("ramp_days = 7", 'ramp_days = 7\n[[therapies]]\npath = "cell.serca"\nto = 1.0'), "'cell.serca' has two courses"),
    (("to = 0.6", ""), "disease no. 1: 'to' is missing"),
    (("to = 0.6", "too = 0.6\nto = 0.6"), "Did you mean 'to'"),
    (("[[disease]]", "[disease]"), "a list of tables"),
    (('kind = "pacing"', 'kind = "paceing"'), "'paceing' is not one of 'bleed' .* Did you mean 'pacing'"),
    (('kind = "pacing"', ""), "events no. 1: kind is missing"),
    (("rate_bpm = 90", "rate_bpm = 900"), "events no. 1.rate_bpm: 900 must be at most 220"),
    (("rate_bpm = 90", "rate_bpm = 90\nstart = 5\nend = 5"), "end must come after start"),
    (("rate_bpm = 90", ""), "events no. 1: 'rate_bpm' is missing"),
    (('"pacing"\nrate_bpm = 90', '"bleed"\nvolume_ml = 500'), "write seconds = ... instead of days"),
    (('"pacing"\nrate_bpm = 90', '"dose"\npath = "a"\neffect = 1\nhalf_life_s = 0'), "half_life_s: 0 must be above 0"),
    (('"pacing"\nrate_bpm = 90', '"dose"\npath = "a"\neffect = 1\nhalf_life_s = 9'), "write seconds = ... instead"),
    (('"pacing"\nrate_bpm = 90', '"bleed"\nvolume = 500'), "Did you mean 'volume_ml'"),
    (("set = {", "sett = {"), "cuts no. 1: "),
    (('"growth.gain" = 0.0', ""), "cuts no. 1.set"),
    (("title =", "title"), "not valid TOML"),
]


PROTOCOL = """
name = "test"
title = "A protocol"
seconds = 60
[[events]]
kind = "parameter"
path = "aortic_valve.M_st"
to = 0.2
start_s = 10
over_s = 5
end_s = 40
[[windows]]
name = "baseline"
from_s = 0
to_s = 10
[[windows]]
name = "narrow"
from_s = 20
to_s = 40
"""
SET = 'kind = "parameter"\npath = "aortic_valve.M_st"\nto = 0.2\nstart_s = 10\nover_s = 5\nend_s = 40'
BAD_PROTOCOLS = [
    (("to = 0.2", ""), "write either to"),
    (("to = 0.2", "to = 0.2\ntimes = 2"), "write either to"),
    (("end_s = 40", "end_s = 12"), "end_s comes before the value is reached"),
    (("start_s = 10", "start_s = -1"), "events no. 1.start_s: -1 must be at least 0"),
    (("to_s = 40", "to_s = 90"), "window 'narrow' ends at 90 s, after the scenario's 60 s"),
    (("to_s = 40", "to_s = 20.5"), "a window lasts at least 2 s"),
    (('"narrow"', '"baseline"'), "the name 'baseline' is given to two windows"),
    (("to_s = 40", 'to_s = 40\nread = "median"'), "'median' is not one of 'mean'"),
    (("to_s = 40", "until_s = 40"), "'until_s' is not a known entry"),
    (("seconds = 60", "days = 60"), "write seconds = ... instead of days"),
    (('"parameter"', '"tilt"'), "'tilt' is not one of 'bleed'"),
    ((SET, 'kind = "bleed"\nvolume_ml = 9000'), "9000 must be at most"),
    ((SET, 'kind = "infusion"\nvolume_ml = -5'), "-5 must be above 0"),
    ((SET, 'kind = "bleed"\nvolume_ml = 500\nstart_s = 60'), "events no. 1 (bleed) begins at start_s = 60"),
    ((SET, 'kind = "ectopic"\nat_s = 75'), "events no. 1 (ectopic) begins at at_s = 75"),
    ((SET, 'kind = "pacing"\nrate_bpm = 90\nstart = 61'), "events no. 1 (pacing) begins at start = 61"),
    ((SET, 'kind = "drug"\ndrug = "atropine"\nug_per_kg = 10\nstart_s = 100'), "(drug) begins at start_s = 100"),
    ((SET, 'kind = "bleed"\nvolume_ml = 500\nover_s = 0'), "over_s: 0 must be above 0"),
    ((SET, 'kind = "pacing"\nrate_bpm = 90\nend = 0'), "end must come after start"),
    (("seconds = 60", "seconds = 0"), "seconds: 0 must be above 0"),
    (("seconds = 60", "seconds = 60\nevery_s = 5"), "every_s: 5 must be at most 1"),
    ((SET, SET + '\n[[analyses]]\nkind = "end-systolic line"\nfrom_s = 0\nto_s = 80'), "reads up to 80 s, after"),
    ((SET, 'kind = "exercise"\nwatts = -20'), "watts: -20 must be at least 0"),
    ((SET, 'kind = "exercise"\nwatts = 2000'), "watts: 2000 must be at most 600"),
    ((SET, 'kind = "exercise"\nwatts = 100\nstart_s = 9\nend_s = 9'), "end_s must come after start_s"),
    ((SET, 'kind = "exercise"\nwatt = 100'), "Did you mean 'watts'"),
    ((SET, 'kind = "strain"\npressure_mmhg = 200'), "pressure_mmhg: 200 must be at most 80"),
    ((SET, 'kind = "strain"\npressure_mmhg = -10'), "pressure_mmhg: -10 must be above 0"),
    ((SET, 'kind = "strain"\nduration_s = 600'), "duration_s: 600 must be at most 60"),
]


@pytest.mark.parametrize(("change", "match"), BAD_PROTOCOLS, ids=[m for _, m in BAD_PROTOCOLS])
def test_an_unusable_protocol_is_refused(tmp_path, change, match):
    assert PROTOCOL.count(change[0]) >= 1
    with pytest.raises(DataError) as error:
        read_scenario(write(tmp_path, PROTOCOL.replace(change[0], change[1], 1), "test.toml"))
    says(match, error)


def test_a_valve_is_read_in_windows(tmp_path):
    head = PROTOCOL.partition("[[windows]]")[0]
    with pytest.raises(DataError, match="a valve is read in windows"):
        read_scenario(write(tmp_path, head + '[[analyses]]\nkind = "valve"\nvalve = "aortic"\n', "test.toml"))


def test_a_protocol_needs_a_baseline_and_a_response(tmp_path):
    alone = PROTOCOL.partition('[[windows]]\nname = "narrow"')[0]
    with pytest.raises(DataError, match="one window measures no response"):
        read_scenario(write(tmp_path, alone, "test.toml"))
    assert len(read_scenario(write(tmp_path, PROTOCOL, "test.toml")).windows) == 2


@pytest.mark.parametrize(("change", "match"), BAD_SCENARIOS, ids=[m for _, m in BAD_SCENARIOS])
def test_an_unusable_scenario_file_is_refused(tmp_path, change, match):
    assert GOOD.count(change[0]) >= 1
    with pytest.raises(DataError) as error:
        read_scenario(write(tmp_path, GOOD.replace(change[0], change[1], 1), "test.toml"))
    says(match, error)
    assert str(error.value).startswith("test.toml") and "pydantic" not in str(error.value)


def test_an_unknown_scenario_gets_the_near_ones(tmp_path):
    with pytest.raises(DataError, match=r"no scenario 'heart-failur'\. Did you mean 'heart-failure'"):
        read_scenario("heart-failur")
    with pytest.raises(DataError, match="no scenario file"):
        read_scenario(tmp_path / "none.toml")
    with pytest.raises(DataError, match="is a folder"):
        read_scenario(tmp_path)


# -- targets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sex", ["male", "female"])
def test_the_resting_targets_are_one_row_a_key_with_source_and_mark(sex):
    rows = files.targets(sex)
    assert len({r.key for r in rows}) == len(rows) >= 30
    for r in rows:
        assert r.low < r.high and (r.usual is None or r.low <= r.usual <= r.high), r.key
        assert r.verdict(r.low) == "pass" and r.verdict(r.high + 1e-9) == "fail" and r.verdict(float("nan")) == "fail"


# -- documentation ----------------------------------------------------------------------------------------------------


def test_the_documentation_names_every_column_with_its_range():
    text = (Path(__file__).parent.parent / "docs" / "files.md").read_text()
    for name, c in COLUMNS.items():
        assert f"| `{name}` | {c.low:g} to {c.high:g}" in text
    assert all(f"| `{name}` |" in text for name in TEXT_COLUMNS)


def test_the_scenario_of_the_documentation_is_valid(tmp_path):
    text = (Path(__file__).parent.parent / "docs" / "files.md").read_text()
    example = text.split("```toml\n")[1].split("```")[0]
    assert read_scenario(write(tmp_path, example, "my.toml")).name == "my-scenario"
    example = text.split("```toml\n")[2].split("```")[0]
    assert len(read_scenario(write(tmp_path, example, "my.toml")).windows) == 2
