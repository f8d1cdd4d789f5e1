"""Every route by every role. A route that is missing here fails: say who may do it, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from kebu.api import api
from safety.bodies import good_body, good_query
from safety.routes import Operation, operations
from safety.world import CANARY, ROLES, World, digest, text_of, undone

pytestmark = pytest.mark.django_db

# Every request is aimed at what Bob has. `outsider` is Charlie, who sells too; `reading` and `writing` are tokens of Bob.
#                                                nobody disabled readonly outsider bob administrator owner reading writing
EXPECTED: dict[str, str] = {
    "GET /health/live":                         "200    200      200      200      200    200       200    200     200",
    "GET /health/ready":                        "200    200      200      200      200    200       200    200     200",
    "GET /setup":                               "404    404      404      404      404    404       404    404     404",
    "POST /setup":                              "404    404      404      404      404    404       404    404     404",
    "GET /me":                                  "401    401      200      200      200    200       200    200     200",
    "PATCH /me":                                "401    401      200      200      200    200       200    403     200",
    "GET /users":                               "401    401      403      403      403    200       200    403     403",
    "POST /users":                              "401    401      403      403      403    201       201    403     403",
    "PATCH /users/{user_id}":                   "401    401      403      403      403    200       200    403     403",
    "POST /users/{user_id}/invite":             "401    401      403      403      403    200       200    403     403",
    "GET /roles":                               "401    401      403      403      403    200       200    403     403",
    "POST /roles":                              "401    401      403      403      403    201       201    403     403",
    "PATCH /roles/{role_key}":                  "401    401      403      403      403    200       200    403     403",
    "DELETE /roles/{role_key}":                 "401    401      403      403      403    204       204    403     403",
    "POST /roles/{role_key}/preview":           "401    401      403      403      403    200       200    403     403",
    "GET /teams":                               "401    401      200      200      200    200       200    403     403",
    "POST /teams":                              "401    401      403      403      403    201       201    403     403",
    "PATCH /teams/{team_id}":                   "401    401      403      403      403    200       200    403     403",
    "DELETE /teams/{team_id}":                  "401    401      403      403      403    204       204    403     403",
    "POST /teams/{team_id}/preview":            "401    401      403      403      403    200       200    403     403",
    "GET /records/{object_key}/{record_id}/shares":
                                                "401    401      200      404      200    200       200    403     403",
    "POST /records/{object_key}/{record_id}/shares":
                                                "401    401      403      404      201    201       201    403     403",
    "GET /records/{object_key}/{record_id}/why":"401    401      403      404      403    200       200    403     403",
    "DELETE /shares/{share_id}":                "401    401      403      404      204    204       204    403     403",
    "GET /invites/{token}":                     "200    200      200      200      200    200       200    200     200",
    "POST /invites/{token}":                    "200    200      200      200      200    200       200    200     200",
    "GET /tokens":                              "401    401      200      200      200    200       200    403     403",
    "POST /tokens":                             "401    401      201      201      201    201       201    403     403",
    "DELETE /tokens/{token_id}":                "401    401      404      404      204    404       404    403     403",
    "GET /sign-in":                             "200    200      200      200      200    200       200    200     200",
    "GET /passkeys":                            "401    401      200      200      200    200       200    403     403",
    "POST /passkeys/begin":                     "401    401      409      409      409    409       409    403     403",
    "POST /passkeys":                           "401    401      400      400      400    400       400    403     403",
    "PATCH /passkeys/{passkey_id}":             "401    401      404      404      200    404       404    403     403",
    "POST /passkeys/{passkey_id}/remove":       "401    401      404      404      204    404       404    403     403",
    "POST /sign-in/passkey/begin":              "409    409      409      409      409    409       409    409     409",
    "POST /sign-in/passkey":                    "400    400      400      400      400    400       400    400     400",
    "POST /resets":                             "409    409      409      409      409    409       409    409     409",
    "GET /resets/{token}":                      "404    404      404      404      404    404       404    404     404",
    "POST /resets/{token}":                     "404    404      404      404      404    404       404    404     404",
    "POST /sign-in/second":                     "401    401      401      401      401    401       401    401     401",
    "GET /two-factor":                          "401    401      200      200      200    200       200    403     403",
    "POST /two-factor/begin":                   "401    401      200      200      200    400       200    403     403",
    "POST /two-factor/confirm":                 "401    401      400      400      200    400       400    403     403",
    "POST /two-factor/codes":                   "401    401      409      409      409    400       409    403     403",
    "POST /two-factor/off":                     "401    401      204      204      204    400       204    403     403",
    "POST /users/{user_id}/two-factor/reset":   "401    401      403      403      403    204       204    403     403",
    "POST /users/{user_id}/view":               "401    401      403      403      403    204       204    403     403",
    "DELETE /viewing":                          "401    401      204      204      204    204       204    403     403",
    "GET /sign-in-rules":                       "401    401      403      403      403    200       200    403     403",
    "PATCH /sign-in-rules":                     "401    401      403      403      403    200       200    403     403",
    "GET /sessions":                            "401    401      200      200      200    200       200    403     403",
    "POST /sessions/end-others":                "401    401      200      200      200    200       200    403     403",
    "DELETE /sessions/{session_id}":            "401    401      404      404      204    404       404    403     403",
    "POST /users/{user_id}/sign-out":           "401    401      403      403      403    200       200    403     403",
    "GET /mail":                                "401    401      403      403      403    200       200    403     403",
    "PATCH /mail":                              "401    401      403      403      403    403       200    403     403",
    "DELETE /mail":                             "401    401      403      403      403    403       204    403     403",
    "POST /mail/test":                          "401    401      403      403      403    409       409    403     403",
    "GET /fields":                              "401    401      200      200      200    200       200    200     200",
    "POST /fields/{object_key}":                "401    401      403      403      403    201       201    403     403",
    "GET /fields/{object_key}/{key}/held":      "401    401      403      403      403    200       200    403     403",
    "PATCH /fields/{object_key}/{key}":         "401    401      403      403      403    200       200    403     403",
    "DELETE /fields/{object_key}/{key}":        "401    401      403      403      403    204       204    403     403",
    "GET /objects":                             "401    401      200      200      200    200       200    200     200",
    "POST /records/{object_key}/query":         "401    401      200      200      200    200       200    200     200",
    "POST /records/{object_key}/summary":       "401    401      200      200      200    200       200    200     200",
    "POST /records/{object_key}/colors":        "401    401      200      200      200    200       200    200     200",
    "POST /records/{object_key}/find":          "401    401      410      410      200    410       410    200     200",
    "GET /records/{object_key}/pages":          "401    401      410      410      200    410       410    200     200",
    "POST /records/{object_key}":               "401    401      403      201      201    201       201    403     201",
    "POST /records/{object_key}/batch":         "401    401      403      404      200    200       200    403     200",
    "POST /records/{object_key}/insert":        "401    401      403      404      201    201       201    403     201",
    "POST /records/{object_key}/move":          "401    401      403      404      200    200       200    403     200",
    "POST /records/{object_key}/many/preview":  "401    401      403      200      200    200       200    403     200",
    "POST /records/{object_key}/many":          "401    401      403      200      200    200       200    403     200",
    "POST /records/{object_key}/duplicate":     "401    401      403      404      200    200       200    403     200",
    "POST /records/{object_key}/merge/preview": "401    401      403      404      200    200       200    403     200",
    "POST /records/{object_key}/merge":         "401    401      403      404      200    200       200    403     200",
    "GET /records/{object_key}/{record_id}":    "401    401      200      404      200    200       200    200     200",
    "PATCH /records/{object_key}/{record_id}":  "401    401      403      404      200    200       200    403     200",
    "DELETE /records/{object_key}/{record_id}": "401    401      403      404      200    200       200    403     200",
    "GET /records/{object_key}/{record_id}/history":
                                                "401    401      200      404      200    200       200    200     200",
    "GET /trash/{object_key}":                  "401    401      403      200      200    200       200    200     200",
    "POST /trash/{object_key}/restore":         "401    401      403      404      200    200       200    403     200",
    "POST /trash/{object_key}/purge":           "401    401      403      403      403    200       200    403     403",
    "GET /records/{object_key}/{record_id}/past":
                                                "401    401      200      404      200    200       200    200     200",
    "GET /views":                               "401    401      200      200      200    200       200    200     200",
    "POST /views":                              "401    401      201      201      201    201       201    403     201",
    "PATCH /views/{view_id}":                   "401    401      404      404      200    404       404    403     200",
    "DELETE /views/{view_id}":                  "401    401      404      404      204    404       404    403     204",
    "GET /changesets":                          "401    401      200      200      200    200       200    200     200",
    "GET /changesets/{change_set_id}":          "401    401      404      404      200    200       200    200     200",
    "GET /changesets/{change_set_id}/preview":  "401    401      404      404      200    200       200    200     200",
    "POST /changesets/{change_set_id}/undo":    "401    401      404      404      200    200       200    403     200",
    "GET /jobs":                                "401    401      200      200      200    200       200    200     200",
    "GET /jobs/{job_id}":                       "401    401      404      404      200    404       404    200     200",
    "POST /jobs/{job_id}/cancel":               "401    401      404      404      200    404       404    403     200",
    "GET /files/{file_id}":                     "401    401      404      404      200    404       404    200     200",
    "GET /today":                               "401    401      200      200      200    200       200    200     200",
    "GET /reports/overview":                    "401    401      200      200      200    200       200    200     200",
    "POST /reports/overview/export":            "401    401      403      200      200    200       200    403     200",
    "GET /audit":                               "401    401      403      403      403    200       200    403     403",
    "POST /audit/export":                       "401    401      403      403      403    200       200    403     403",
    "GET /feed":                                "401    401      200      200      200    200       200    403     403",
    "POST /feed":                               "401    401      201      201      201    201       201    403     403",
    "DELETE /feed":                             "401    401      204      204      204    204       204    403     403",
    "GET /calendar/{token}":                    "404    404      404      404      404    404       404    404     404",
    "GET /reminders":                           "401    401      200      200      200    200       200    200     200",
    "PATCH /reminders":                         "401    401      200      200      200    200       200    403     200",
    "GET /notifications":                       "401    401      200      200      200    200       200    200     200",
    "POST /imports":                            "401    401      403      201      201    201       201    403     201",
    "GET /imports/{import_id}":                 "401    401      404      404      200    404       404    200     200",
    "PATCH /imports/{import_id}":               "401    401      404      404      200    404       404    403     200",
    "GET /imports/{import_id}/source":          "401    401      404      404      200    404       404    200     200",
    "PATCH /imports/{import_id}/source":        "401    401      404      404      200    404       404    403     200",
    "GET /imports/{import_id}/rows":            "401    401      404      404      200    404       404    200     200",
    "GET /imports/{import_id}/rejected":        "401    401      404      404      200    404       404    200     200",
    "POST /imports/{import_id}/apply":          "401    401      404      404      200    404       404    403     200",
    "POST /comparisons":                         "401    401      403      404      201    404       404    403     201",
    "GET /comparisons/{comparison_id}":          "401    401      404      404      200    404       404    200     200",
    "GET /comparisons/{comparison_id}/rows":     "401    401      404      404      200    404       404    200     200",
    "PATCH /comparisons/{comparison_id}":        "401    401      404      404      200    404       404    403     200",
    "POST /comparisons/{comparison_id}/apply":   "401    401      404      404      200    404       404    403     200",
    "POST /exports":                            "401    401      403      404      200    404       404    403     200",
    "GET /exports":                             "401    401      200      200      200    200       200    200     200",
    "GET /blanks/{object_key}":                 "401    401      403      200      200    200       200    200     200",
    "GET /backups":                             "401    401      403      403      403    200       200    403     403",
    "POST /backups":                            "401    401      403      403      403    202       202    403     403",
    "POST /records/{object_key}/{record_id}/reveal":
                                                "401    401      409      404      409    409       409    403     403",
    "GET /data-rules":                          "401    401      403      403      403    200       200    403     403",
    "PATCH /data-rules":                        "401    401      403      403      403    200       200    403     403",
    "POST /samples":                            "401    401      403      403      403    201       201    403     403",
    "GET /records/{object_key}/{record_id}/comments":
                                                "401    401      200      404      200    200       200    200     200",
    "GET /records/{object_key}/{record_id}/people":
                                                "401    401      200      404      200    200       200    200     200",
    "POST /records/{object_key}/comments/marks":"401    401      200      200      200    200       200    200     200",
    "POST /records/{object_key}/{record_id}/comments":
                                                "401    401      201      404      201    201       201    403     201",
    "POST /threads/{thread_id}/comments":       "401    401      201      404      201    201       201    403     201",
    "PATCH /threads/{thread_id}":               "401    401      200      404      200    200       200    403     200",
    "PATCH /comments/{comment_id}":             "401    401      403      404      200    403       403    403     200",
    "DELETE /comments/{comment_id}":            "401    401      403      404      204    204       204    403     204",
    "GET /live":                                "401    401      200      200      200    200       200    200     200",
    "POST /live/place":                         "401    401      204      404      204    204       204    403     204",
    "POST /persons/{object_key}/{record_id}/erase/preview":
                                                "401    401      403      403      403    404       404    403     403",
    "POST /persons/{object_key}/{record_id}/erase":
                                                "401    401      403      403      403    404       404    403     403",
    "POST /persons/{object_key}/{record_id}/package":
                                                "401    401      403      403      403    404       404    403     403",
    "GET /erasures":                            "401    401      403      403      403    200       200    403     403",
    "GET /erasures/{number}":                   "401    401      403      403      403    404       404    403     403",
    "GET /erasures/{number}/paper":             "401    401      403      403      403    404       404    403     403",
    "POST /notifications/read":                 "401    401      404      404      200    404       404    403     200",
}  # fmt: skip


def test_no_route_is_missing_from_the_matrix() -> None:
    known = {one.key for one in operations()}
    assert sorted(known - EXPECTED.keys()) == [], "say in EXPECTED who may do this"
    assert sorted(EXPECTED.keys() - known) == [], "these are gone: take them out of EXPECTED"


def test_no_route_hides_from_the_openapi() -> None:
    served = {
        f"{method} {path}"
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for one in view.operations
        for method in one.methods
    }
    assert len(served) == len(operations())


@pytest.mark.timeout(300)
def test_every_role_gets_the_answer_that_is_declared(world: World, subtests: pytest.Subtests) -> None:
    before = digest()
    for operation in operations():
        if operation.key in EXPECTED:
            with subtests.test(operation.key):
                assert answers(world, operation, before) == EXPECTED[operation.key].split()


def answers(world: World, operation: Operation, before: str) -> list[str]:
    """The status of every role in their order. Asserts what holds for all of them."""
    path = operation.at(**world.ids())
    asked = good_body(operation.key, world) if operation.takes else None
    found = []
    for role in ROLES:
        with undone():
            answer = world.send(role, operation.method, path, asked, good_query(operation.key, world))
            if answer.status_code >= 400:
                assert set(answer.json()["error"]) <= {"code", "message", "field", "details"}
                assert digest() == before, f"{role} was refused, and yet the database changed"
            if role in ("nobody", "disabled", "outsider"):
                assert CANARY not in text_of(answer), f"{role} saw what is Bob's"
            headers_are_safe(answer)
            found.append(str(answer.status_code))
    return found


def headers_are_safe(answer: Any) -> None:
    """Every answer says what it is, is kept by nobody, is framed by nobody, and lets no script run (rows 10 and 12)."""
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] in ("no-store", "no-store, no-transform")
    assert headers["X-Frame-Options"] == "DENY"
    assert "unsafe-eval" not in policy
    assert "script-src 'self';" in f"{policy};" or "default-src 'none'" in policy
    if answer.status_code != 204:
        kind = headers["Content-Type"].split(";")[0]
        assert kind in ("application/json", "text/event-stream") or (kind, headers["Content-Disposition"][:10]) == (
            "application/octet-stream",
            "attachment",
        )


def test_other_methods_are_refused_in_the_one_shape(world: World) -> None:
    before = digest()
    for path in {one.path for one in operations()}:
        known = {one.method for one in operations() if one.path == path}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - known:
            for role in ("nobody", "owner"):
                answer = world.send(role, method, path.format(**world.ids()))
                assert (answer.status_code, answer.json()["error"]["code"]) == (405, "wrong_method"), (method, path)
    assert digest() == before
