"""Integrator, orbit, gradients, real time and slow time on a loop small enough to check everything."""

import casadi as ca
import numpy as np
import pytest

from heartloop import events as ev
from heartloop.compile import Kernel
from heartloop.errors import ConvergenceError, EventError, IntegrationError, ParameterError, UnknownNameError
from heartloop.orbit import OrbitProblem, classify, solve_orbit
from heartloop.tableau import METHODS


def robertson() -> Kernel:
    x, v = ca.SX.sym("x", 3), ca.SX.sym("v", 3)
    a, b, c = v[0] * x[0], v[1] * x[1] * x[2], v[2] * x[1] ** 2
    f = ca.vertcat(-a + b, a - b - c, c)
    functions = (
        ca.Function("hl_f", [x, v], [f]),
        ca.Function("hl_j", [x, v], [ca.jacobian(f, x)]),
        ca.Function("hl_v", [x, v], [ca.jacobian(f, v)]),
    )
    return Kernel(*functions, np.ones(3))


def brusselator() -> Kernel:
    x, v = ca.SX.sym("x", 2), ca.SX.sym("v", 2)
    f = ca.vertcat(v[0] + x[0] ** 2 * x[1] - (v[1] + 1) * x[0], v[1] * x[0] - x[0] ** 2 * x[1])
    functions = (
        ca.Function("hl_f", [x, v], [f]),
        ca.Function("hl_j", [x, v], [ca.jacobian(f, x)]),
        ca.Function("hl_v", [x, v], [ca.jacobian(f, v)]),
    )
    return Kernel(*functions, np.ones(2))


@pytest.mark.parametrize("method", sorted(METHODS))
def test_method_has_its_order(method):
    k = brusselator()
    x0, v = np.array([1.5, 3.0]), np.array([1.0, 2.0])
    exact = k.segment(x0, v, 1.0, rtol=1e-13, method="rodas4").x
    errors = []
    for n in (80, 160, 320):
        steps = np.linspace(0, 1, n + 1)[1:]
        errors.append(np.max(np.abs(k.segment(x0, v, 1.0, steps=steps, method=method).x - exact)))
    slope = np.log2(errors[1] / errors[2])
    assert slope > METHODS[method].order - 0.3  # observed order of convergence


@pytest.mark.parametrize("method", sorted(METHODS))
def test_method_is_stiffly_stable(method):
    k = robertson()
    r = k.segment(np.array([1.0, 0, 0]), np.array([0.04, 1e4, 3e7]), 40.0, rtol=1e-6, method=method, h_max=40)
    # Hairer & Wanner 1996, IV.10, solution of the Robertson problem at t = 40
    assert r.x == pytest.approx([0.7158, 9.185e-6, 0.2842], rel=2e-4)
    assert r.stats[0] < 400


def test_c_and_python_take_the_same_steps():
    k = robertson()
    if not k.compiled:
        pytest.skip("no C compiler: there is only the Python stepper")
    S = np.hstack([np.eye(3), np.zeros((3, 4))])
    dv = np.hstack([np.zeros((3, 3)), np.eye(3), np.zeros((3, 1))])
    dT = np.array([0.0, 0, 0, 0, 0, 0, 1.0])
    args = dict(rtol=1e-6, S=S, dv=dv, dT=dT, grid=np.linspace(0, 5, 11), sample_tangents=True)
    x0, v = np.array([1.0, 0, 0]), np.array([0.04, 10.0, 30.0])
    for method in METHODS:
        k.compiled = True
        a = k.segment(x0, v, 5.0, method=method, **args)
        k.compiled = False
        b = k.segment(x0, v, 5.0, method=method, **args)
        for name in ("x", "S", "gx", "gs", "steps"):
            gap = np.max(np.abs(getattr(a, name) - getattr(b, name)))
            assert gap < 1e-9, (method, name)  # rounding, amplified by the step control


def test_own_inverse_agrees_with_lapack_and_refuses_singular_matrices():
    k = robertson()
    A = np.random.default_rng(1).normal(size=(40, 40))
    A[0, 0] = 0.0  # needs a pivot
    assert k.invert(A) == pytest.approx(np.linalg.inv(A), rel=1e-9, abs=1e-11)
    A[:, 3] = 0.0
    assert k.invert(A) is None


def test_orbit_inverse_is_the_pseudo_inverse_with_and_without_a_named_total(toy):
    beat = toy.periodic()
    problem = OrbitProblem(toy._c, toy._theta, beat.orbit.rtol, beat.orbit.method)
    M = beat._monodromy()
    for unnamed in (False, True):
        if unnamed:  # blood is still conserved, but nothing says how much there is
            problem.W, problem.total_scale = problem.W[:0], problem.total_scale[:0]
        A = np.vstack([M - np.eye(len(M)), problem.W * problem.D / problem.total_scale[:, None]])
        assert problem.inverse(M).matrix == pytest.approx(np.linalg.pinv(A, rcond=1e-12), abs=1e-9)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_tangents_are_exact_for_the_discrete_solution(method):
    k = robertson()
    S = np.hstack([np.eye(3), np.zeros((3, 4))])
    dv = np.hstack([np.zeros((3, 3)), np.eye(3), np.zeros((3, 1))])
    dT = np.array([0.0, 0, 0, 0, 0, 0, 1.0])
    x0, v = np.array([1.0, 0, 0]), np.array([0.04, 10.0, 30.0])
    r = k.segment(x0, v, 5.0, rtol=1e-5, S=S, dv=dv, dT=dT, method=method)
    e = 1e-5
    for d in range(7):
        ends = [
            k.segment(x0 + s * e * S[:, d], v + s * e * dv[:, d], 5 + s * e * dT[d], method=method,
                      steps=r.steps * (5 + s * e * dT[d]) / 5).x
            for s in (1, -1)
        ]  # fmt: skip
        fd = (ends[0] - ends[1]) / (2 * e)
        assert np.max(np.abs(fd - r.S[:, d])) < 1e-7  # rounding of the difference quotient


def test_failure_names_component_state_and_time(toy):
    c = toy._c
    bad = toy._theta.copy()
    bad[c.param_index["arteries.C"]] = float("nan")
    with pytest.raises(IntegrationError, match=r"after onset.*'lv\.V'|after onset.*'sinus"):
        c.beat(c.start(), bad)


def test_orbit_is_tight_and_conserves_its_total(toy):
    beat = toy.periodic(rtol=1e-7)
    assert beat.residual < 1e-9
    volume = sum(beat.x[toy._c.index[p]] for p in toy._c.graph.volumes)
    assert volume == pytest.approx(800.0, abs=1e-8)


def test_orbit_is_where_plain_beats_end(toy):
    beat = toy.periodic(rtol=1e-8)
    c = toy._c
    x = beat.x.copy()
    x[c.index["sinus.tone"]] += 0.05
    x[c.index["veins.V"]] *= 1.01
    x[c.index["arteries.V"]] -= 0.01 * beat.x[c.index["veins.V"]]
    for _ in range(100):
        x = c.beat(x, toy._theta, rtol=1e-8).x
    rows = c.periodic_rows
    assert np.max(np.abs(x - beat.x)[rows] / c.size[rows]) < 1e-6


def test_conserved_total_is_found_and_named(toy):
    beat = toy.periodic()
    assert np.sum(np.abs(beat.multipliers - 1) < 1e-6) == 1
    assert beat.neutral == {"blood": ["lv.V", "arteries.V", "veins.V"]}


def test_gradient_matches_differences_of_tight_orbits(toy):
    to = ["systemic.R", "lv.E_max", "sinus.rate", "sinus.gain", "blood.V_total", "arteries.C", "kidney.E"]
    of = ["MAP", "EF", "CO", "LVEDP", "SBP", "LVET"]
    g = toy.periodic(rtol=1e-7).gradient(of, to)
    for p in to:
        h = 1e-4 * max(abs(toy[p]), 1.0)
        high, low = (toy.with_({p: toy[p] + s * h}).periodic(rtol=1e-9, tol=1e-11).features() for s in (1, -1))
        for k in of:
            fd = (high[k] - low[k]) / (2 * h)
            assert abs(g.loc[k, p] - fd) <= 1e-3 * max(abs(fd), 1e-2 * abs(high[k])), (k, p)


def test_more_resistance_raises_pressure_and_lowers_flow(toy):
    g = toy.periodic().gradient(["MAP", "CO"], ["systemic.R"])
    assert g.loc["MAP", "systemic.R"] > 0 > g.loc["CO", "systemic.R"]


def test_unknown_names_in_a_gradient_are_refused(toy):
    beat = toy.periodic()
    with pytest.raises(UnknownNameError, match="'MAP'"):
        beat.gradient(["MAPP"], ["systemic.R"])
    with pytest.raises(UnknownNameError, match="systemic"):
        beat.gradient(["MAP"], ["systemik.R"])


def test_event_step_falls_on_its_time(toy):
    run = toy.solve(6.0, every=0.002, events=[ev.set_parameter("lv.E_max", 1.2, start=3.21)], rtol=1e-7)
    before = toy.solve(6.0, every=0.002, rtol=1e-7)
    d = np.abs(run.data["arteries.p"] - before.data["arteries.p"]).values
    t = run.data["time"].values
    assert np.max(d[t < 3.20]) < 1e-3  # another segment end, another step sequence
    assert np.max(d[t > 3.6]) > 1.0


def test_a_run_stores_its_last_instant(toy):
    """Also where the duration is no multiple of the sampling interval: balances compare the end with the start."""
    run = toy.solve(1.2345, every=0.01)
    t = run.data["time"].values
    assert len(t) == 125 and t[-1] == pytest.approx(1.2345, abs=1e-9) and t[-2] == pytest.approx(1.23)
    for path, i in toy._c.index.items():
        if path in run.data:
            assert run.data[path].values[-1] == pytest.approx(run.x[i], rel=1e-9, abs=1e-9), path
    assert len(toy.solve(1.23, every=0.01).data["time"]) == 124


def test_doses_add_up_and_wear_off(toy):
    path = toy.parameters.index[0]
    base, low, high = toy[path], *toy.parameters.loc[path, ["low", "high"]]
    effect = 0.05 * min(base - low, high - base) if min(base - low, high - base) > 0 else 0.0
    assert effect > 0
    one = ev.dose(path, effect, half_life=4, start=1)
    run = toy.solve(30, every=0.1, events=[one])
    assert run._theta[toy._theta_index[path]] == pytest.approx(base + one.level(29), rel=1e-9)
    assert one.level(4) == pytest.approx(effect / 2) and one.level(-1) == 0
    two = toy.solve(10, every=0.1, events=[one, ev.dose(path, effect, half_life=4, start=5)])
    assert two._theta[toy._theta_index[path]] == pytest.approx(base + one.level(9) + one.level(5), rel=1e-9)
    slow = ev.dose(path, effect, half_life=60, onset=5)
    course = [slow.level(t) for t in np.linspace(0, 300, 3001)]
    assert course[0] == 0 and max(course) == pytest.approx(effect, rel=1e-5)


def test_when_fires_at_the_crossing(toy):
    run = toy.solve(
        12.0,
        events=[
            ev.set_parameter("systemic.R", 0.5, start=2.0),
            ev.when("arteries.p", below=60.0, do=[ev.set_parameter("systemic.R", 1.0)]),
        ],
    )
    p, t = run.data["arteries.p"].values, run.data["time"].values
    first = t[np.argmax(p < 60.5)]
    assert first > 2.0
    assert p[-1] == pytest.approx(float(toy.periodic().data["arteries.p"].interp(time=0.2)), abs=30)
    assert np.min(p) > 50  # without the event the pressure falls far lower


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: ev.bleed(-5), "0..5000"),
        (lambda: ev.bleed(float("nan")), "Bleed volume"),
        (lambda: ev.bleed(500, over=0), "duration"),
        (lambda: ev.dose("x", 1, half_life=0), "half-life"),
        (lambda: ev.dose("x", float("nan"), half_life=5), "Dose effect"),
        (lambda: ev.infuse("much"), "not a number"),
        (lambda: ev.ectopic(-1), "Ectopic"),
        (lambda: ev.pace(900), "20..250"),
        (lambda: ev.pace(90, start=5, stop=3), "before it starts"),
        (lambda: ev.when("lv.p", do=[]), "exactly one"),
        (lambda: ev.flatten([42]), "not an event"),
    ],
)
def test_impossible_events_are_refused(make, match):
    with pytest.raises(EventError, match=match):
        make()


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda m: m.solve(-1), EventError, "duration"),
        (lambda m: m.solve(float("nan")), EventError, "duration"),
        (lambda m: m.solve(5, every=10), EventError, "every"),
        (lambda m: m.solve(5, events=[ev.bleed(100)]), EventError, "no blood source"),
        (lambda m: m.solve(5, events=[ev.ectopic(1, gate="rv.x")]), EventError, "no stimulus"),
        (lambda m: m.solve(5, events=[ev.when("lv.q", below=1, do=[])]), UnknownNameError, "no signal"),
        (lambda m: m.progress(0), EventError, "days"),
        (lambda m: m.progress(10, events=[ev.bleed(100)]), EventError, "lasts seconds"),
        (lambda m: m.progress(10, events=[ev.set_parameter("kidney.E", 1)]), EventError, "slow state"),
        (lambda m: m.with_({"systemic.R": -1}), ParameterError, "outside"),
        (lambda m: m.with_({"systemic.R": float("inf")}), ParameterError, "not finite"),
        (lambda m: m.with_({"systemic.Q": 1}), UnknownNameError, "systemic"),
        (lambda m: m.periodic(rtol=1), ParameterError, "rtol"),
        (lambda m: m["*.V0"], ParameterError, "different values"),
    ],
)
def test_bad_calls_are_refused(toy, call, error, match):
    with pytest.raises(error, match=match):
        call(toy)


def test_a_person_who_cannot_live_says_so(toy):
    c = toy._c
    with pytest.raises(ConvergenceError, match="no steady beat"):
        dead = toy._theta.copy()
        dead[c.param_index["sinus.rate"]] = 0.1
        solve_orbit(c, dead, c.start())


def test_course_reaches_the_slow_equilibrium(toy):
    course = toy.progress(200, events=[ev.set_parameter("lv.E_max", 1.5, start=5, over=10)], bar=False)
    assert course.status == "complete"
    end = course.at(200.0)
    rate = end.slow_rates(end.periodic().features())
    assert abs(rate[0]) < 1e-3


def test_course_agrees_with_a_tight_one(toy):
    events = [ev.set_parameter("lv.E_max", 1.5, start=5, over=10)]
    loose = toy.progress(60, events=events, every=5, bar=False)
    tight = toy.progress(60, events=events, every=5, rtol=1e-6, beat_rtol=1e-7, bar=False)
    a, b = loose.data["kidney.E"].values, tight.data["kidney.E"].values
    assert np.max(np.abs(a - b)) < 1e-3 * np.max(np.abs(b))


def test_course_resumes_where_it_was_stopped(toy, tmp_path):
    events = [ev.set_parameter("lv.E_max", 1.5, start=5, over=10)]
    whole = toy.progress(40, events=events, every=5, bar=False)
    file = tmp_path / "course.json"
    import heartloop.course as module

    original, count = module._save_checkpoint, {"n": 0}

    def stop(*args):
        original(*args)
        count["n"] += 1
        if count["n"] == 12:
            raise KeyboardInterrupt

    module._save_checkpoint = stop
    try:
        part = toy.progress(40, events=events, every=5, bar=False, checkpoint=file)
    finally:
        module._save_checkpoint = original
    assert part.status.startswith("interrupted")
    rest = toy.progress(40, events=events, every=5, bar=False, checkpoint=file, resume=True)
    assert rest.status == "complete"
    assert np.allclose(rest.data["kidney.E"], whole.data["kidney.E"], rtol=2e-3, atol=0.05)


def test_slow_jacobian_matches_differences(toy):
    from heartloop.course import slow_jacobian

    m = toy.with_({"kidney.E": 20.0})
    J = slow_jacobian(m.periodic(rtol=1e-7))
    rates = [
        x.slow_rates(x.periodic(rtol=1e-9, tol=1e-11).features())
        for x in (m.with_({"kidney.E": 20.01}), m.with_({"kidney.E": 19.99}))
    ]
    assert J[0, 0] == pytest.approx((rates[0] - rates[1])[0] / 0.02, rel=1e-3)


@pytest.mark.parametrize(
    ("multiplier", "word"), [(1.05, "fold"), (-1.02, "alternans"), (0.8 + 0.7j, "oscillation"), (0.9, "approach")]
)
def test_multipliers_are_put_in_words(multiplier, word):
    assert word in classify(multiplier)


def test_compiled_samples_are_those_of_the_virtual_machine(toy):
    """Signals of a beat by the compiled reader and by CasADi's own evaluation."""
    c = toy._c
    p = c.beat(toy.periodic().x, toy._theta, samples=200)
    chosen = [i for i, path in enumerate(c.out_paths) if path not in c.held_paths]  # held values do not follow x
    assert len(chosen) > 5
    reader = c.reader(tuple(c.out_paths[i] for i in chosen))
    assert np.allclose(reader(p.X, p.V, p.piece), c.outputs(p.X, p.V, p.piece)[:, chosen], rtol=1e-12, atol=1e-12)
