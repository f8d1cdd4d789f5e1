"""What only customers have, over HTTP; the life of their records is in `records.api`."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from kebu.accounts import feeds
from kebu.accounts.actor import Actor
from kebu.accounts.auth import PersonRequest, authenticated
from kebu.crm import calendar_feed, today
from kebu.crm.demo import fill_samples

router = Router(auth=authenticated, tags=["crm"])


@router.post("/samples", response={201: dict}, summary="Add sample customers to look around with; undo takes them away")
def post_samples(request: PersonRequest) -> Status[dict[str, int]]:
    return Status(201, {"change_set": fill_samples(request.actor)})


@router.get("/today", summary="What is overdue, due, coming, new or standing still, of one's own or of all one sees")
def get_today(
    request: PersonRequest,
    who: Literal["mine", "team"] = "mine",
    still: Annotated[int, Query(ge=1, le=365)] = 30,
) -> HttpResponse:
    day = today.of(request.actor, team=who == "team", still=still)
    return HttpResponse(orjson.dumps(day), content_type="application/json")


@router.get("/calendar/{token}", auth=None, summary="What waits for a person, for a calendar program: by its secret")
def get_calendar(request: HttpRequest, token: str) -> HttpResponse:
    actor = Actor.of(feeds.person_of(token.removesuffix(".ics")), "api")
    answer = HttpResponse(calendar_feed.written(actor, datetime.now(UTC)), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="kebu.ics"'
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
