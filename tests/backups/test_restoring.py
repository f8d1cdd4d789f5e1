"""Backups made and put back: everything comes back, nothing else gets in, nothing is lost on the way."""

import hashlib
import json
import re
import stat
import subprocess
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections

from installation import KEBU, kill_group
from kebu.accounts.tokens import create_token
from kebu.backups import make, tables
from kebu.backups.package import opened
from kebu.backups.restore import restore
from kebu.core import files
from kebu.core.db import POSTGRES
from kebu.core.errors import KebuError
from kebu.crm.demo import fill_samples
from kebu.crm.models import Customer
from kebu.crm.starting import Templates
from kebu.fields.definitions import add_field, change_field
from kebu.fields.registry import catalog
from kebu.records import comments, history, opening, write
from kebu.records.models import Change, ChangeSet, Counter

# What a restore changes by intention: the numbers by which others notice it.
OUTDATED = {"records_counter", "fields_catalogversion", "accounts_user"}


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def alice(transactional_db, alice):
    """Alice, in a database that really commits."""
    return alice


@pytest.fixture
def started(alice):
    """Alice's company with a template, a field of its own and some customers."""
    Templates().start(alice, "partner")
    key = add_field(alice, "customers", kind="number", labels={"zh-Hans": "门店数"})
    fill_samples(alice, customers=12)
    for pk in Customer.objects.values_list("id", flat=True)[:3]:
        write.update(alice, "customers", pk, {key: 2.5, "remark": '多行\n备注 \\ "引号" 🚚'}, expected_version=None)
        thread = comments.begin(alice, "customers", pk, key=key, text="几家？\n🚚")
        comments.reply(alice, thread["id"], "三家")
        comments.resolve(alice, thread["id"], resolved=pk % 2 == 0)
    return alice


def content():
    """Every table's lines as a backup would hold them."""
    with make.still() as cursor:
        return {
            table.name: b"".join(part for _, part in tables.lines(cursor, table)).splitlines()
            for table in tables.all_tables()
        }


def codes(file):
    with pytest.raises(KebuError) as refused:
        restore(file)
    return refused.value.code


def rewritten(file, change):
    """A copy of a backup with its manifest and other parts changed by `change(manifest, parts)`."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(manifest, parts)
    copy = file.with_name("changed.kebu")
    with zipfile.ZipFile(copy, "w") as archive:
        for name, text in {**parts, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(name, text)
    return copy


class TestEverythingComesBack:
    def test_rows_history_search_and_files(self, started, home):
        with files.store("客户.xlsx", user_id=started.user_id) as (path, _):
            path.write_bytes(b"\x00\xff" * 1000)
        first = Customer.objects.order_by("id").first()
        entries = history.timeline(started, "customers", first.pk)
        before, made = content(), make.make_backup()
        # Afterwards everything is different.
        write.update(started, "customers", first.pk, {"name": "另一个名字"}, expected_version=None)
        write.create(started, "customers", {"name": "后来的客户"})
        path.unlink()
        (home / "files" / "later").touch()
        done = restore(made.path)
        after = content()
        assert {name for name in before if before[name] != after[name]} <= OUTDATED
        assert done.rows == made.rows == sum(map(len, before.values()))
        assert history.timeline(started, "customers", first.pk) == entries
        assert [(one.name, one.read_bytes()) for one in (home / "files").iterdir()] == [(path.name, b"\x00\xff" * 1000)]
        found = opening.first_page(started, "customers", {"search": first.name[:4]}, offset=0, limit=10)
        assert first.pk in [row[0] for row in found["rows"]]

    def test_what_was_here_before_is_kept_and_comes_back_in_turn(self, started):
        made = make.make_backup()
        write.create(started, "customers", {"name": "后来的客户"})
        now = content()
        done = restore(made.path)
        assert not Customer.objects.filter(name="后来的客户").exists()
        restore(done.before)
        assert {name for name, lines in content().items() if lines != now[name]} <= OUTDATED

    def test_ids_and_numbers_go_on_after_the_highest_that_ever_was(self, started):
        made = make.make_backup()
        late, _ = write.create(started, "customers", {"name": "后来的客户"})
        restore(made.path)
        again, _ = write.create(started, "customers", {"name": "更后来的客户"})
        assert again.id > late.id

    def test_processes_notice_and_sessions_end(self, started, door):
        made = make.make_backup()
        signed_in = door(started)
        assert signed_in.get("/me").status_code == 200
        known, change = catalog(), Counter.objects.get(id=Counter.CHANGES).value
        token = opening.first_page(started, "customers", {}, offset=0, limit=10)["snapshot"]
        change_field(started, "customers", "name", labels={"zh-Hans": "单位"})
        restore(made.path)
        assert catalog().version > known.version + 1
        assert catalog().field("customers", "name").label("zh-Hans") == "客户名称"
        assert Counter.objects.get(id=Counter.CHANGES).value > change
        assert opening.first_page(started, "customers", {}, offset=0, limit=10)["snapshot"] != token
        assert signed_in.get("/me").status_code == 401

    def test_into_an_empty_installation(self, started, installation, home):
        _, secret = create_token(started, name="program", scope="write")
        made = make.make_backup(home / "out.kebu")
        done = installation.json("restore", made.path)
        assert done == {"rows": made.rows, "before": None}
        assert installation.json("check") == {"problems": []}
        before = content()
        copy = installation.json("backup", "--out", home / "copy.kebu")["file"]
        with opened(Path(copy)) as theirs:
            for part in theirs.manifest.parts:
                if part.table.name not in OUTDATED:
                    noted = part.table.name == "audit_entry"  # the restore itself
                    assert part.rows == len(before[part.table.name]) + noted, part.table.name
        with installation.served() as served:
            read = bearer(served, secret, "/api/records/customers/query", {})
            assert read["count"] == 12
            # The same again while the server runs.
            first = read["rows"][0][0]
            bearer(
                served, secret, f"/api/records/customers/{first}", {"version": 1000, "values": {"remark": "x"}}, "PATCH"
            )
            installation.json("restore", made.path)
            shown = bearer(served, secret, f"/api/records/customers/{first}", None, "GET")
            assert shown["values"]["remark"] != "x"


def bearer(served, secret, path, body, method="POST"):
    """An answer of a running server to a program."""
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(served.url + path, data=data, headers=headers, method=method), timeout=20) as answer:
        return json.load(answer)


class TestWhileOthersWrite:
    """F4: twenty backups while four people write; each restores, with all that was acknowledged before it began.

    On PostgreSQL, the second run, eight of them.
    """

    WRITERS, BACKUPS = 4, 8 if POSTGRES else 20

    @pytest.mark.timeout(600)
    def test_every_backup_is_one_moment(self, started, home):
        ids = list(Customer.objects.order_by("id").values_list("id", flat=True))[: self.WRITERS * 2]
        begun = [{"id": pk, "version": None, "values": {"remark": "第 0 次"}} for pk in ids]
        acknowledged = {one.id: one.version for one in write.batch(started, "customers", begun)[0]}
        stop, made = threading.Event(), []

        def edit(mine):
            try:
                number = 0
                while not stop.is_set():
                    number += 1
                    changes = [{"id": pk, "version": None, "values": {"remark": f"第 {number} 次"}} for pk in mine]
                    results, _ = write.batch(started, "customers", changes)
                    acknowledged.update({one.id: one.version for one in results})
            finally:
                connections.close_all()

        with ThreadPoolExecutor(self.WRITERS) as pool:
            writing = [pool.submit(edit, ids[n * 2 : n * 2 + 2]) for n in range(self.WRITERS)]
            try:
                for n in range(self.BACKUPS):
                    promised = dict(acknowledged)
                    made.append((make.make_backup(home / f"{n}.kebu").path, promised))
            finally:
                stop.set()
            for one in writing:
                one.result()
        assert len({json.dumps(promised) for _, promised in made}) > self.BACKUPS // 2, "nobody wrote meanwhile"
        for path, promised in made:
            restore(path)
            self.look(ids, promised)

    def test_a_restore_loses_nothing_that_was_acknowledged(self, started):
        """It is in the database afterwards, or in the backup of what was there before."""
        ids = list(Customer.objects.order_by("id").values_list("id", flat=True))[: self.WRITERS]
        made = make.make_backup()
        stop, acknowledged = threading.Event(), []

        def edit(pk):
            try:
                while not stop.is_set():
                    text = uuid4().hex
                    with suppress(DatabaseError):  # refused for the moment: nothing was acknowledged
                        write.update(started, "customers", pk, {"remark": text}, expected_version=None)
                        acknowledged.append(text)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(self.WRITERS) as pool:
            writing = [pool.submit(edit, pk) for pk in ids]
            try:
                time.sleep(1)
                done = restore(made.path)
                time.sleep(1)
            finally:
                stop.set()
            for one in writing:
                one.result()
        with zipfile.ZipFile(done.before) as archive:
            before = self.texts(archive.read("tables/records_change.jsonl").decode())
        after = self.texts(str(list(Change.objects.values_list("values", flat=True))))
        assert [text for text in acknowledged if text not in before and text not in after] == []
        assert any(text in before and text not in after for text in acknowledged)
        assert any(text in after for text in acknowledged)
        connection.check_constraints()

    def texts(self, content):
        return set(re.findall(r"\b[0-9a-f]{32}\b", content))

    def look(self, ids, promised):
        rows = {one.pk: one for one in Customer.objects.filter(id__in=ids)}
        for first, second in zip(ids[::2], ids[1::2], strict=True):
            assert rows[first].remark == rows[second].remark, "half of a change set"
        for pk, row in rows.items():
            assert row.version >= promised[pk]
            changes = list(Change.objects.filter(object="customers", record=pk).order_by("id"))
            assert [one.version for one in changes] == list(range(1, row.version + 1))
            told = [one.values["remark"][1] for one in changes if "remark" in one.values]
            assert row.remark == told[-1]
        numbers = sorted(ChangeSet.objects.filter(sequence__isnull=False).values_list("sequence", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        assert Counter.objects.get(id=Counter.CHANGES).value > numbers[-1]


class TestWhatIsRefused:
    @pytest.fixture
    def made(self, started):
        return make.make_backup().path

    @pytest.fixture
    def untouched(self, made):
        """Whatever the test does, the database and the folder of backups stay as they are."""
        before = content()
        yield
        assert content() == before
        assert made.exists()
        assert not list(made.parent.glob("before-*"))
        assert not list(made.parent.parent.glob(".restore-*"))

    @pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.999])
    def test_a_file_that_was_cut_off(self, made, untouched, share):
        cut = made.with_name("cut.kebu")
        whole = made.read_bytes()
        cut.write_bytes(whole[: int(len(whole) * share)])
        assert codes(cut) == "backup_damaged"

    def test_a_file_with_another_byte(self, made, untouched):
        """It is noticed, or it is one of the few of the zip itself that say nothing: the content is the same."""
        whole = bytearray(made.read_bytes())
        right, noticed = self.everything(made), 0
        for place in range(100, len(whole), len(whole) // 40):
            other = whole.copy()
            other[place] ^= 0x20
            changed = made.with_name("other.kebu")
            changed.write_bytes(other)
            try:
                found = self.everything(changed)
            except KebuError as error:
                assert error.code == "backup_damaged"
                noticed += 1
            else:
                assert found == right, place
        assert noticed > 20

    def everything(self, file):
        with opened(file) as source:
            source.check()
            return source.manifest, [list(source.rows(part, 1000)) for part in source.manifest.parts]

    def test_a_table_that_was_changed_and_packed_again(self, made, untouched):
        def change(manifest, parts):
            name = "tables/crm_customer.jsonl"
            parts[name] = parts[name].replace("示例".encode(), "真实".encode())

        assert codes(rewritten(made, change)) == "backup_damaged"

    def test_a_table_that_is_missing(self, made, untouched):
        assert codes(rewritten(made, lambda manifest, parts: parts.pop("tables/crm_deal.jsonl"))) == "backup_damaged"

    @pytest.mark.parametrize("path", ["../kebu.sqlite3", "files/../../x", "/etc/x", "secret.key", "files\\..\\x"])
    def test_a_path_that_leads_elsewhere(self, made, untouched, path):
        def change(manifest, parts):
            manifest["files"].append({"path": path, "sha256": ""})
            parts[path] = b""

        assert codes(rewritten(made, change)) == "backup_damaged"

    def test_names_that_are_no_names(self, made, untouched):
        def change(manifest, parts):
            manifest["tables"][0]["name"] = 'x"; DROP TABLE crm_customer; --'

        assert codes(rewritten(made, change)) == "backup_damaged"

    def test_rows_that_do_not_fit(self, made, untouched):
        def change(manifest, parts):
            (one,) = [one for one in manifest["tables"] if one["name"] == "crm_customer"]
            lines = parts["tables/crm_customer.jsonl"] + b"[1, 2]\n"
            parts["tables/crm_customer.jsonl"] = lines
            one["rows"], one["sha256"] = one["rows"] + 1, hashlib.sha256(lines).hexdigest()

        assert codes(rewritten(made, change)) == "backup_damaged"

    def test_a_newer_programs_backup(self, made, untouched):
        newer = rewritten(made, lambda manifest, parts: manifest["migrations"]["crm"].append("0999_later"))
        assert codes(newer) == "backup_newer"
        assert codes(rewritten(made, lambda manifest, parts: manifest.update(format=2))) == "backup_newer"

    @pytest.mark.parametrize("text", [b"", b"no backup", b"PK\x05\x06" + b"\0" * 18])
    def test_another_file(self, made, untouched, tmp_path, text):
        (tmp_path / "other.kebu").write_bytes(text)
        assert codes(tmp_path / "other.kebu") == "backup_damaged"

    def test_no_file(self, made, untouched, tmp_path):
        assert codes(tmp_path / "none.kebu") == "no_backup"
        assert codes(tmp_path) == "no_backup"


def test_an_older_programs_backup_is_brought_up_to_date(started):
    """Content types had a name once (Django's own migration 0002 took it away)."""

    def change(manifest, parts):
        manifest["migrations"]["contenttypes"] = ["0001_initial"]
        manifest["migrations"]["auth"] = manifest["migrations"]["auth"][:5]
        (one,) = [one for one in manifest["tables"] if one["name"] == "django_content_type"]
        one["columns"].append(["name", ""])
        lines = [[*json.loads(line), "old"] for line in parts["tables/django_content_type.jsonl"].splitlines()]
        text = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        parts["tables/django_content_type.jsonl"] = text
        one["sha256"] = hashlib.sha256(text).hexdigest()

    before = content()
    restore(rewritten(make.make_backup().path, change))
    after = content()
    assert {name for name in before if before[name] != after[name]} <= OUTDATED
    with connection.cursor() as cursor:
        columns = {one.name for one in connection.introspection.get_table_description(cursor, "django_content_type")}
    assert columns == {"id", "app_label", "model"}


def test_a_backup_is_its_owners_only(started, home):
    made = make.make_backup()
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    assert (made.size, made.path.parent) == (made.path.stat().st_size, home / "backups")
    names = zipfile.ZipFile(made.path).namelist()
    assert not [name for name in names if "session" in name or "secret" in name]


def test_a_file_that_is_there_is_not_overwritten(started, home):
    (home / "mine").write_text("mine")
    with pytest.raises(KebuError) as refused:
        make.make_backup(home / "mine")
    assert refused.value.code == "backup_exists"
    assert (home / "mine").read_text() == "mine"


def test_a_place_that_cannot_be_written_to_is_said(started, home):
    with pytest.raises(KebuError) as refused:
        make.make_backup(home / "no" / "such" / "folder.kebu")
    assert refused.value.code == "backup_failed"
    assert "folder.kebu" in str(refused.value)


def test_two_in_one_second_have_two_names(started):
    assert make.make_backup().path != make.make_backup().path


class TestKilled:
    """The machine fails in the middle of a restore: it is done or it was never begun."""

    @pytest.mark.timeout(600)
    def test_the_old_or_the_new(self, installation, tmp_path):
        installation.json("demo", "--customers", "30")
        old = tmp_path / "old.kebu"
        installation.json("backup", "--out", old)
        installation.json("user", "add", "later@example.com", "--role", "sales", text="")
        killed = 0
        for wait in (0.8, 1.6, 2.2, 2.8, 3.4, 4.0):
            restoring = subprocess.Popen(
                [*KEBU, "restore", str(old)],
                env=installation.environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                restoring.wait(wait)
            except subprocess.TimeoutExpired:
                kill_group(restoring.pid)
                restoring.wait()
                killed += 1
            assert installation.json("check") == {"problems": []}
            again = installation.run("user", "add", "later@example.com", "--role", "sales", "--json")
            if again.returncode == 0:
                break  # the restore was done: later@example.com was not there any more
            assert json.loads(again.stdout)["error"]["code"] == "email_taken"
        assert killed
        installation.json("restore", old)
        assert installation.json("check") == {"problems": []}
        assert not list(installation.home.glob(".restore-*"))
