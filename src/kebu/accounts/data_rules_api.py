"""The rules of the company for its data over HTTP."""

from ninja import Router, Schema
from pydantic import ConfigDict, StrictBool

from kebu.accounts import data_rules
from kebu.accounts.auth import PersonRequest, authenticated, session_only

router = Router(auth=authenticated, tags=["rights"])


class RulesBody(Schema):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")
    reveal_reason: StrictBool = False


class RulesOut(Schema):
    reveal_reason: bool


@router.get("/data-rules", response=RulesOut, summary="What the company asks of everybody who sees its data")
def get_rules(request: PersonRequest) -> dict[str, bool]:
    return data_rules.rules(request.actor)


@router.patch("/data-rules", response=RulesOut, summary="Change what the company asks of who sees its data")
def patch_rules(request: PersonRequest, body: RulesBody) -> dict[str, bool]:
    session_only(request)
    return data_rules.set_rules(request.actor, body.dict(exclude_unset=True))
