"""The joint fit of cell, walls and loop: its derivatives and its claims."""

import numpy as np
import pytest

from heartloop.scenarios.identification import BENCH, CELL, Identification, bench_rows, contraction_rows
from heartloop.scenarios.identification_human import between, nearest


@pytest.fixture(scope="module")
def fit():
    return Identification()


def test_derivatives_of_the_claims_match_differences(fit):
    """Persons by tangents through the orbit against central differences; one beat stands for all four persons."""

    def beats(u, start=None):
        beat = fit.model(u, None, False, 0.0).periodic(rtol=1e-7, tol=1e-9, start=start)
        return dict.fromkeys(("rest", "paced", "weak", "weak paced"), beat)

    at = beats(fit.u)
    rows, J = fit.person_rows(fit.u, at, slopes=True)
    width = np.array([w for *_, w in rows])
    for name in ("k_TRPN", "I_NCX_max", "lv.k_scale = rv.k_scale", "systemic.R = splanchnic.R", "la.E_b"):
        i, h = fit.names.index(name), 1e-3
        up, down = fit.u.copy(), fit.u.copy()
        up[i] += h
        down[i] -= h
        high, low = (
            np.array([r[1] for r in fit.person_rows(v, beats(v, at["rest"]), slopes=False)[0]]) for v in (up, down)
        )
        difference = (high - low) / (2 * h) / width
        # tau starts at the steepest fall, whose time differences of beats give to a few percent only
        loose = np.array([k == "tau" for k, *_ in rows])
        assert J[~loose, i] == pytest.approx(difference[~loose], rel=2e-3, abs=2e-2), name
        assert J[loose, i] == pytest.approx(difference[loose], rel=0.05, abs=2e-2), name


def test_present_constants_meet_the_claims_on_the_cell(fit):
    found = {name: fit.twitch(fit.u, name, None) for name in BENCH}
    rows = bench_rows({name: beat.summary() for name, beat in found.items()}) + contraction_rows(found["control"])
    for name, value, target, width in rows:
        assert abs(value - target) < 3 * width, name


def test_free_constants_stay_inside_their_bounds(fit):
    assert set(CELL) <= {p.removeprefix("cell.") for p in fit.cell.parameters.index}
    low, high = fit.values(fit.low), fit.values(fit.high)
    for path in low:
        a, b = fit.body._entry(path).bounds
        assert a <= min(low[path], high[path]) and max(low[path], high[path]) <= b, path


def test_a_condition_of_the_human_fit_starts_from_the_beat_that_differs_least():
    found = {k: k for k in ("control", "control 140", "failing 150", "quiet, ready to release")}
    names = ("control 150", "failing 140", "quiet, loaded", "control 90")
    assert [nearest(k, found) for k in names] == ["control 140", "failing 150", "quiet, ready to release", "control"]
    assert nearest("control", {}) is None
    assert between(1.0, 4.0, 0.5) == pytest.approx(2.0) and between(0.0, 4.0, 0.25) == 1.0
