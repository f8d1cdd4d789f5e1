"""Jobs are done at least once whatever dies, and asked for once when they have a key."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from kebu.core import jobs
from kebu.core.errors import KebuError, not_found
from kebu.core.jobs import (
    Cancelled,
    GivenUp,
    Run,
    Worker,
    cancel,
    enqueue,
    forget_jobs,
    job,
    periodic,
    plan_periodic,
    work_once,
)
from kebu.core.models import Job

acts: dict[str, Callable[..., Any]] = {}


@job("test.act")
def act(run: Run, *, name: str = "act", **payload: Any) -> Any:
    return acts[name](run, **payload)


@pytest.fixture(autouse=True)
def nothing_else(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No periodic jobs of the program come between; acts are those of one test."""
    monkeypatch.setattr(jobs, "_periodic", {})
    monkeypatch.setattr(jobs, "_planned", {})
    yield
    acts.clear()


def due_now(asked: Job) -> None:
    Job.objects.filter(pk=asked.pk).update(run_at=timezone.now() - timedelta(seconds=1))


def wait_for(happened: Callable[[], Any], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


# -- asking ----------------------------------------------------------------------------------------------------


def test_a_job_gets_its_payload_and_keeps_its_result(db: None) -> None:
    acts["act"] = lambda run, **payload: {"got": payload, "for": run.job.user_id}
    asked = enqueue("test.act", {"a": 1, "b": ["二"]}, user_id=7)
    assert asked.as_json("en") == {
        "id": asked.pk,
        "state": "queued",
        "done": 0,
        "total": None,
        "result": None,
        "error": None,
    }
    assert work_once()
    asked.refresh_from_db()
    assert asked.state == "done"
    assert asked.result == {"got": {"a": 1, "b": ["二"]}, "for": 7}
    assert asked.finished_at is not None
    assert not work_once()


def test_a_key_asks_once(db: None) -> None:
    acts["act"] = lambda run: "first"
    first = enqueue("test.act", {}, key="import:1")
    assert enqueue("test.act", {"other": 1}, key="import:1") == first
    work_once()
    again = enqueue("test.act", {}, key="import:1")
    assert (again.pk, again.state) == (first.pk, "done")
    assert enqueue("test.act", {}, key="import:2") != first


def test_what_is_rolled_back_was_never_asked(db: None) -> None:
    with pytest.raises(KebuError), transaction.atomic():
        enqueue("test.act", {})
        raise not_found()
    assert not Job.objects.exists()


def test_nobody_asks_for_what_nobody_can_do(db: None) -> None:
    with pytest.raises(LookupError):
        enqueue("test.unknown", {})
    Job.objects.create(kind="test.of_a_newer_version", payload={})
    assert not work_once()


def test_later_is_later_and_the_oldest_comes_first(db: None) -> None:
    seen: list[str] = []
    acts["act"] = lambda run, word: seen.append(word)
    now = timezone.now()
    enqueue("test.act", {"word": "tomorrow"}, run_at=now + timedelta(days=1))
    enqueue("test.act", {"word": "second"}, run_at=now - timedelta(seconds=1))
    enqueue("test.act", {"word": "first"}, run_at=now - timedelta(seconds=2))
    while work_once():
        pass
    assert seen == ["first", "second"]


def test_a_kind_has_one_handler() -> None:
    with pytest.raises(ValueError, match="two handlers"):
        job("test.act")(act)
    with pytest.raises(ValueError, match="either"):
        periodic("test.never")


# -- failing ---------------------------------------------------------------------------------------------------


def test_a_refusal_is_final_and_told_in_both_languages(db: None) -> None:
    def refuse(run: Run) -> None:
        raise KebuError("too_many_attempts", field="x", details={"at": datetime(2026, 1, 1, tzinfo=UTC)}, seconds=5)

    acts["act"] = refuse
    asked = enqueue("test.act", {})
    assert work_once()
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == ("failed", 1)
    told = asked.as_json("en")["error"]
    assert told["code"] == "too_many_attempts"
    assert told["message"] == "Too many attempts. Try again in 5 seconds."
    assert told["field"] == "x"
    assert "params" not in told
    assert asked.as_json("zh-Hans")["error"]["message"].startswith("尝试次数过多，请在 5 秒")
    assert not work_once()


def test_other_failures_are_tried_again_and_later_each_time(db: None) -> None:
    last: list[bool] = []

    def fail(run: Run) -> None:
        last.append(run.last_attempt)
        raise RuntimeError("password=hunter2")

    acts["act"] = fail
    asked = enqueue("test.act", {})
    waits = []
    for _ in range(4):
        due_now(asked)
        before = timezone.now()
        assert work_once()
        asked.refresh_from_db()
        assert asked.state == "queued"
        waits.append(round((asked.run_at - before).total_seconds(), -1))
        assert not work_once()
    assert waits == [10, 20, 40, 80]
    due_now(asked)
    assert work_once()
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert asked.error["code"] == "job_failed"
    assert "hunter2" not in str(asked.error)
    assert last == [False, False, False, False, True]


def test_a_result_that_is_no_json_is_a_failure(db: None) -> None:
    acts["act"] = lambda run: {1, 2}
    asked = enqueue("test.act", {})
    assert work_once()
    asked.refresh_from_db()
    assert (asked.state, asked.result) == ("queued", None)


# -- progress, cancelling --------------------------------------------------------------------------------------


def test_progress_is_written_now_and_then_and_at_the_end(db: None) -> None:
    written = []

    def count(run: Run) -> None:
        for done in range(1, 1001):
            run.progress(done, 1000)
            written.append(Job.objects.values_list("done", flat=True).get(pk=run.job.pk))

    acts["act"] = count
    asked = enqueue("test.act", {})
    work_once()
    asked.refresh_from_db()
    assert (asked.done, asked.total) == (1000, 1000)
    assert written[0] == 1
    assert len(set(written)) < 30


def test_a_cancelled_job_takes_back_what_it_did(db: None) -> None:
    undone = []

    def import_rows(run: Run) -> None:
        run.progress(0, 10)
        cancel(run.job)
        try:
            run.progress(10, 10)
        except Cancelled:
            run.beat()
            undone.append(True)
            raise

    acts["act"] = import_rows
    asked = enqueue("test.act", {})
    assert work_once()
    asked.refresh_from_db()
    assert (asked.state, undone) == ("cancelled", [True])
    cancel(asked)
    assert not work_once()


def test_a_job_cancelled_before_it_began_hears_of_it_at_once(db: None) -> None:
    acts["act"] = lambda run: run.progress(0, 10)
    asked = enqueue("test.act", {}, run_at=timezone.now() + timedelta(days=1))
    cancel(asked)
    assert work_once()
    asked.refresh_from_db()
    assert asked.state == "cancelled"


def test_a_worker_that_lost_its_lease_leaves_the_job_alone(db: None) -> None:
    def stall(run: Run) -> None:
        Job.objects.filter(pk=run.job.pk).update(worker="somebody else")
        with pytest.raises(GivenUp):
            run.progress(1, 2)
        run.beat()

    acts["act"] = stall
    asked = enqueue("test.act", {})
    assert work_once()
    asked.refresh_from_db()
    assert (asked.state, asked.worker) == ("running", "somebody else")


# -- lost workers ----------------------------------------------------------------------------------------------

WORKER = """
    import os, sys, time
    import django
    django.setup()
    from django.db import connection
    connection.settings_dict["NAME"] = sys.argv[1]
    from datetime import timedelta
    from kebu.core.jobs import job, work_once

    @job("test.act")
    def act(run, **payload):
        run.progress(3, 10)
        print("at work", flush=True)
        time.sleep(60)

    work_once(lease=timedelta(seconds=float(sys.argv[2])))
"""


def start_worker(home: Path, lease: float) -> subprocess.Popen[str]:
    """A worker process at work on the one job that is due."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "kebu.settings",
        "KEBU_HOME": str(home),
        "PYTHONPATH": str(Path(jobs.__file__).parents[2]),
    }
    command = [sys.executable, "-c", textwrap.dedent(WORKER), str(connection.settings_dict["NAME"]), str(lease)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "at work\n"
    return process


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_worker_is_done_by_the_next(tmp_path: Path) -> None:
    acts["act"] = lambda run, file: {"file": file, "found": run.job.done}
    asked = enqueue("test.act", {"file": "a.xlsx"})
    process = start_worker(tmp_path, lease=1)
    try:
        time.sleep(1.5)
        assert not work_once(), "a living worker keeps its lease"
    finally:
        process.kill()
        process.communicate()
    asked.refresh_from_db()
    assert asked.state == "running"
    wait_for(work_once)
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == ("done", 2)
    assert asked.result == {"file": "a.xlsx", "found": 3}


def test_what_kills_every_worker_is_given_up(db: None) -> None:
    asked = enqueue("test.act", {})
    gone = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=asked.pk).update(state="running", attempts=5, lease_until=gone, worker="gone")
    assert not work_once()
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert asked.as_json("en")["error"]["code"] == "job_lost"


def test_who_gets_further_each_time_is_not_given_up(db: None) -> None:
    acts["act"] = lambda run: run.progress(run.job.done + 1, 100)
    asked = enqueue("test.act", {})
    Job.objects.filter(pk=asked.pk).update(
        state="running", attempts=4, lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert work_once()
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == ("done", 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_do_the_same_job() -> None:
    seen: list[int] = []

    def note(run: Run) -> None:
        seen.append(run.job.pk)
        time.sleep(0.005)

    acts["act"] = note
    asked = [enqueue("test.act", {}).pk for _ in range(40)]
    workers = [Worker() for _ in range(4)]
    for worker in workers:
        worker.start()
    wait_for(lambda: len(seen) >= 40)
    for worker in workers:
        worker.stop()
    assert sorted(seen) == asked
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.django_db(transaction=True)
def test_a_worker_wakes_when_a_job_is_committed_and_outlives_what_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    acts["act"] = lambda run: done.set()
    failures = iter([OSError("the database is away")])

    def fail_once(now: datetime) -> None:
        for error in failures:
            raise error

    monkeypatch.setattr(jobs, "plan_periodic", fail_once)
    worker = Worker()
    worker.start()
    try:
        with transaction.atomic():
            enqueue("test.act", {})
            assert not done.wait(0.1)
        assert done.wait(10)
    finally:
        worker.stop()
    assert not worker.is_alive()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_what_is_due_by_itself() -> None:
    begun, go_on, served = threading.Event(), threading.Event(), threading.Event()

    def act(run: Run) -> None:
        if run.job.user_id:
            served.set()
        else:
            begun.set()
            assert go_on.wait(30)

    acts["act"] = act
    enqueue("test.act", {})
    worker = Worker()
    worker.start()
    try:
        assert begun.wait(10)
        enqueue("test.act", {}, user_id=7)
        assert served.wait(10)
    finally:
        go_on.set()
        worker.stop()
    assert set(Job.objects.filter(kind="test.act").values_list("state", flat=True)) == {"done"}


@pytest.mark.django_db(transaction=True)
def test_a_stopped_worker_hands_its_job_on() -> None:
    begun = threading.Event()

    def work(run: Run) -> None:
        for done in range(100_000):
            run.progress(done, 100_000)
            begun.set()
            time.sleep(0.01)

    acts["act"] = work
    asked = enqueue("test.act", {})
    worker = Worker()
    worker.start()
    assert begun.wait(10)
    worker.stop()
    assert not worker.is_alive()
    asked.refresh_from_db()
    assert asked.state == "queued"
    acts["act"] = lambda run: "done by the next"
    assert work_once()
    asked.refresh_from_db()
    assert asked.result == "done by the next"


@pytest.mark.django_db(transaction=True)
def test_a_long_silence_keeps_the_lease() -> None:
    def be_silent(run: Run) -> None:
        time.sleep(1)
        assert not work_once(lease=timedelta(seconds=0.6))

    acts["act"] = be_silent
    asked = enqueue("test.act", {})
    assert work_once(lease=timedelta(seconds=0.6))
    asked.refresh_from_db()
    assert asked.state == "done"


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_outlives_a_database_that_is_away_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = iter([OperationalError("the database is away")])
    own = Run._own

    def fail_once(run: Run) -> Any:
        if threading.current_thread().name.startswith("kebu-beat"):
            for error in failures:
                raise error
        return own(run)

    def be_silent(run: Run) -> None:
        time.sleep(1)
        assert not work_once()

    monkeypatch.setattr(Run, "_own", fail_once)
    acts["act"] = be_silent
    asked = enqueue("test.act", {})
    assert work_once(lease=timedelta(seconds=0.6))
    asked.refresh_from_db()
    assert (asked.state, list(failures)) == ("done", [])


# -- by itself -------------------------------------------------------------------------------------------------


def test_slots_of_a_day_and_of_an_interval(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    try:
        daily = jobs._Periodic("daily", None, clock(2, 30))
        for moment, slot in {
            "2026-03-28T01:29:00+00:00": "2026-03-27",
            "2026-03-28T01:30:00+00:00": "2026-03-28",
            "2026-03-29T00:59:00+00:00": "2026-03-28",
            "2026-03-29T01:00:00+00:00": "2026-03-29",  # 02:30 does not exist: the clock goes from 02:00 to 03:00
            "2026-10-25T00:30:00+00:00": "2026-10-25",
            "2026-10-25T01:30:00+00:00": "2026-10-25",  # 02:30 comes twice
        }.items():
            assert (moment, daily.slot(datetime.fromisoformat(moment))) == (moment, slot)
    finally:
        timezone.get_default_timezone.cache_clear()
    hourly = jobs._Periodic("hourly", timedelta(hours=1), None)
    assert hourly.slot(datetime(1970, 1, 1, 5, 59, tzinfo=UTC)) == "5"


@pytest.mark.django_db(transaction=True)
def test_a_slot_is_planned_once_by_any_number_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(jobs._periodic, "test.act", jobs._Periodic("test.act", timedelta(hours=1), None))
    now = timezone.now()
    start = threading.Barrier(4)

    def plan() -> None:
        start.wait()
        jobs._planned.clear()
        plan_periodic(now)
        connection.close()

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Job.objects.count() == 1
    plan_periodic(now)
    assert Job.objects.count() == 1
    plan_periodic(now + timedelta(hours=1))
    assert Job.objects.count() == 2


def test_old_jobs_are_forgotten(db: None) -> None:
    acts["act"] = lambda run: None
    old, new, waiting = (enqueue("test.act", {}, key=key) for key in ("old", "new", "waiting"))
    month_ago = timezone.now() - timedelta(days=31)
    Job.objects.filter(pk=old.pk).update(state="done", finished_at=month_ago)
    Job.objects.filter(pk=new.pk).update(state="done", finished_at=timezone.now())
    Job.objects.filter(pk=waiting.pk).update(created_at=month_ago)
    assert forget_jobs(Run(waiting, jobs.LEASE)) == 1
    assert set(Job.objects.values_list("key", flat=True)) == {"new", "waiting"}
