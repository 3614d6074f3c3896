"""Fits and sensitivities on the toy loop: known answers, exact counts, honest refusals."""

import math
import types

import numpy as np
import pytest

from heartloop.errors import ConvergenceError, DataError, ParameterError, UnknownNameError
from heartloop.studies import fit as fitting
from heartloop.studies import sensitivity as sensing
from heartloop.studies.fit import fit
from heartloop.studies.identify import Identifiability
from heartloop.studies.parameters import CANDIDATES, default_free, free_parameters, make
from heartloop.studies.sensitivity import sensitivity

FREE = ["systemic.R", "arteries.C", "lv.E_max", "blood.V_total"]
TRUTH = {"systemic.R": 1.3, "arteries.C": 1.1, "lv.E_max": 2.0, "blood.V_total": 830.0}
KEYS = ("SBP", "DBP", "CO", "LVEDV", "LVESV")


@pytest.fixture(scope="module")
def data(toy):
    f = toy.with_(TRUTH).periodic(rtol=1e-8).features()
    return {k: float(f[k]) for k in KEYS}


@pytest.fixture(scope="module")
def found(toy, data):
    return fit(toy, data, FREE, progress=False)


# -- fit ------------------------------------------------------------------------------------------------------------


def test_fit_recovers_the_parameters_that_made_the_data(found):
    for name, value in TRUTH.items():
        assert found.table.loc[name, "value"] == pytest.approx(value, rel=1e-4)
        assert found.model[name] == found.table.loc[name, "value"]
    assert found.converged
    assert np.max(np.abs(found.residuals["relative"])) < 1e-4
    assert list(found.residuals.columns) == ["measured", "model", "sd", "z", "relative"]


def test_fitted_model_is_ready_to_run_and_is_its_own_reference(found, data):
    f = found.model.periodic().features()
    assert f["SBP"] == pytest.approx(data["SBP"], rel=1e-4)
    assert found.model.reference["MAP"] == pytest.approx(f["MAP"], rel=1e-6)


def test_every_orbit_solve_attempted_is_counted(toy, data, monkeypatch):
    calls = []
    real = fitting.solve_orbit

    def counted(*args, **kw):
        calls.append(1)
        return real(*args, **kw)

    monkeypatch.setattr(fitting, "solve_orbit", counted)
    f = fit(toy, data, FREE, progress=False)
    assert f.evaluations == len(calls) <= 12
    assert f.gradients <= f.evaluations


def test_a_step_without_a_steady_beat_is_shortened_and_counted(toy, data, monkeypatch):
    real, seen = fitting.solve_orbit, []

    def fragile(*args, **kw):
        seen.append(1)
        if len(seen) in (2, 3):
            raise ConvergenceError("lost")
        return real(*args, **kw)

    monkeypatch.setattr(fitting, "solve_orbit", fragile)
    f = fit(toy, data, FREE, progress=False)
    assert f.converged and f.failures == 2 and f.evaluations == len(seen)
    assert any("no steady beat" in n for n in f.notes)
    assert f.table.loc["systemic.R", "value"] == pytest.approx(1.3, rel=1e-4)


def test_a_fit_that_cannot_move_does_not_call_itself_converged(toy, data, monkeypatch):
    real, seen = fitting.solve_orbit, []

    def only_the_first(*args, **kw):
        seen.append(1)
        if len(seen) > 1:
            raise ConvergenceError("lost")
        return real(*args, **kw)

    monkeypatch.setattr(fitting, "solve_orbit", only_the_first)
    f = fit(toy, data, FREE, progress=False)
    assert not f.converged and f.status.startswith("stopped")
    assert f.failures == f.evaluations - 1


def test_standard_errors_are_those_of_a_finite_difference_jacobian(found):
    columns = []
    h = 1e-4
    values = dict(found.table["value"])
    for name in FREE:
        ends = []
        for sign in (1, -1):
            m = found.model.with_(values | {name: values[name] * math.exp(sign * h)})
            f = m.periodic(rtol=1e-9, tol=1e-11).features()
            ends.append(np.array([f[k] for k in KEYS]))
        columns.append((ends[0] - ends[1]) / (2 * h) / found.residuals["sd"].to_numpy())
    J = np.array(columns).T
    expected = np.sqrt(np.diag(np.linalg.inv(J.T @ J))) * np.array([values[n] for n in FREE])
    assert found.table["standard_error"].to_numpy() == pytest.approx(expected, rel=2e-3)


def test_bounds_are_respected_and_said(toy, data):
    high = toy._entry("lv.E_max").bounds[1]
    wild = data | {"SBP": 320.0, "DBP": 20.0}
    f = fit(toy, wild, ["lv.E_max", "arteries.C"], progress=False)
    for name in f.table.index:
        low, high = toy._entry(name).bounds
        assert low * (1 - 1e-9) <= f.table.loc[name, "value"] <= high * (1 + 1e-9)
    at = [n for n in f.table.index if f.table.loc[n, "verdict"] == "at its bound"]
    assert not at or "bound" in f.status


def test_parameters_joined_by_plus_keep_their_ratio(toy, data):
    f = fit(toy, {k: data[k] for k in ("SBP", "CO")}, ["lv.E_max+lv.E_min", "systemic.R"], progress=False)
    assert f.model["lv.E_max"] / f.model["lv.E_min"] == pytest.approx(toy["lv.E_max"] / toy["lv.E_min"])
    assert "lv.E_min" in f.table.loc["lv.E_max+lv.E_min", "moves_with_it"]


def test_a_linear_parameter_is_fitted_too(toy):
    want = toy.with_({"lv.V0": 14.0}).periodic().features()["LVEDV"]
    f = fit(toy, {"LVEDV": float(want)}, "lv.V0", progress=False)
    assert f.model["lv.V0"] == pytest.approx(14.0, rel=1e-3)


def test_a_prior_allows_fewer_measurements_than_parameters(toy, data):
    f = fit(toy, {"SBP": data["SBP"]}, FREE, prior=0.2, progress=False)
    assert f.converged
    assert np.all(f.identifiability().standard_errors <= 0.2 + 1e-9)


def test_an_interval_counts_only_outside(toy, data):
    def patient(low, high):
        return types.SimpleNamespace(
            id="x", measured={"SBP": data["SBP"], "DBP": data["DBP"]}, sd={"SBP": 5.0, "DBP": 5.0}, notes=(),
            intervals={"CO": (low, high)}, denervated=False, co_methods={},
        )  # fmt: skip

    free = ["systemic.R", "arteries.C"]
    inside = fit(toy, patient(0, 1000), free, progress=False)
    plain = fit(toy, patient(0, 1000).measured, free, sd={"SBP": 5.0, "DBP": 5.0}, progress=False)
    assert inside.model["systemic.R"] == pytest.approx(plain.model["systemic.R"], rel=1e-4)
    co = inside.beat.features()["CO"]
    above = fit(toy, patient(co + 20, co + 40), free, progress=False)
    assert co < above.beat.features()["CO"] < co + 20


def test_starts_from_elsewhere_reach_the_same_place(toy, data):
    f = fit(toy, data, FREE, starts=4, seed=2, progress=False)
    assert any("4 of 4 starts" in n for n in f.notes)
    assert f.table.loc["arteries.C", "value"] == pytest.approx(1.1, rel=1e-3)


def test_profile_agrees_with_the_standard_error_where_the_model_is_nearly_linear(toy, data):
    tight = fit(toy, data, FREE, sd={k: 0.002 * v for k, v in data.items()}, progress=False)
    p = tight.profile("arteries.C")
    row = tight.table.loc["arteries.C"]
    assert (p.low, p.high) == pytest.approx((row["low"], row["high"]), rel=3e-3)
    assert p.verdict.startswith("closed")
    assert p.table["rise"].min() >= -1e-6
    with pytest.raises(UnknownNameError, match=r"Did you mean 'arteries.C'"):
        tight.profile("artery.C")


def test_laplace_samples_have_the_fit_s_spread(found):
    p = found.posterior(4000, seed=1)
    spread = np.log(p.samples["systemic.R"]).std()
    assert spread == pytest.approx(found.identifiability().standard_errors[0], rel=0.05)
    assert p.method.startswith("Laplace")
    assert list(p.predict(["EF", "MAP"], draws=3).columns) == ["EF", "MAP"]
    with pytest.raises(ParameterError, match="not one of laplace, emcee"):
        found.posterior(method="nuts")


def test_a_parameter_that_nothing_sees_is_called_so():
    J = np.array([[1.0, 0.0, 2.0], [0.5, 0.0, 1.0], [2.0, 0.0, 4.0]])  # third is twice the first, second unseen
    info = Identifiability(["a", "b", "c"], J, [True] * 3, np.ones(3), np.ones(3), set())
    assert all("not see" in v for v in info.table["verdict"])
    assert math.isinf(info.condition) and math.isinf(info.collinearity)


def test_fisher_information_of_a_known_case():
    J = np.diag([10.0, 1.0])
    info = Identifiability(["a", "b"], J, [True, True], np.ones(2), np.ones(2), set())
    assert info.standard_errors == pytest.approx([0.1, 1.0])
    assert list(info.table["verdict"]) == ["determined", "not identifiable in practice"]
    assert info.condition == pytest.approx(10)
    assert info.collinearity == pytest.approx(1)


def test_every_default_candidate_names_a_reason_and_what_tells_it():
    for row in CANDIDATES:
        for c in row:
            assert c.reason and c.needs and c.paths
    with pytest.raises(ParameterError, match="free="):
        default_free(types.SimpleNamespace(_theta_index={}), ["SBP"])


@pytest.mark.parametrize(
    ("change", "options", "error", "says"),
    [
        ({}, {"free": ["systemic.Rx"]}, UnknownNameError, "systemic.R"),
        ({}, {"free": []}, ParameterError, "at least one"),
        ({}, {"free": ["systemic.R", "systemic.R+arteries.C"]}, ParameterError, "free twice"),
        ({}, {"free": ["arteries.V0+arteries.C"]}, ParameterError, "not above 0"),
        ({"SBP": math.nan}, {}, DataError, "SBP = nan is not finite"),
        ({"SBP": math.inf}, {}, DataError, "not finite"),
        ({"SBP": "high"}, {}, DataError, "not a number"),
        ({"SBBP": 120.0}, {}, UnknownNameError, "Did you mean 'SBP'"),
        ({"Ees": 2.0}, {}, UnknownNameError, "cannot be fitted"),
        ({"LVEDV": None}, {"drop": ["CO", "LVESV", "LVEDV"]}, DataError, "2 measurements .* 4 free"),
        ({}, {"sd": {"SBP": 0.0}}, DataError, "must be above 0"),
        ({}, {"sd": {"SBP": -1.0}}, DataError, "must be above 0"),
        ({}, {"sd": {"HRX": 1.0}}, UnknownNameError, "not measured"),
        ({}, {"prior": {"lv.E_maxx": 0.2}}, UnknownNameError, "not free"),
        ({}, {"prior": -0.1}, ParameterError, "above 0"),
        ({}, {"co": "fick"}, DataError, "no cardiac output by 'fick'"),
        ({}, {"co": "dye"}, UnknownNameError, "'fick' or 'td'"),
        ({}, {"starts": 0}, ParameterError, "starts = 0"),
        ({}, {"drop": list(KEYS)}, DataError, "no measurement"),
    ],
)
def test_bad_fits_are_refused_with_a_sentence(toy, data, change, options, error, says):
    options = {"free": FREE} | options
    dropped = options.pop("drop", [])
    measured = {k: v for k, v in (data | change).items() if k not in dropped}
    with pytest.raises(error, match=says):
        fit(toy, measured, progress=False, **options)


def test_a_fit_of_nothing_that_is_a_patient_is_refused(toy):
    with pytest.raises(DataError, match="needs a patient"):
        fit(toy, 3.0, FREE)


def test_a_person_without_a_steady_beat_is_refused(toy, data, monkeypatch):
    def lost(*_, **__):
        raise ConvergenceError("There is no steady beat.")

    monkeypatch.setattr(fitting, "solve_orbit", lost)
    with pytest.raises(ConvergenceError, match="No start has a steady beat"):
        fit(toy, data, FREE, progress=False)


# -- sensitivity ----------------------------------------------------------------------------------------------------


def test_local_elasticities_are_the_beat_s_gradient(toy):
    s = sensitivity(toy, ["MAP", "CO"], ["arteries.C", "systemic.R"])
    g = toy.periodic(rtol=1e-7).gradient(["MAP", "CO"], ["arteries.C", "systemic.R"], elasticity=True)
    assert s.loc["systemic.R", "MAP"] == pytest.approx(g.loc["MAP", "systemic.R"], rel=1e-5)
    assert s.index[0] == "systemic.R"  # the most important first


def test_local_of_all_parameters_names_those_that_are_zero(toy):
    s = sensitivity(toy, "MAP")
    assert len(s) == len(toy.parameters)
    assert s.loc["arteries.V0", "MAP"] == 0 and "arteries.V0" in s.attrs["notes"][0]


@pytest.fixture
def ishigami():
    """The global measures on a function whose indices are known (Ishigami & Homma 1990), without any orbit."""
    a, b = 7.0, 0.1

    class Known(sensing._Study):
        def __init__(self):
            self.m, self.keys, self.box = 3, ["y"], np.array([[-np.pi, np.pi]] * 3)
            self.evaluations = self.failures = self.gradients = 0
            self.status, self.notes, self.lose = "complete", [], lambda _: False
            self.parameters = [types.SimpleNamespace(name=n, values=lambda u: [u]) for n in "xyz"]

        def solve(self, v):
            self.evaluations += 1
            if self.lose(v):
                self.failures += 1
                return None
            x = (2 * v - 1) * np.pi
            y = np.sin(x[0]) + a * np.sin(x[1]) ** 2 + b * x[2] ** 4 * np.sin(x[0])
            return types.SimpleNamespace(features=lambda: {"y": y})

        def gradient(self, _, v):
            x = (2 * v - 1) * np.pi
            g = [np.cos(x[0]) * (1 + b * x[2] ** 4), a * np.sin(2 * x[1]), 4 * b * x[2] ** 3 * np.sin(x[0])]
            return 2 * np.pi * np.array([g])

    return Known()


def test_sobol_indices_of_a_known_function(ishigami):
    s = sensing._sobol(ishigami, 2048, np.random.default_rng(0), False)
    assert s["y total"].to_numpy() == pytest.approx([0.558, 0.442, 0.244], abs=0.03)
    assert s["y first"].to_numpy() == pytest.approx([0.314, 0.442, 0.0], abs=0.03)


def test_dgsm_bounds_the_total_index(ishigami):
    s = sensing._dgsm(ishigami, 1024, np.random.default_rng(0), False)
    # nu_i / (pi^2 Var) for the unit cube, analytic: nu = 4 pi^2 E[(df/dx)^2]
    assert s["y bound"].to_numpy() == pytest.approx([2.23, 7.08, 3.17], rel=0.1)
    assert np.all(s["y bound"].to_numpy() >= [0.558, 0.442, 0.244])


def test_morris_finds_an_interaction(ishigami):
    s = sensing._morris(ishigami, 200, np.random.default_rng(0), False)
    assert s["y mu_star"].iloc[0] > 0 and s["y sigma"].iloc[2] > 0
    assert s["y mu_star"].to_numpy()[1] == pytest.approx(0, abs=7.9)


def test_lost_orbits_are_left_out_counted_and_said(ishigami):
    ishigami.lose = lambda v: v[0] > 0.9
    with pytest.warns(UserWarning, match="no steady beat"):
        s = ishigami.finish(sensing._dgsm(ishigami, 256, np.random.default_rng(0), False), "dgsm")
    assert s.attrs["failures"] == pytest.approx(26, abs=3)
    assert np.all(np.isfinite(s.to_numpy()))
    ishigami.lose = lambda v: v[0] > 0.2
    with pytest.raises(ConvergenceError, match="smaller spread"):
        sensing._dgsm(ishigami, 64, np.random.default_rng(0), False)


def test_ctrl_c_keeps_what_is_done(ishigami):
    def stop(_):
        if ishigami.evaluations > 40:
            raise KeyboardInterrupt
        return False

    ishigami.lose = stop
    s = ishigami.finish(sensing._dgsm(ishigami, 64, np.random.default_rng(0), False), "dgsm")
    assert s.attrs["status"] == "interrupted after 40 of 64 samples"


@pytest.mark.parametrize("method", ["dgsm", "morris", "sobol"])
def test_global_measures_on_orbits_agree_on_the_leader(toy, method):
    s = sensitivity(toy, ["MAP"], ["mitral_valve.R", "blood.V_total"], method, samples=4, progress=False)
    assert s.index[0] == "blood.V_total"
    assert s.attrs["failures"] == 0 and s.attrs["evaluations"] >= 5
    assert s.attrs["box"]["blood.V_total"] == pytest.approx((640, 960))


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"method": "sobel"}, ParameterError, "Did you mean 'sobol'"),
        ({"of": ["MAPP"]}, UnknownNameError, "Did you mean 'MAP'"),
        ({"of": []}, ParameterError, "at least one number"),
        ({"to": ["systemic.Q"]}, UnknownNameError, "systemic"),
        ({"to": []}, ParameterError, "at least one"),
        ({"method": "dgsm", "samples": 1}, ParameterError, "at least 2"),
        ({"method": "dgsm", "spread": -1.0}, ParameterError, "spread"),
        ({"method": "dgsm", "bounds": {"lv.E_mux": (1, 2)}}, UnknownNameError, "not varied"),
        ({"method": "dgsm", "bounds": {"lv.E_max": (2, 1)}}, ParameterError, "must rise"),
        ({"method": "dgsm", "bounds": {"lv.E_max": (2, 99)}}, ParameterError, "declared"),
    ],
)
def test_bad_sensitivities_are_refused_with_a_sentence(toy, options, error, says):
    with pytest.raises(error, match=says):
        sensitivity(toy, **({"of": ["MAP"], "to": ["lv.E_max"], "progress": False} | options))


def test_a_free_parameter_knows_its_scale(toy):
    p = make(toy, "systemic.R")
    assert p.log and p.values(np.log(2.0))[0] == pytest.approx(2 * toy["systemic.R"])
    assert p.position(2 * toy["systemic.R"]) == pytest.approx(np.log(2))
    assert not free_parameters(toy, "lv.V0")[0].log


# -- a reflex whose set point must follow the fit -------------------------------------------------------------------


@pytest.fixture
def reflexive(toy, monkeypatch):
    """The toy loop with its rate reflex treated as a person's: at rest the tone is zero on average."""
    from heartloop.model import Model

    monkeypatch.setattr(fitting, "REST", {"sinus.p0": ("sinus.tone", "mean")})
    monkeypatch.setattr(fitting, "EFFERENTS", ("sinus.gain",))
    return Model(toy._c, roles=toy.roles, features=toy.features | {"rest:sinus.tone": ("mean", "sinus.tone")})


def test_the_fitted_rest_is_an_equilibrium_of_the_reflex(reflexive):
    measured = {"SBP": 150.0, "DBP": 95.0, "CO": 75.0}
    f = fit(reflexive, measured, ["systemic.R", "arteries.C", "blood.V_total"], progress=False)
    features = f.model.periodic(rtol=1e-8).features()
    assert abs(features["rest:sinus.tone"]) < 1e-5
    assert {k: features[k] for k in measured} == pytest.approx(measured, rel=1e-4)
    assert f.model["sinus.gain"] == reflexive["sinus.gain"] != 0  # the reflex is intact again
    assert f.model["sinus.p0"] != reflexive["sinus.p0"]
    assert f.evaluations < 15


def test_samples_of_the_posterior_are_at_rest(reflexive):
    measured = {"SBP": 150.0, "DBP": 95.0, "CO": 75.0}
    f = fit(reflexive, measured, ["systemic.R", "arteries.C", "blood.V_total"], progress=False)
    drawn = f.posterior(20).predict(["rest:sinus.tone", "CO"], draws=20)
    assert drawn["rest:sinus.tone"].abs().max() < 0.01
    assert drawn["CO"].std() > 1


def test_standard_errors_let_the_set_point_follow(reflexive):
    from heartloop.calibrate import calibrate

    measured = {"SBP": 150.0, "DBP": 95.0, "CO": 75.0}
    free = ["systemic.R", "arteries.C", "blood.V_total"]
    f = fit(reflexive, measured, free, progress=False)
    columns = []
    h = 1e-3  # on the fitted scale
    for p, u in zip(f.problem.parameters, f.point.u, strict=True):
        ends = []
        for sign in (1, -1):
            moved = f.model.with_({p.name: p.values(u + sign * h)[0]})
            rest = calibrate(moved, {"sinus.p0": ("rest:sinus.tone", 0.0, 1.0)})
            b = rest.periodic(rtol=1e-8).features()
            ends.append(np.array([b[k] for k in measured]))
        columns.append((ends[0] - ends[1]) / (2 * h) / f.residuals["sd"].to_numpy())
    assert f.jacobian == pytest.approx(np.array(columns).T, rel=1e-3)


def test_default_parameters_that_the_data_cannot_tell_apart_stay(toy, data, monkeypatch):
    from heartloop.studies import parameters

    row = lambda *paths: (parameters.Candidate(paths, ("SBP", "DBP", "CO"), "because"),)  # noqa: E731
    monkeypatch.setattr(
        parameters, "CANDIDATES", (row("systemic.R"), row("blood.V_total"), row("mitral_valve.R"), row("arteries.C"))
    )
    measured = {k: data[k] for k in ("SBP", "DBP", "CO", "LVEDV")}
    f = fit(toy, measured, sd={k: 0.1 * v for k, v in measured.items()}, progress=False)
    assert "mitral_valve.R" not in f.table.index and "arteries.C" in f.table.index
    assert any("mitral_valve.R stayed where it was" in n for n in f.notes)
    assert f.converged


def test_outputs_that_contradict_each_other_are_said(toy):
    f = fit(toy, {"CO": 80.0, "EF": 0.6, "LVEDV": 150.0, "HR": 70.0}, ["systemic.R", "lv.E_max"], progress=False)
    assert any("cannot" in n or "no model" in n for n in f.notes)
