"""What only customers have, over HTTP; the life of their records is in `records.api`."""

from ninja import Router, Status

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.crm.demo import fill_samples

router = Router(auth=authenticated, tags=["crm"])


@router.post("/samples", response={201: dict}, summary="Add sample customers to look around with; undo takes them away")
def post_samples(request: PersonRequest) -> Status[dict[str, int]]:
    return Status(201, {"change_set": fill_samples(request.actor)})
