"""The certificate of an erasure on paper."""

import tempfile
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from kebu.accounts.actor import Actor
from kebu.accounts.models import Company
from kebu.core.errors import message
from kebu.fields.registry import catalog, label_in
from kebu.importexport.export import print_font
from kebu.privacy import erase
from kebu.workbooks.printing import Paper, write_pdf
from kebu.workbooks.writing import Column


def on_paper(actor: Actor, number: str) -> tuple[IO[bytes], str]:
    """An open PDF and its name. KebuError `not_allowed`, `not_found`, `no_print_font`."""
    one = erase.find_erasure(actor, number)
    known, language = catalog(), actor.language

    def say(code: str, **params: object) -> str:
        return message(f"erasure_{code}", language, **params)

    def called(key: str) -> str:
        return label_in(known.objects[key].plural, language) if key in known.objects else key

    at = one.at.astimezone(ZoneInfo(actor.zone))
    told = [
        ("number", one.number),
        ("company", Company.objects.values_list("name", flat=True).first() or ""),
        ("subject", f"{label_in(known.objects[one.object].labels, language)} {one.label}"),
        ("reference", one.reference or "—"),
        ("at", f"{at:%Y-%m-%d %H:%M} ({actor.zone})"),
        ("by", one.name),
    ]
    rows = [[say(key), value] for key, value in told]
    rows += [[say("of", what=called(key)), say("gone", count=count)] for key, count in one.counts["records"].items()]
    rows += [
        [say(f"count_{key}"), say("cleaned", count=one.counts["counts"][key])]
        for key in erase.COUNTED
        if one.counts["counts"].get(key)
    ]
    rows += [[say("remains"), say("remains_text")], [say("backups"), say("backups_text")]]
    out = tempfile.TemporaryFile(prefix="kebu-")  # noqa: SIM115  # closed by the answer that sends it
    with tempfile.TemporaryDirectory(prefix="kebu-") as home:
        path = Path(home, "certificate.pdf")
        paper = Paper(say("title"), f"{at:%Y-%m-%d}", landscape=False)
        write_pdf(path, print_font(), paper, [Column(say("item")), Column(say("details"))], rows)
        out.write(path.read_bytes())
    out.seek(0)
    return out, f"{say('title')}-{one.number}.pdf"
