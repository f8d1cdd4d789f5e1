"""Row 6 of the threats: whatever is sent as a value is taken or refused, on both databases; and what was taken can be read."""

from __future__ import annotations

import copy
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kebu.fields import definitions
from kebu.fields.registry import catalog, forget
from kebu.fields.types import OWN_KINDS
from safety.bodies import entitled, good_body, good_query
from safety.hostile import EXTREMES, scalars, trees
from safety.routes import operations
from safety.test_bodies import inside
from safety.world import World, digest, undone

pytestmark = pytest.mark.django_db
# KEBU_EXAMPLES=2000 looks longer.
EXAMPLES = int(os.environ.get("KEBU_EXAMPLES", "80"))
many = settings(
    max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

OBJECTS = {"customers": "name", "contacts": "name", "deals": "title"}


@pytest.fixture
def fields(world: World) -> dict[str, list[str]]:
    """The fields of every object, among them one of the company's own of each kind."""
    for kind in OWN_KINDS:
        definitions.add_field(world.alice, "customers", kind=kind, labels={"zh-Hans": f"自定义{kind}"})
        forget()
    return {key: list(catalog().shown[key]) for key in OBJECTS}


@many
@given(data=st.data())
def test_what_is_taken_as_a_value_can_be_read_again(
    world: World, fields: dict[str, list[str]], data: st.DataObject
) -> None:
    object_key = data.draw(st.sampled_from(sorted(OBJECTS)))
    values = data.draw(st.dictionaries(st.sampled_from(fields[object_key]), trees, min_size=1, max_size=3))
    values.setdefault(OBJECTS[object_key], "x")
    path = f"/records/{object_key}"
    before = digest()
    with undone():
        made = world.send("owner", "POST", path, {"values": values})
        assert made.status_code in (201, 400, 404, 409), made.content
        if made.status_code != 201:
            assert digest() == before
            return
        pk = made.json()["id"]
        assert world.send("owner", "GET", f"{path}/{pk}").json()["values"] == made.json()["values"]
        changed = world.send(
            "owner",
            "PATCH",
            f"{path}/{pk}",
            {"version": 1, "values": {key: None for key in values if key != OBJECTS[object_key]}},
        )
        assert changed.status_code in (200, 400)
        assert world.send("owner", "GET", f"{path}/{pk}/history").status_code == 200
        found = world.send("owner", "POST", f"{path}/query", {"search": str(values[OBJECTS[object_key]])[:20]})
        assert found.status_code == 200


@many
@given(data=st.data())
def test_any_condition_is_answered_or_refused(world: World, fields: dict[str, list[str]], data: st.DataObject) -> None:
    object_key = data.draw(st.sampled_from(sorted(OBJECTS)))
    leaf = st.sampled_from(fields[object_key]).flatmap(
        lambda key: st.fixed_dictionaries(
            {
                "field": st.just(key),
                "op": st.sampled_from(catalog().field(object_key, key).stored.type.operators),
                "value": trees | st.lists(scalars, min_size=1, max_size=3) | periods,
            }
        )
    )
    tree = data.draw(leaf | st.fixed_dictionaries({"or": st.lists(leaf, max_size=2)}))
    sort = data.draw(st.lists(st.sampled_from(fields[object_key]).map(lambda key: {"field": key}), max_size=2))
    search = data.draw(
        st.text(max_size=20) | st.sampled_from([one for one in EXTREMES if isinstance(one, str) and len(one) < 100])
    )
    with undone():
        for asked in ({"filter": tree}, {"sort": sort, "search": search}):
            answer = world.send("owner", "POST", f"/records/{object_key}/query", asked)
            assert answer.status_code in (200, 400), answer.content


periods = st.fixed_dictionaries(
    {"unit": st.sampled_from(["day", "week", "month", "quarter", "year"])},
    optional={"from": st.integers(-10_001, 10_001), "to": st.integers(-10_001, 10_001)},
)


@many
@given(data=st.data())
def test_any_body_is_answered_or_refused(world: World, data: st.DataObject) -> None:
    """A good body with something else in one place: nothing that is refused has changed anything."""
    operation = data.draw(st.sampled_from([one for one in operations() if one.takes == "application/json"]))
    body = copy.deepcopy(good_body(operation.key, world))
    *above, last = data.draw(st.sampled_from(list(leaves(body))))
    inside(body, tuple(above))[last] = data.draw(trees)
    before = digest()
    with undone():
        answer = world.send(
            entitled(operation.key),
            operation.method,
            operation.at(**world.ids()),
            body,
            good_query(operation.key, world),
        )
        assert answer.status_code < 500, answer.content
        if answer.status_code >= 400:
            assert digest() == before
        assert world.send("bob", "GET", "/views").status_code == 200
        assert world.send("bob", "GET", "/objects").status_code == 200
        assert world.send("bob", "GET", "/me").status_code in (200, 401)


def leaves(body: Any, path: tuple[Any, ...] = ()) -> Any:
    """The paths of everything within a body."""
    for key, value in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        yield (*path, key)
        yield from leaves(value, (*path, key))
