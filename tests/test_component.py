"""Declarations and equations must agree; values must be possible."""

import re

import pytest
import zoo

from heartloop.component import Component, Equations, Group, Input, Output, Param, State, check_value
from heartloop.errors import DeclarationError, ParameterError


def test_unread_parameter_is_an_error():
    with pytest.raises(DeclarationError, match="'k'"):

        class Bad(Component):
            k = Param(1.0, "1", "never read")
            y = Output("1", "y")

            def equations(self):
                return Equations(out=dict(y=1.0))


def test_undeclared_name_is_an_error_with_a_suggestion():
    with pytest.raises(DeclarationError, match="Did you mean 'E_max'"):

        class Bad(Component):
            E_max = Param(1.0, "1", "x")
            y = Output("1", "y")

            def equations(self, E_mx, E_max):
                return Equations(out=dict(y=E_mx * E_max))


def test_missing_rate_is_an_error():
    class Forgets(Component):
        a = State(0.0, "1", "a")
        y = Output("1", "y")

        def equations(self, a):
            return Equations(out=dict(y=a))

    with pytest.raises(DeclarationError, match="no rate"):
        Forgets("f").evaluate({"a": 1.0})


@pytest.mark.parametrize(
    ("kwargs", "match"),
    [
        (dict(value=2.0, bounds=(0, 1)), "outside its bounds"),
        (dict(value=1.0, bounds=(0, 2), scale="log"), "log scale"),
        (dict(value=1.0, scale="cubic"), "scale"),
        (dict(value=1.0, source=" "), "empty source"),
    ],
)
def test_impossible_declarations_are_refused(kwargs, match):
    with pytest.raises(DeclarationError, match=match):
        Param(unit="1", doc="x", **kwargs)


def test_equations_run_on_plain_floats():
    r = zoo.Resistor("r")
    assert r.evaluate({"p_in": 100.0, "p_out": 90.0, "R": 2.0}).out["q"] == 5.0


@pytest.mark.parametrize(
    ("kwargs", "match"),
    [({"R": -1.0}, "outside"), ({"R": float("nan")}, "not finite"), ({"R": "big"}, "not a number"), ({"r": 1}, "'R'")],
)
def test_impossible_values_are_refused(kwargs, match):
    with pytest.raises(ParameterError, match=match):
        zoo.Resistor("systemic", **kwargs)


def test_refusals_name_a_unit_only_where_there_is_one():
    share, length = Param(0.5, "1", "a share", bounds=(0, 1)), Param(2.0, "mm", "a length", bounds=(0, 3))
    for value, words in ((2.0, "= 2 is outside 0..1 "), ("big", "is not a number."), (float("inf"), "give a number.")):
        with pytest.raises(ParameterError, match=re.escape(words)):
            check_value("a.share", value, share)
    for value, words in ((4.0, "= 4 mm is outside"), ("big", "is not a number (mm)."), (float("inf"), "number in mm.")):
        with pytest.raises(ParameterError, match=re.escape(words)):
            check_value("a.length", value, length)


def test_bad_component_name_is_refused():
    with pytest.raises(DeclarationError, match="not a component name"):
        zoo.Resistor("1st valve")


def test_group_refuses_a_parameter_that_no_member_has():
    class A(Component):
        k = Param(1.0, "1", "k")
        x = Input("1", "x")
        y = Output("1", "y")

        def equations(self, k, x):
            return Equations(out=dict(y=k * x))

    assert Group.of("g", [A], k=2.0).members[0].declarations["k"].value == 2.0
    with pytest.raises(ParameterError, match="no parameter or state 'q'"):
        Group.of("g", [A], q=1.0)
