"""The audit log as a workbook."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.audit import ask
from kebu.audit.log import note
from kebu.core import files
from kebu.core.errors import message
from kebu.core.jobs import Run
from kebu.workbooks.writing import Column, Kind, SheetSpec, write_xlsx

_MOST = 1_000_000  # rows; a sheet holds few more
_STEP = 1000


def write_log(run: Run, *, since: str | None, until: str | None, **asked: Any) -> dict[str, Any]:
    """Write the newest million of the entries that were asked for, with times in the person's zone."""
    actor = Actor.of(User.objects.get(pk=run.job.user_id or 0))
    actor.require("manage_people")
    moments = {"since": since and datetime.fromisoformat(since), "until": until and datetime.fromisoformat(until)}
    which = ask.Asked(**asked, **moments)  # type: ignore[arg-type]
    written = [0]

    def rows() -> Iterator[list[Any]]:
        zone, nobody = ZoneInfo(actor.zone), message("audit_nobody", actor.language)
        for entry in ask.every(which, _MOST):
            written[0] += 1
            if written[0] % _STEP == 0:
                run.progress(written[0])
            yield [
                entry.number,
                entry.at.astimezone(zone).replace(tzinfo=None, microsecond=0),
                entry.name or nobody,
                ask.act_label(entry.act, actor.language),
                ask.sentence(entry, actor.language),
                entry.address,
                entry.device,
            ]

    titles = ("number", "at", "who", "what", "details", "address", "device")
    kinds: dict[str, Kind] = {"number": "number", "at": "datetime"}
    columns = [Column(message(f"audit_{title}", actor.language), kinds.get(title, "text")) for title in titles]
    name = message("audit_file", actor.language, day=f"{run.job.created_at.astimezone(ZoneInfo(actor.zone)):%Y-%m-%d}")
    with files.store(name, user_id=actor.user_id) as (path, stored):
        write_xlsx(path, [SheetSpec(message("audit_sheet", actor.language), columns, rows())])
        note("audit_exported", actor, rows=written[0])
    return {"file": stored.pk, "name": stored.name, "rows": written[0]}
