"""Bob's things, Charlie's things, and who comes to the door; what is in the database, as one number."""

from __future__ import annotations

import copy
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.test import Client

from conftest import PASSWORD
from kebu.accounts import people, reaching, second, teams, tokens
from kebu.accounts.actor import Actor
from kebu.accounts.models import Passkey, SignIn, User
from kebu.core import files
from kebu.core.models import Job
from kebu.fields import definitions
from kebu.fields.registry import forget
from kebu.importexport import export, imports, returning
from kebu.notify import tell
from kebu.notify.models import Notification
from kebu.records import comments, opening, saved, sharing, write

if TYPE_CHECKING:
    from django.http import HttpResponse

# Stands in everything that Charlie must not see; in Chinese and in letters, for both ways of searching.
CANARY = "金丝雀xq7canary"
# No id of any table comes near it.
NEVER = 987_654_321

ROLES = ("nobody", "disabled", "readonly", "outsider", "bob", "administrator", "owner", "reading", "writing")


@dataclass
class Things:
    """What one person has, one of every kind that has an id: the names are those of the API's paths."""

    record_id: int
    contact: int
    deal: int
    view_id: int
    token_id: int
    session_id: int
    passkey_id: int
    job_id: int
    file_id: int
    import_id: int
    comparison_id: int
    notification: int
    change_set_id: int
    trashed: int  # a customer in the trash
    twin: int  # the same customer a second time
    thread_id: int
    comment_id: int
    share_id: int
    snapshot: str
    app: str  # the secret of an authenticator that is being set up


def things(actor: Actor, mark: str) -> Things:
    """One of everything for this person, `mark` within every text."""
    values = {
        "name": f"{mark}公司",
        "remark": f"{mark}备注",
        "address": f"深圳市南山区{mark}路1号",
        "tags": [f"{mark}标签"],
        "level": "key",
        "stage": "active",
        "next_follow_up": "2026-12-01",
        "main_contact.name": f"{mark}联系人",
        "main_contact.phone": "13900001111",
        "main_contact.email": "sample@example.com",
        "main_deal.title": f"{mark}项目",
        "main_deal.amount": 123456,
        "main_deal.start_date": "2026-11-01",
    }
    done, change_set = write.create(actor, "customers", values, label=f"{mark}标题")
    from kebu.crm.models import Customer

    customer = Customer.objects.get(pk=done.id)
    view = saved.add(
        actor, "customers", name=f"{mark}视图", shared=False, position=None,
        spec={"filter": {"field": "name", "op": "contains", "value": mark}},
    )  # fmt: skip
    token, _ = tokens.create_token(actor, name=f"{mark}令牌", scope="read")
    job = Job.objects.create(
        kind="reports.export",
        payload={"months": 12},
        user_id=actor.user_id,
        state=Job.State.DONE,
        result={"name": mark},
    )
    with files.store(f"{mark}.xlsx", user_id=actor.user_id) as (path, stored):
        path.write_bytes(b"<script>alert(1)</script>")
    with tempfile.TemporaryDirectory() as folder:
        upload = Path(folder, "sheet.csv")
        upload.write_text(f"客户名称,电话,备注\n{mark}甲公司,010-1234567,{mark}\n,010-7654321,\n", encoding="utf-8")
        planned = imports.start(actor, [(f"{mark}.csv", upload)])
        compared = _came_back(actor, Path(folder, f"{mark}.xlsx"))
    tell.tell(actor.person_id, kind="follow_up", key=mark, params={"name": mark, "date": "2026-12-01"})
    told = Notification.objects.get(user_id=actor.user_id, key=mark)
    trashed, _ = write.create(actor, "customers", {"name": f"{mark}旧公司"})
    write.delete(actor, "customers", trashed.id, expected_version=None)
    twin, _ = write.create(actor, "customers", {"name": f"{mark}公司", "short_name": f"{mark}简称"})
    alice = User.objects.get(name="Alice")
    thread = comments.begin(actor, "customers", done.id, key="name", text=f"{mark}评论")
    opened = opening.first_page(actor, "customers", {}, offset=0, limit=10)
    assert customer.main_contact_id and customer.main_deal_id
    return Things(
        record_id=done.id,
        contact=customer.main_contact_id,
        deal=customer.main_deal_id,
        view_id=view.pk,
        token_id=token.pk,
        session_id=_elsewhere(actor, mark),
        passkey_id=Passkey.objects.create(user_id=actor.person_id, name=mark, credential=mark, data="").pk,
        job_id=job.pk,
        file_id=stored.pk,
        import_id=planned.pk,
        comparison_id=compared,
        notification=told.pk,
        change_set_id=change_set,
        trashed=trashed.id,
        twin=twin.id,
        thread_id=thread["id"],
        comment_id=thread["comments"][0]["id"],
        share_id=sharing.share(actor, "customers", done.id, user=alice.pk)["id"],
        snapshot=opened["snapshot"],
        app=second.begin(actor, password=PASSWORD)["secret"],
    )


def _elsewhere(actor: Actor, mark: str) -> int:
    """Another browser in which the person is signed in."""
    store = SessionStore()
    store.create()
    return SignIn.objects.create(user_id=actor.person_id, session=store.session_key, device=mark).pk


def _came_back(actor: Actor, path: Path) -> int:
    """A workbook of the person's customers, edited and compared."""
    ask, spec = export.spec_of(actor, "customers", None, {"fields": ["name", "remark"]})
    export.write_file(ask, spec, path, export.How(), lambda *_: None)
    book = openpyxl.load_workbook(path)
    book.active["B2"].value = "他们改的"
    book.save(path)
    return returning.compare(actor, imports.start(actor, [(path.name, path)]).pk).pk


@dataclass
class World:
    """The company of the matrix: what Bob has, what Charlie has, a field of the company's own, an open invitation."""

    alice: Actor
    bob: Actor
    charlie: Actor
    bobs: Things
    charlies: Things
    field: str
    field_of_all: str
    user_id: int
    invitation: str
    team_id: int
    clients: dict[str, Client]

    def ids(self, of: Things | None = None) -> dict[str, Any]:
        """What stands in a path: Bob's things, or those of another."""
        of = of or self.bobs
        return {
            **vars(of),
            "object_key": "customers",
            "key": self.field,
            "user_id": self.user_id,
            "token": self.invitation,
            "role_key": "marketing",
            "team_id": self.team_id,
            "number": "E20260102-ABCDEF",
        }

    def send(
        self, role: str, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A request as this role; `path` begins after `/api`. What it does to the cookies is not kept."""
        client = self.clients[role]
        cookies = copy.deepcopy(client.cookies)
        try:
            return ask(client, method, path, body, query)
        finally:
            client.cookies = cookies


def ask(client: Client, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None) -> HttpResponse:
    """A request; JSON unless the body is a form with files (a dict of file objects under `files`)."""
    if isinstance(body, Upload):
        return client.post("/api" + path, body.form())
    data = b"" if body is None else body if isinstance(body, bytes) else dumps(body)
    return client.generic(method, "/api" + path, data, content_type="application/json", query_params=query)


def dumps(body: Any) -> bytes:
    import json

    return json.dumps(body).encode()


def text_of(answer: Any) -> str:
    """All that an answer says: its body and its headers."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8", "replace")) + repr(sorted(answer.headers.items()))


@dataclass(frozen=True)
class Upload:
    """A form with one file."""

    name: str
    content: bytes
    more: tuple[tuple[str, str], ...] = ()

    def form(self) -> dict[str, Any]:
        from django.core.files.uploadedfile import SimpleUploadedFile

        return {"files": SimpleUploadedFile(self.name, self.content), **dict(self.more)}


def build(alice: Actor, users: dict[str, Any]) -> World:
    """The world as the matrix asks it; `users` by role."""
    bob, charlie = Actor.of(users["bob"]), Actor.of(users["outsider"])
    field = definitions.add_field(
        alice, "customers", kind="choice", labels={"zh-Hans": "自定义"}, choices=[{"label": {"zh-Hans": "红"}}]
    )
    shared = saved.add(alice, "customers", name="大家的", spec={}, shared=True, position=None)
    team = teams.put_team(alice, None, name="华南", leader=bob.user_id)
    bob, charlie = (Actor.of(User.objects.get(pk=one.user_id)) for one in (bob, charlie))
    bobs, charlies = things(bob, CANARY), things(charlie, "查理自己的")
    invited, link = people.add_and_invite(alice, "invited@example.com", role="sales", name="Invited")
    clients = {}
    for role in ("nobody", "disabled", "readonly", "outsider", "bob", "administrator", "owner"):
        clients[role] = Client()
        if role != "nobody":
            clients[role].force_login(users[role])
    people.update_user(alice, users["disabled"].pk, active=False)
    for role, scope in (("reading", "read"), ("writing", "write")):
        _, secret = tokens.create_token(bob, name=role, scope=scope)  # type: ignore[arg-type]
        clients[role] = Client(headers={"Authorization": f"Bearer {secret}"})
    invitation = link.rsplit("/", 1)[1]
    bob, charlie = (Actor.of(User.objects.get(pk=one.user_id)) for one in (bob, charlie))
    return World(alice, bob, charlie, bobs, charlies, field, shared.pk, invited.pk, invitation, team.pk, clients)


# What is in the database

# Counts of tries and sessions are no content. Numbers are taken in a transaction of their own and may leave gaps.
_NO_CONTENT = {"core_tries", "django_session", "django_migrations", "records_numberseries"}
# A token notes its use, whatever became of the request.
_NO_COLUMNS = {"accounts_token": {"last_used"}, "accounts_signin": {"last_used"}}


def digest() -> str:
    """One number for all that the database and the folders of files hold."""
    found = hashlib.sha256()
    for table in sorted(connection.introspection.table_names()):
        if table in _NO_CONTENT or (connection.vendor == "sqlite" and _is_shadow(table)):
            continue
        found.update(table.encode())
        for row in sorted(_rows(table)):
            found.update(row.encode(errors="surrogatepass"))
    for path in _files():
        if "cache" not in path.parts:
            found.update(str(path).encode() + path.read_bytes())
    return found.hexdigest()


def _is_shadow(table: str) -> bool:
    """FTS5's own tables below the one that is asked."""
    return table.startswith("search_") and table.endswith(("_data", "_idx", "_content", "_docsize", "_config"))


def _rows(table: str) -> Iterator[str]:
    without = _NO_COLUMNS.get(table, set())
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        keep = [n for n, column in enumerate(cursor.description) if column[0] not in without]
        for row in cursor.fetchall():
            yield repr([row[n] for n in keep])


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back, also where the database gave up on the transaction; so are files, and what
    the program keeps for quickness is forgotten: the next versions will have other content."""
    kept = {path: path.read_bytes() for path in _files()}
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    forget()
    reaching.forget()
    for path in _files():
        if path not in kept:
            path.unlink()
    for path, content in kept.items():
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def tidy() -> None:
    """Take away the files that a test left."""
    for folder in _FOLDERS:
        shutil.rmtree(Path(os.environ["KEBU_HOME"], folder), ignore_errors=True)


_FOLDERS = ("files", "imports", "backups", "cache")


def _files() -> list[Path]:
    home = Path(os.environ["KEBU_HOME"])
    return sorted(path for folder in _FOLDERS for path in (home / folder).rglob("*") if path.is_file())
