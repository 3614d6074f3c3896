"""Cells from Myokit and CellML files: same equations, same beat, and a wall that ejects.

The file is Luo and Rudy's 1991 guinea-pig model, written for these tests; its CellML twin is exported on the spot.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import casadi as ca
import numpy as np
import pytest
from scipy.integrate import solve_ivp

import heartloop as hl
from heartloop.component import Output, Param, State
from heartloop.errors import DataError, ParameterError, UnitError, UnknownNameError
from heartloop.units import factor, parse

myokit = pytest.importorskip("myokit", reason="Myokit reads the files; pip install 'heartloop[myokit]'")

from heartloop.cell.imported import Source, spell  # noqa: E402

FILE = Path(__file__).parent / "data" / "luo-rudy-1991.mmt"
# the paper's calcium is that near the channel, 6 umol/L at its peak; a 25th of the influx gives a cytosol of 0.5 umol/L
HUMAN = dict(k_in=4e-6, T_ref=60.0)


def source(cell) -> Source:
    return cell.parts[0].source


def rates(cell) -> ca.Function:
    """Rates of the imported part over (state, stimulus), in heartloop's units."""
    s = source(cell)
    keys = [s.keys[v] for v in s.states]
    x, gate = ca.SX.sym("x", len(keys)), ca.SX.sym("gate")
    symbols = {k: d.value for k, d in s.declarations.items() if isinstance(d, Param)}
    result = s.evaluate(symbols | {k: x[i] for i, k in enumerate(keys)} | {"stimulus": gate})
    return ca.Function("f", [x, gate], [ca.vertcat(*(result.ddt[k] for k in keys))])


def worst_difference(cell, model) -> float:
    """Largest relative difference between the imported rates and Myokit's evaluation of `model` (mmol/L) at random
    states."""
    f, rng, s = rates(cell), np.random.default_rng(0), source(cell)
    names = [v.qname() for v in s.states]
    there = [names.index(v.qname()) for v in model.states()]
    start = np.array([s.declarations[s.keys[v]].value for v in s.states])
    into = np.array([1e3 if name == "calcium.Ca_i" else 1.0 for name in names])
    worst = 0.0
    for i in range(60):
        y = start * rng.uniform(0.5, 1.5, len(start))
        y[names.index("membrane.V")] = rng.uniform(-110, 60)  # both sides of every condition
        got = np.asarray(f(y, i % 2)).ravel()
        want = into[there] * np.array(model.evaluate_derivatives((y / into)[there], {"pace": i % 2}))
        worst = max(worst, float(np.max(np.abs(got[there] - want) / np.maximum(np.abs(want), 1e-12))))
    return worst


@pytest.fixture(scope="module")
def cell():
    return hl.read_cell(FILE)


@pytest.fixture(scope="module")
def original():
    return myokit.load_model(str(FILE))


@pytest.fixture(scope="module")
def cellml(tmp_path_factory):
    """The same model as CellML, with the stimulus written into its equations."""
    path = tmp_path_factory.mktemp("cellml") / "luo-rudy-1991.cellml"
    model, protocol, _ = myokit.load(str(FILE))
    myokit.formats.exporter("cellml").model(str(path), model, protocol)
    return path


@pytest.fixture(scope="module")
def paced():
    return hl.myocyte(hl.read_cell(FILE))


# -- the model itself -------------------------------------------------------------------------------------------------


def test_reversal_potentials_are_those_of_the_paper(original):
    # LuoRudy1991 (recalled): E_K = -77 mV at 5.4 mmol/L, E_Na = 54.4 mV
    assert original.get("potassium.E_K").eval() == pytest.approx(-77, abs=1)
    assert original.get("sodium.E_Na").eval() == pytest.approx(54.4, abs=0.5)


def test_units_of_the_file_are_consistent(original):
    original.check_units(myokit.UNIT_STRICT)


def test_it_rests_at_minus_84_millivolt(paced):
    # LuoRudy1991 (recalled): about -84 mV
    data = paced.pace(1.0).data
    assert float(data["cell.V"].min()) == pytest.approx(-84.4, abs=0.5)


# -- equations --------------------------------------------------------------------------------------------------------


def test_imported_rates_equal_those_of_myokit(cell, original):
    assert worst_difference(cell, original) < 1e-10


def test_cellml_gives_the_same_rates(cellml, original):
    cell = hl.read_cell(cellml)
    assert worst_difference(cell, original) < 1e-10
    assert cell.pulse == pytest.approx(5e-4)


def test_volts_seconds_and_moles_per_litre_are_converted(tmp_path):
    other, protocol, _ = myokit.load(str(FILE))
    other.get("membrane.V").convert_unit("V")
    other.get("calcium.Ca_i").convert_unit("mol/L")
    other.get("engine.time").convert_unit("s")
    path = tmp_path / "si.mmt"
    event = protocol.head()
    seconds = myokit.pacing.blocktrain(event.period() / 1e3, event.duration() / 1e3, event.start() / 1e3)
    myokit.save(str(path), other, seconds)
    cell = hl.read_cell(path)
    start = cell.parts[0].declarations
    assert start["V"].value == pytest.approx(-84.4) and start["Ca_i"].value == pytest.approx(0.18)
    assert cell.parts[0].time_unit == "s" and cell.pulse == pytest.approx(5e-4)
    f, g = rates(cell), rates(hl.read_cell(FILE))
    y = np.array([start[k].value for k in ("V", "m", "h", "j", "d", "f", "X", "Ca_i")])
    assert np.asarray(f(y, 1)).ravel() == pytest.approx(1e3 * np.asarray(g(y, 1)).ravel(), rel=1e-9)


EVERY = """
[[model]]
a.V = -0.7
a.Ca_i = 0.3
b.z = 1.7

[engine]
time = 0 [ms] in [ms] bind time
pace = 0 bind pace

[a]
dot(V) = 1 [mV/ms] * (b.all + engine.pace)
    in [mV]
dot(Ca_i) = -0.1 [1/ms] * Ca_i
    in [uM]

[b]
use a.V as v
use a.Ca_i as c
x = v / 1 [mV]
y = c / 1 [uM]
dot(z) = -z * dot(a.V) / 1 [mV]
all = p1 + p2 + p3 + p4 + p5 + p6
p1 = +x + -y * 3 - 7 // 2 + (x % 0.3) + (y // 0.2) + 2 ^ y / 3 ^ -2
p2 = sqrt(y) + exp(x) + log(y) + log(y, 3) + log10(y) + log(10) + abs(x) + floor(7 * x) + ceil(7 * y)
p3 = sin(x) + cos(x) + tan(x) + asin(y / 9) + acos(x / 9) + atan(x * y)
p4 = if(x < 0, y, x * y) + if(x <= y, 1, 2) + if(y > 0.2, 3, x) + if(y >= 1, 4, y) + if(x == 0.5, 9, 1)
p5 = piecewise(x < -0.5, y, x < 0, 2 * y, x < 0.5, 3 * y, 4 * y) + if(x != y, 0.1, 0.2)
p6 = if(x > 0 and y > 0.3, 1, 0.5) + if(x > 0 or y > 0.3, 2, 0.3) + if(not (x > 0), 4, 0.2) + z
"""


def test_every_operator_means_what_myokit_means(tmp_path):
    path = tmp_path / "every.mmt"
    path.write_text(EVERY)
    cell, model = hl.read_cell(path), myokit.load_model(str(path))
    f, rng = rates(cell), np.random.default_rng(0)
    for i in range(200):
        y = np.array([rng.uniform(-1.2, 1.2), rng.uniform(0.05, 1.2), rng.uniform(-2, 2)])
        want = np.array(model.evaluate_derivatives(y, {"pace": i % 2}))
        assert np.asarray(f(y, i % 2)).ravel() == pytest.approx(want, rel=1e-12, abs=1e-12)


def test_equations_run_on_plain_floats(cell):
    numbers = {k: d.value for k, d in cell.parts[0].declarations.items() if isinstance(d, Param | State)}
    result = cell("cell").members[0].evaluate(numbers | {"stimulus": 0.0})
    assert abs(float(result.ddt["V"])) < 0.1  # mV/ms, near rest


def test_declarations_carry_names_units_and_the_file_as_source(cell):
    found = cell.parts[0].declarations
    assert found["V"].unit == "mV" and found["Ca_i"].unit == "umol/L" and found["m"].unit == "1"
    assert found["G_Na"].value == 23 and found["G_Na"].unit == "mS/cm^2"
    assert found["stimulus_current"].value == -80 and found["stimulus_current"].unit == "uA/cm^2"
    assert found["G_Na"].source.startswith("luo-rudy-1991.mmt, Luo and Rudy 1991")
    assert "RT_F" not in found  # computed from others: not a parameter
    assert cell.variables["G_si"] == "slow_inward.G_si"
    assert cell.meta["doi"]


def test_names_that_clash_carry_their_component(tmp_path):
    text = FILE.read_text().replace("G_Kp", "T_ref").replace("G_b", "G_si")
    path = tmp_path / "clash.mmt"
    path.write_text(text)
    found = hl.read_cell(path).parts[0].declarations
    assert {"plateau_T_ref", "background_G_si", "slow_inward_G_si"} <= set(found)


def test_other_variables_can_be_read():
    cell = hl.read_cell(FILE, outputs=["sodium.I_Na"])
    assert isinstance(cell.parts[0].declarations["I_Na"], Output)
    beat = hl.myocyte(cell).pace(1.0)
    assert float(beat.data["cell.I_Na"].min()) < -10  # uA/cm^2, the upstroke; its peak falls between samples


def test_a_held_state_is_a_parameter_and_the_others_do_not_notice():
    cell = hl.read_cell(FILE, hold=["potassium.X"])
    found = cell.parts[0].declarations
    assert isinstance(found["X"], Param) and found["X"].value == pytest.approx(0.0057)
    whole, part = rates(hl.read_cell(FILE)), rates(cell)
    y = np.array([-30.0, 0.5, 0.2, 0.3, 0.4, 0.9, 0.0057, 0.4])
    assert np.asarray(part(np.delete(y, 6), 1)).ravel() == pytest.approx(np.delete(np.asarray(whole(y, 1)).ravel(), 6))
    for name, what in (("membrane.V", "read for"), ("sodium.G_Na", "not a state")):
        with pytest.raises(ParameterError, match=what):
            hl.read_cell(FILE, hold=[name])


# -- beats ------------------------------------------------------------------------------------------------------------


def as_python(model):
    """Rates of a Myokit model, written out by its own Python exporter."""
    from myokit.formats.python import PythonExpressionWriter

    def name(lhs):
        return ("D_" if lhs.is_derivative() else "") + lhs.var().qname().replace(".", "_")

    writer = PythonExpressionWriter()
    writer.set_lhs_function(name)
    states = [name(v.lhs()).removeprefix("D_") for v in model.states()]
    lines = ["def rates(y, engine_pace):", f"    {', '.join(states)} = y"]
    for equations in model.solvable_order().values():
        lines += [f"    {writer.eq(e)}" for e in equations if e.lhs.var().binding() is None]
    lines.append(f"    return [{', '.join('D_' + s for s in states)}]")
    scope = {"math": math}
    exec("\n".join(lines), scope)
    return scope["rates"]


def test_action_potential_agrees_with_myokits_equations(paced, original):
    """One beat against SciPy on Myokit's own code, from the same state; errors there and here about 1e-6."""
    rates, start = as_python(original), original.initial_values(as_floats=True)
    assert rates(start, 1) == pytest.approx(original.evaluate_derivatives(start, {"pace": 1}), rel=1e-12)
    c = paced._c
    p = c.beat(c.start(), paced._theta, rtol=1e-8, samples=300)
    on, off = p.marks["cell.stimulus"]
    rows = [c.index[f"cell.{k}"] for k in ("V", "m", "h", "j", "d", "f", "X", "Ca_i")]
    y = np.array(start)
    for a, b, pace in ((0.0, on, 0), (on, off, 1), (off, 1.0, 0)):
        inside = (p.t > a) & (p.t < b)
        run = solve_ivp(lambda _, y, pace=pace: rates(y, pace), (1e3 * a, 1e3 * b), y, "LSODA",
                        t_eval=[*(1e3 * p.t[inside]), 1e3 * b], rtol=1e-8, atol=1e-11)  # fmt: skip
        assert run.success
        y = run.y[:, -1]
        mine = p.X[inside][:, rows]
        assert np.max(np.abs(mine[:, 0] - run.y[0, :-1])) < 0.05  # mV; samples lie between steps, cubic
        assert mine[:, 7] == pytest.approx(1e3 * run.y[7, :-1], rel=1e-3)


def test_summary_leaves_out_what_the_file_does_not_have(paced):
    s = paced.pace(1.0).summary()
    assert 300 < s.APD90 < 450 and s.Ca_peak > 3000 and s.T_dev > 0
    assert "Na_i" not in s and "CICR_gain" not in s


def test_restitution_and_rest_run_on_an_imported_cell(paced):
    table = paced.force_frequency((0.5, 1.0, 2.0))
    assert np.all(np.diff(table["APD90"]) < 0)  # shorter at higher rate
    assert paced.post_rest((2.0,)).relative.iloc[0] == pytest.approx(1.0, abs=0.1)


def test_a_beats_tangent_agrees_with_finite_differences(paced):
    """The switch of the sodium gates at -40 mV is a jump of 4e-4/ms: it costs the tangent digits, as documented."""
    c, theta, x = paced._c, paced._theta, paced.pace(1.0).x
    d = paced.directions(["cell.G_si", "cell.T_ref"])
    S = np.zeros((c.n, 2))
    p = c.beat(x, theta, rtol=1e-7, S=S, dtheta=d)
    rows = [c.index[f"cell.{k}"] for k in ("V", "f", "X", "Ca_i", "CaTRPN")]
    for i in range(2):
        h = 1e-4 * abs(theta @ d[:, i])
        up, down = (c.beat(x, theta + s * h * d[:, i], rtol=1e-9).x for s in (1, -1))
        wanted = ((up - down) / (2 * h))[rows] / c.size[rows]
        assert p.S[rows, i] / c.size[rows] == pytest.approx(wanted, rel=2e-2, abs=1e-6)


@pytest.fixture(scope="module")
def person():
    return hl.human(cell=hl.read_cell(FILE, **HUMAN))


def test_it_drives_the_ventricles_to_a_steady_beat_with_blood_conserved(person):
    beat = person.periodic()
    c = person._c
    total = beat.x[c.volume_rows].sum()
    assert beat.residual < 1e-8 and total == pytest.approx(5300, rel=1e-9)
    end = c.beat(beat.x, person._theta, rtol=1e-6).x
    assert end[c.volume_rows].sum() == pytest.approx(total, rel=1e-9)
    s = beat.summary()
    assert 60 < s.MAP < 120 and 0.4 < s.EF < 0.75 and 3.5 < s.CO < 8 and s.LVEDP < 15
    assert 65 < s.HR < 75


def test_sympathetic_tone_still_reaches_the_sinus_node(person):
    assert not any(p.endswith("cell.sympathetic_heart") for p in person._theta_paths)
    beats = person.solve(30, events=[hl.bleed(500, over=5, start=1)]).tables["beats"]
    assert beats["HR"].max() > beats["HR"].iloc[0] + 3


def test_gradient_through_the_persons_orbit(person):
    beat = person.periodic()
    found = beat.gradient(of=["MAP", "EF"], to=["cell.T_ref", "systemic.R"])
    for path in found.columns:
        h = 1e-3 * person[path]
        changed = [person.with_({path: person[path] + s * h}) for s in (1, -1)]
        up, down = (m.periodic(rtol=1e-8, start=beat).summary() for m in changed)
        for key in ("MAP", "EF"):
            assert found.loc[key, path] == pytest.approx((up[key] - down[key]) / (2 * h), rel=2e-2)


# -- refusals ---------------------------------------------------------------------------------------------------------


def written(tmp_path, text, name="model.mmt"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_no_voltage(tmp_path):
    text = FILE.read_text().replace("label membrane_potential", "").replace("membrane.V", "membrane.U")
    text = text.replace("dot(V)", "dot(U)").replace("use membrane.U", "use membrane.U as V")
    text = text.replace("in [mV]", "in [1]").replace("[mV]", "")
    with pytest.raises(DataError, match=r"no membrane potential.*voltage='component\.variable'"):
        hl.read_cell(written(tmp_path, text))


def test_no_calcium(tmp_path):
    text = FILE.read_text().replace("label cytosolic_calcium", "").replace("Ca_i", "w")
    with pytest.raises(DataError, match=r"no cytosolic calcium.*calcium\.w"):
        hl.read_cell(written(tmp_path, text))
    assert hl.read_cell(written(tmp_path, text), calcium="calcium.w").variables["Ca_i"] == "calcium.w"


def test_no_pacing(tmp_path):
    text = FILE.read_text().replace("    bind pace\n", "")
    path = written(tmp_path, text)
    with pytest.raises(DataError, match="no pacing"):
        hl.read_cell(path)
    named = hl.read_cell(path, stimulus="membrane.I_st", amplitude=-80.0, pulse=5e-4)
    assert worst_difference(named, myokit.load_model(str(FILE))) < 1e-10
    with pytest.raises(ParameterError, match="belong together"):
        hl.read_cell(path, stimulus="membrane.I_st")


def test_pacing_that_drives_nothing(tmp_path):
    text = FILE.read_text().replace("engine.pace * stimulus_current", "0 * stimulus_current")
    with pytest.raises(DataError, match="drives nothing"):
        hl.read_cell(written(tmp_path, text))


def test_units_that_are_missing_or_do_not_fit(tmp_path):
    missing = written(tmp_path, FILE.read_text().replace("    in [ms]\n    bind time", "    bind time"))
    with pytest.raises(UnitError, match=r"engine\.time.*no unit.*units="):
        hl.read_cell(missing)
    assert hl.read_cell(missing, units={"engine.time": "ms"}).parts[0].time_unit == "ms"
    with pytest.raises(UnitError, match="fathom"):
        hl.read_cell(FILE, units={"engine.time": "fathom"})
    with pytest.raises(UnitError, match=r"membrane\.V.*cannot be turned into umol/L"):
        hl.read_cell(FILE, calcium="membrane.V")
    with pytest.raises(UnknownNameError, match=r"Did you mean 'membrane\.V'"):
        hl.read_cell(FILE, voltage="cell.V")


def test_time_in_the_equations(tmp_path):
    text = FILE.read_text().replace("= -59.87 [mV]", "= -59.87 [mV] + engine.time * 1 [mV/ms]")
    with pytest.raises(DataError, match=r"background\.E_b.*depend on time itself"):
        hl.read_cell(written(tmp_path, text))


def test_files_that_are_no_model(tmp_path):
    for name, text in (
        ("a.mmt", "[[model]]\n[x"), ("b.cellml", "<a/>"), ("c.mmt", "[[protocol]]\n1 0 1 0 0\n"), ("d.cellml", "no"),
        ("e.mmt", ""),
    ):  # fmt: skip
        with pytest.raises(DataError, match=name):
            hl.read_cell(written(tmp_path, text, name))
    with pytest.raises(DataError, match="There is no file"):
        hl.read_cell(tmp_path / "nowhere.mmt")
    with pytest.raises(DataError, match=r"must end in \.mmt"):
        hl.read_cell(written(tmp_path, "", "model.txt"))


def test_values_and_states_are_checked(cell):
    with pytest.raises(ParameterError, match=r"G_sii.*G_si"):
        hl.read_cell(FILE, G_sii=1.0)
    with pytest.raises(ParameterError, match="Ca50"):
        hl.read_cell(FILE, Ca50=50.0)
    with pytest.raises(ParameterError, match="no insult levels"):
        hl.myocyte(cell, state="failing")
    with pytest.raises(ParameterError, match="pulse"):
        hl.read_cell(FILE, pulse=3.0)


def test_without_myokit_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "myokit", None)
    with pytest.raises(ParameterError, match=r"heartloop\[myokit\]"):
        hl.read_cell(FILE)


@pytest.mark.parametrize(
    "text", ["mV", "uA/uF", "mM/ms", "1/ms", "mS/cm^2", "C/mol", "pL", "um^2", "mol/cm^3/s", "mN/mm^2"]
)
def test_units_are_spelled_so_that_they_keep_their_size(text):
    unit = myokit.parse_unit(text)
    spelled = spell(unit)
    back = myokit.Unit(list(unit.exponents()))  # SI with grams
    assert parse(spelled)[0] == pytest.approx(unit.multiplier() / back.multiplier() * 1e-3 ** unit.exponents()[0])


def test_an_odd_unit_keeps_a_number_in_front():
    spelled = spell(myokit.parse_unit("m^2 (13)"))
    assert factor(spelled, "m^2") == pytest.approx(13)
