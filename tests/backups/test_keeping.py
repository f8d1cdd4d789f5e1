"""Backups by themselves: made every night, verified by building from them, kept by age."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from kebu.backups import keep, make
from kebu.backups.keep import Kept
from kebu.core.errors import KebuError
from kebu.core.jobs import plan_periodic, work_once
from kebu.core.models import Job
from kebu.crm.models import Customer
from kebu.notify.models import Notification
from kebu.records import write

NOW = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)  # a Sunday


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


def nightly(days, *, verified=True, kind="kebu"):
    """A backup of every night of the last so many days."""
    return [Kept(Path(f"{kind}-{n}.kebu"), NOW - timedelta(days=n, minutes=5), 1, verified) for n in range(days)]


def kept_days(there):
    kept = keep.to_keep(there, NOW)
    return sorted(round((NOW - one.at) / timedelta(days=1)) for one in there if one.path in kept)


@pytest.mark.once
class TestAge:
    def test_a_week_of_days(self):
        assert kept_days(nightly(7)) == [0, 1, 2, 3, 4, 5, 6]

    def test_then_weeks(self):
        # Saturdays and Sundays: the newest of a week is that of Sunday, the 8th, 1st …
        assert kept_days(nightly(22)) == [0, 1, 2, 3, 4, 5, 6, 7, 14, 21]

    def test_then_months(self):
        kept = kept_days(nightly(800))
        assert kept[:9] == [0, 1, 2, 3, 4, 5, 6, 7, 14]
        months = {(NOW - timedelta(days=days)).strftime("%Y-%m") for days in kept}
        assert len(months) == 12
        assert len(kept) == 7 + 3 + 11

    @pytest.mark.parametrize("off", [0, 3, 40])
    def test_gaps_do_not_count(self, off):
        """A machine that was off for weeks loses nothing."""
        there = [one for one in nightly(60) if (NOW - one.at).days >= off]
        assert len(kept_days(there)) >= 7

    def test_several_on_one_day_are_one_after_two_days(self):
        there = [
            Kept(Path(f"{days}-{hour}"), NOW - timedelta(days=days, hours=hour), 1, True)
            for days in (0, 1, 5)
            for hour in (0, 1, 2)
        ]
        assert [path.name for path in sorted(keep.to_keep(there, NOW))] == [
            "0-0",
            "0-1",
            "0-2",
            "1-0",
            "1-1",
            "1-2",
            "5-0",
        ]

    def test_one_that_is_not_verified_takes_no_place(self):
        good, bad = nightly(30)[10:], nightly(10, verified=False, kind="bad")
        kept = keep.to_keep([*good, *bad], NOW)
        assert {path.name for path in kept if path.name.startswith("bad")} == {f"bad-{n}.kebu" for n in range(7)}
        assert len([path for path in kept if path.name.startswith("kebu")]) >= 7

    def test_what_was_here_before_a_restore_stays_a_month(self):
        there = nightly(100, verified=False, kind="before-restore")
        assert kept_days(there) == list(range(30))

    def test_nothing(self):
        assert keep.to_keep([], NOW) == set()


def aged(path, days):
    moment = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))


def test_the_old_go_with_their_marks(db, home):
    folder = home / "backups"
    folder.mkdir()
    for days in range(40):
        path = folder / f"kebu-{days}.kebu"
        path.touch()
        (folder / f".{path.name}.verified").touch()
        aged(path, days)
    (folder / "notes.txt").touch()
    for name, days in ((".old.kebu.1.part", 2), (".young.kebu.2.part", 0)):
        (folder / name).touch()
        aged(folder / name, days)
    gone = keep.tidy()
    left = {path.name for path in folder.iterdir()}
    assert {name for name in left if name.endswith(".part")} == {".young.kebu.2.part"}
    assert len(gone) > 20
    assert "notes.txt" in left
    assert {f".{name}.verified" for name in left if name.endswith(".kebu")} == {
        name for name in left if name.endswith(".verified")
    }


class TestByItself:
    @pytest.fixture
    def alice(self, transactional_db, alice):
        return alice

    def test_every_night_one_that_is_known_to_be_good(self, alice, home):
        write.create(alice, "customers", {"name": "示例公司"})
        before = datetime(2030, 1, 2, 3, 9, tzinfo=timezone.get_default_timezone())
        plan_periodic(before)
        plan_periodic(before + timedelta(minutes=2))
        plan_periodic(before + timedelta(hours=20))
        asked = Job.objects.filter(kind="backups.daily").order_by("id")
        assert [one.key for one in asked] == ["backups.daily@2030-01-01", "backups.daily@2030-01-02"]
        Job.objects.exclude(pk=asked[0].pk).delete()
        assert work_once()
        (one,) = keep.all_kept()
        assert one.verified
        assert Job.objects.get().result == {"name": one.path.name, "size": one.size, "deleted": 0}
        assert {path.name for path in home.iterdir()} - {"writing.lock"} == {"backups"}

    def test_a_bad_one_is_told_to_the_owner(self, alice, bob, home):
        bad = make.make_backup().path
        bad.write_bytes(bad.read_bytes()[:-500])  # the disk did it
        plan_periodic(timezone.now())
        Job.objects.exclude(kind="backups.daily").delete()
        assert work_once()
        assert Job.objects.get().state == Job.State.FAILED
        (told,) = Notification.objects.all()
        assert told.user_id == alice.user_id
        assert told.title("zh-Hans") == "今天没有可用的备份"
        assert "完整" in told.body("zh-Hans")
        assert {one.path: one.verified for one in keep.all_kept()}[bad] is False
        assert len([one for one in keep.all_kept() if one.verified]) == 1

    @pytest.mark.parametrize("moment", ["writing", "verifying"])
    def test_told_to_stop_it_stops_quietly_and_is_made_at_the_next_start(self, alice, home, caplog, moment):
        plan_periodic(timezone.now())
        Job.objects.exclude(kind="backups.daily").delete()
        stop = threading.Event()

        def tell() -> None:
            while not list(home.glob(".verify-*/*")):
                time.sleep(0.01)
            stop.set()

        if moment == "writing":
            stop.set()
        else:
            threading.Thread(target=tell, daemon=True).start()
        assert work_once(stop=stop)
        assert Job.objects.get().state == Job.State.QUEUED
        assert {path.name for path in home.iterdir()} - {"writing.lock"} == {"backups"}
        assert len(list((home / "backups").iterdir())) == (0 if moment == "writing" else 1)
        assert caplog.records == []
        assert not Notification.objects.exists()
        assert work_once()
        assert Job.objects.get().state == Job.State.DONE
        assert all(one.verified for one in keep.all_kept())

    def test_verifying_touches_nothing(self, alice, home):
        made = make.make_backup()
        write.create(alice, "customers", {"name": "后来的客户"})
        keep.verify(made.path)
        assert Customer.objects.filter(name="后来的客户").exists()
        assert {path.name for path in home.iterdir()} - {"writing.lock"} == {"backups"}

    def test_what_a_killed_verification_left_is_removed(self, alice, home):
        (home / ".verify-abc" / "x").mkdir(parents=True)
        assert keep.verify_all() == []
        assert not (home / ".verify-abc").exists()


class TestOverHttp:
    def test_one_more_by_a_job(self, transactional_db, alice, door, home):
        door = door(alice)
        assert door.get("/backups").json() == {"rows": []}
        asked = door.post("/backups")
        assert asked.status_code == 202
        assert work_once()
        assert Job.objects.get(pk=asked.json()["job"]).state == Job.State.DONE
        (row,) = door.get("/backups").json()["rows"]
        assert row["name"].startswith("kebu-")
        assert row["verified"] is True
        assert row["size"] > 1000
        assert abs(datetime.fromisoformat(row["at"]) - timezone.now()) < timedelta(minutes=5)

    @pytest.mark.parametrize("who", ["bob", "rita"])
    def test_only_who_may(self, door, home, who, request):
        door = door(request.getfixturevalue(who))
        assert door.get("/backups").status_code == 403
        assert door.post("/backups").status_code == 403
        assert not Job.objects.exists()


def test_verification_says_what_is_wrong(db, home):
    (home / "bad.kebu").write_bytes(b"bad")
    with pytest.raises(KebuError) as refused:
        keep.verify(home / "bad.kebu")
    assert refused.value.code == "backup_damaged"
