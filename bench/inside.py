"""What is done within a process of the installation, P1 and P8 above all: `python -m bench.inside import|export …`."""

import csv
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import django

Measured = dict[str, float]

ROWS = 100_000
# Of the imported customers so many are there already, with another remark.
KNOWN = 10_000


def _cpu() -> float:
    """CPU of this process and of the children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


@contextmanager
def _measuring(name: str, into: Measured) -> Iterator[None]:
    begun, cpu = time.perf_counter(), _cpu()
    yield
    into[name], into[f"{name}_cpu"] = time.perf_counter() - begun, _cpu() - cpu


def make_workbook(path: Path, customers: int) -> None:
    """An xlsx of `ROWS` customers as companies keep them: 20 columns, one in ten of them known already."""
    from kebu.crm.lifelike import Maker, own_fields
    from kebu.fields.registry import catalog
    from kebu.workbooks.writing import Column, SheetSpec, write_xlsx

    known = catalog()
    own = [field for field in known.fields["customers"].values() if not field.builtin]
    zone = datetime.now().astimezone().tzinfo
    payments = [one.key for field in own for one in field.choices]
    maker = Maker(1, datetime.now(zone).date(), zone, payments)  # type: ignore[arg-type]
    keys = "name short_name credit_code address industry level stage source website next_follow_up tags remark".split()  # noqa: SIM905
    fields = [known.field("customers", key) for key in keys]
    titles = [field.label("zh-Hans") for field in fields] + ["联系人", "电话", "邮箱"]
    titles += [one.labels["zh-Hans"] for one in own_fields()]

    def rows() -> Iterator[list[Any]]:
        for n in (*range(KNOWN), *range(customers, customers + ROWS - KNOWN)):
            sample = maker.customer(n)
            values = sample.customer | ({"remark": "见过一次面"} if n < KNOWN else {})
            contact = sample.contacts[0] if sample.contacts else {}
            cells = [field.type.format(values[field.key], field, "zh-Hans") or None for field in fields]
            cells[keys.index("next_follow_up")] = values["next_follow_up"]
            mine = [
                value / 100 if field.kind == "money" and value else
                field.type.format(value, field, "zh-Hans") or None if field.kind == "choice" else
                ("是" if value else None) if field.kind == "checkbox" else value
                for field, value in zip(own, sample.own, strict=True)
            ]  # fmt: skip
            yield [*cells, contact.get("name"), contact.get("phone"), contact.get("email"), *mine]

    kinds = {"next_follow_up": "date"}
    columns = [Column(title, kinds.get(key, "text")) for title, key in zip(titles, [*keys, *[""] * 8], strict=True)]  # type: ignore[arg-type]
    columns[-5:] = [
        Column(title, kind)
        for title, kind in zip(titles[-5:], ("number", "money", "text", "date", "text"), strict=True)
    ]  # type: ignore[arg-type]
    write_xlsx(path, [SheetSpec("客户", columns, rows())])


def import_workbook(path: Path) -> Measured:
    """P1: plan and apply, and the raw limit: read the cells, insert the rows."""
    from django.db import transaction

    from kebu.core import db
    from kebu.core.jobs import work_once
    from kebu.core.models import Job
    from kebu.crm.models import Customer
    from kebu.importexport import command, imports
    from kebu.workbooks import reading

    measured: Measured = {}
    with _measuring("read", measured):
        cells = len(reading.read(path, name=path.name).sheets[0].rows)
    columns = Customer._meta.concrete_fields
    blank = {one.column: one.get_default() if one.has_default() else None for one in columns}
    some = list(Customer.objects.order_by("id").values(*(one.attname for one in columns))[: ROWS - KNOWN])
    while len(some) < ROWS - KNOWN:
        some += some[: ROWS - KNOWN - len(some)]
    try:
        with transaction.atomic():
            ids = db.take_ids(Customer, len(some))
            rows = [{**blank, **row, "id": pk, "number": f"raw{pk}"} for row, pk in zip(some, ids, strict=True)]
            with _measuring("insert", measured):
                db.insert(Customer, rows)
            raise InterruptedError
    except InterruptedError:
        pass
    owner = command.owner()
    with _measuring("plan", measured):
        row = imports.start(owner, [(path.name, path)])
    with _measuring("apply", measured):
        job = imports.apply(owner, row.pk)
        while work_once(only=job):
            pass
    done = Job.objects.get(pk=job.pk)
    row.refresh_from_db()
    if done.state != Job.State.DONE or cells < ROWS:
        raise RuntimeError(f"{done.state} {done.error}")
    made = row.summary["objects"]["customers"]
    return measured | {"created": made["created"], "updated": made["updated"], "peak_mb": _peak_mb()}


def correct_workbook(path: Path) -> Measured:
    """One cell of a plan corrected, and one choice; and planning all rows with the same corrections."""
    from kebu.importexport import command, imports

    owner, measured = command.owner(), Measured()
    with _measuring("plan", measured):
        row = imports.start(owner, [(path.name, path)])
    cell = {"kind": "cell", "file": 0, "sheet": 0, "alike": False}
    for what, key in (("cell", "name"), ("choice", "industry")):
        with _measuring(what, measured):
            step = {**cell, "row": ROWS // 2, "field": key, "to": f"示例{what}"}
            row = imports.change(owner, row.pk, fixes=[step])
            imports.as_json(owner, row)
    told = row.summary
    with _measuring("anew", measured):
        imports.replan(row, owner)
    return measured | {"same": told == row.summary}


def export_rows(suffix: str, limit: int) -> Measured:
    """P8: the view written to a file, and the raw limit: the writer alone on the same rows."""
    from kebu.importexport import command, export
    from kebu.records import snapshots
    from kebu.workbooks import reading
    from kebu.workbooks.separated import write_csv
    from kebu.workbooks.writing import Column, SheetSpec, write_xlsx

    owner = command.owner()
    keys = (
        "number name short_name kind main_contact.name main_contact.phone main_contact.email address province city "
        "industry level stage source credit_code website next_follow_up remark tags owner"
    )
    few = {"field": "stage", "op": "is", "value": "lost"} if suffix == "xlsx" and limit > ROWS else None
    ask, spec = export.spec_of(owner, "customers", None, {"fields": keys.split(), "filter": few})
    measured: Measured = {"rows": len(snapshots.make(ask, spec)[1]), "idle_mb": _peak_mb()}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"out.{suffix}"
        with _measuring("export", measured):
            export.write_file(ask, spec, out, export.How(suffix), lambda done, total: None)  # type: ignore[arg-type]
        measured["peak_mb"] = _peak_mb()
        # The same cells again, as a reader finds them.
        if suffix == "csv":  # all of it is more than an import takes
            with out.open(encoding="utf-8-sig", newline="") as file:
                header, *rows = islice(csv.reader(file), ROWS + 1)
        else:
            header, *rows = reading.read(out, name=out.name).sheets[0].rows[: ROWS + 1]
        with _measuring("raw", measured):
            if suffix == "csv":
                write_csv(out, list(map(str, header)), rows)
            else:
                dates = {"next_follow_up"}
                columns = [
                    Column(str(title), "date" if key in dates else "text")
                    # The last column says which record a row is.
                    for title, key in zip(header, [*spec.fields, ""], strict=True)
                ]
                write_xlsx(out, [SheetSpec("客户", columns, rows)])
        measured["raw"] *= measured["rows"] / len(rows)
    return measured


def be_at_rest() -> None:
    """Tables are those of this version, and what runs by the clock – the backup of the night among it – counts as done:
    neither is what is measured."""
    from django.utils import timezone

    from kebu.core.jobs import plan_periodic
    from kebu.core.models import Job
    from kebu.core.schema import migrate

    migrate()
    plan_periodic(timezone.now())
    Job.objects.filter(state=Job.State.QUEUED, user_id=None).update(state=Job.State.DONE, finished_at=timezone.now())


def main() -> None:
    """One measurement, told as JSON."""
    django.setup()
    what, *given = sys.argv[1:]
    path = Path(*given[:1])
    acts: dict[str, Callable[[], Any]] = {
        "rest": be_at_rest,
        "workbook": lambda: make_workbook(path, int(given[1])),
        "import": lambda: import_workbook(path),
        "correct": lambda: correct_workbook(path),
        "export": lambda: export_rows(given[0], int(given[1])),
    }
    print(json.dumps(acts[what]()))


if __name__ == "__main__":
    main()
