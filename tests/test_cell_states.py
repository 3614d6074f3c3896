"""Named states of a cell: the shipped numbers, factors one by one, files of one's own, and what is refused."""

import numpy as np
import pytest

import heartloop as hl
from heartloop.errors import DataError, ParameterError, UnknownNameError
from heartloop.scenarios.cell_states import cell_state, read_states, shipped
from heartloop.scenarios.identification import TRIAD
from heartloop.scenarios.myocyte import CELLS

MILD = """
[mild]
title = "Mild"
[mild.factors.pump]
set = { "cell.serca" = 0.8 }
times = { "cell.P_Ca" = 0.9 }
source = "assumed"
"""


def write(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_the_failing_cell_has_half_its_serca_more_exchanger_three_times_the_leak_more_kinase_and_bare_filaments(kind):
    failing, control = hl.myocyte(kind, state="failing"), hl.myocyte(kind)
    differing = control.parameters.index[control.parameters["value"] != failing.parameters["value"]]
    assert {p: failing[p] for p in differing} == TRIAD | {
        "cell.camkii": 1.4 if kind == "compact" else 1.2, "cell.phosphatase_mf": 2.3,
    }  # fmt: skip
    assert TRIAD == {"cell.serca": 0.5, "cell.ncx": 1.6, "cell.ryr_leak": 3.0}
    assert failing.title == f"{kind} myocyte, failing"


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_every_factor_moves_a_parameter_of_either_cell_away_from_health(kind):
    control = hl.myocyte(kind)
    for state in shipped().values():
        for name in state.factors:
            moved = state.only(name).levels(control, kind)
            assert moved and all(v != control[p] for p, v in moved.items()), (state.name, name)
    weak = hl.myocyte(kind, state="end-stage")
    k1 = "cell.G_K1" if kind == "compact" else "cell.i_k1"
    assert weak[k1] == pytest.approx(0.68 * control[k1])
    assert {"SERCA", "NCX", "leak", "INaL", "Ito", "IK1", "NaK", "T-tubules", "AKAP", "ROS", "CaMKII", "filaments",
            "beta1", "GRK"} == set(shipped()["end-stage"].factors)  # fmt: skip


def test_a_factor_can_be_taken_away_or_stand_alone():
    failing, cell = shipped()["failing"], hl.myocyte()
    left = {"cell.ncx": 1.6, "cell.ryr_leak": 3.0, "cell.camkii": 1.4, "cell.phosphatase_mf": 2.3}
    assert failing.without("SERCA").levels(cell, "compact") == left
    assert failing.only("SERCA").levels(cell, "compact") == {"cell.serca": 0.5}
    assert hl.myocyte(state=failing.only("NCX"))["cell.ncx"] == 1.6
    with pytest.raises(ParameterError, match="Did you mean 'SERCA'"):
        failing.without("SERCAA")


def test_a_state_comes_from_a_file_or_a_mapping(tmp_path):
    path, own = write(tmp_path, MILD), hl.myocyte()["cell.P_Ca"]
    for given in (path, str(path), f"{path}:mild"):
        cell = hl.myocyte(state=given)
        assert cell["cell.serca"] == 0.8 and cell["cell.P_Ca"] == pytest.approx(0.9 * own)
        assert cell.title == "compact myocyte, mild"
    path.write_text(MILD + MILD.replace("mild", "other").replace("0.8", "0.7"))
    assert hl.myocyte(state=f"{path}:other")["cell.serca"] == 0.7
    with pytest.raises(ParameterError, match="holds the states mild, other; choose one"):
        hl.myocyte(state=path)
    with pytest.raises(ParameterError, match="Did you mean 'other'"):
        cell_state(f"{path}:othr")
    assert hl.myocyte(state={"cell.serca": 0.6})["cell.serca"] == 0.6
    with pytest.raises(UnknownNameError, match=r"cell\.serca"):
        hl.myocyte(state={"cell.sercaa": 0.6})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[mild]", "[mild"), "not valid TOML"),
        (('title = "Mild"', ""), "mine.toml, states.mild: 'title' is missing"),
        (("source", "sorce"), "'sorce' is not a known entry. Did you mean 'source'"),
        (("0.8", '"much"'), "'much' is not a number"),
        (("0.8", "inf"), "must be finite"),
        (('times = { "cell.P_Ca" = 0.9 }', 'times = { "cell.serca" = 0.9 }'), "'cell.serca' stands in set and"),
        (("source", 'cells.human = {}\nsource'), "nothing changes"),
        (('set = { "cell.serca" = 0.8 }', "set = 3"), "where a table is expected"),
        ((MILD, ""), "holds no state"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_sentence(tmp_path, change, message):
    with pytest.raises(DataError) as error:
        read_states(write(tmp_path, MILD.replace(*change)))
    assert message in str(error.value) and "\n" not in str(error.value)


def test_two_factors_cannot_change_one_parameter(tmp_path):
    second = '[mild.factors.more]\nset = { "cell.serca" = 0.5 }\nsource = "assumed"\n'
    with pytest.raises(DataError, match="'pump' and 'more' both change"):
        read_states(write(tmp_path, MILD + second))


def test_what_a_cell_lacks_or_forbids_names_the_factor(tmp_path):
    path = write(tmp_path, MILD.replace("cell.serca", "cell.i_k1"))
    assert hl.myocyte("human", state=path)["cell.i_k1"] == 0.8
    with pytest.raises(ParameterError, match=r"'mild', factor 'pump': the compact myocyte has no parameter"):
        hl.myocyte(state=path)
    with pytest.raises(ParameterError, match="outside"):
        hl.myocyte(state=write(tmp_path, MILD.replace("0.8", "-0.8")))
    with pytest.raises(DataError, match="cannot be read"):
        hl.myocyte(state=tmp_path / "none.toml")
    with pytest.raises(ParameterError, match="Did you mean 'failing'"):
        hl.myocyte(state="faling")


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_the_end_stage_cell_settles_and_is_weaker_than_the_healthy_one(kind):
    weak, healthy = (hl.myocyte(kind, state=s).pace(1.0).summary() for s in ("end-stage", "control"))
    assert weak["T_dev"] < 0.95 * healthy["T_dev"] and np.isfinite(weak["T_RT50"])
