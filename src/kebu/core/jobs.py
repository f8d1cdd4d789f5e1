"""Work in the background: a queue in the same database, and the same transaction, as what asked for it.

A worker takes a job by a lease and renews it while it works; when the worker dies the lease runs out and another one
does the job again. So every job is done at least once: handlers find out what is done already, and a job with a key is
asked for only once. Handlers live in the `jobs` modules of the rooms, which are imported when the program starts.
"""

import json
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock
from functools import partial
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone

from kebu.core.db import is_postgres
from kebu.core.errors import KebuError
from kebu.core.models import Job

log = logging.getLogger(__name__)

Handler = Callable[..., Any]

LEASE = timedelta(seconds=30)
_ATTEMPTS = 5
_KEPT = timedelta(days=30)
_RETRY_SECONDS = 10  # doubled with every attempt
_TELL_SECONDS = 0.25
_LONGEST_PAUSE = 30.0

_handlers: dict[str, Handler] = {}
_periodic: dict[str, "_Periodic"] = {}
_planned: dict[str, str] = {}  # kind → the last slot that this process has asked for
# What waits for work: of people, of its own.
_wakes = (threading.Event(), threading.Event())


class Cancelled(Exception):
    """Somebody asked to cancel the job: take back what was done, then let this through."""


class GivenUp(Exception):
    """Another worker has the job, or this one shall stop: leave everything as it is, the job will run again."""


# -- asking ----------------------------------------------------------------------------------------------------


def job(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind: `handler(run, **payload)`, its result is JSON or None.

    A KebuError is the job's final failure; anything else is tried again, five times in all.
    """

    def register(handler: Handler) -> Handler:
        if kind in _handlers:
            raise ValueError(f"two handlers for {kind}")
        _handlers[kind] = handler
        return handler

    return register


def periodic(kind: str, *, every: timedelta | None = None, at: str | None = None) -> Callable[[Handler], Handler]:
    """Register a function that runs by itself, once per slot over all processes: `every` so long, or each day `at` a
    time (`"03:10"`, in the installation's zone). A slot that passed while no worker ran is made up for, the last only.
    """
    if (every is None) == (at is None):
        raise ValueError("either every or at")

    def register(handler: Handler) -> Handler:
        _periodic[kind] = _Periodic(kind, every, None if at is None else clock.fromisoformat(at))
        return job(kind)(handler)

    return register


def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    user_id: int | None = None,
    scopes: Mapping[str, list[str]] | None = None,
) -> Job:
    """Ask for work, in the caller's transaction: it is begun after the commit, or never.

    `payload` becomes the handler's keyword arguments: JSON, and never a secret, for it is stored as it is. With a `key`
    that a job of the last 30 days has, that job is returned, whatever became of it. `scopes`: what the token
    may by which it was asked for.
    """
    if kind not in _handlers:
        raise LookupError(f"no handler for {kind}")
    asked = Job(kind=kind, payload=payload, key=key, user_id=user_id, scopes=scopes)
    asked.run_at = run_at or timezone.now()
    if key is None:
        asked.save(force_insert=True)
    else:
        Job.objects.bulk_create([asked], ignore_conflicts=True)
        asked = Job.objects.get(key=key)
    transaction.on_commit(_wake)
    return asked


def enqueue_all(kind: str, asked: Mapping[str, dict[str, Any]], *, run_at: datetime) -> None:
    """The same for many at once: payloads by their keys."""
    if kind not in _handlers:
        raise LookupError(f"no handler for {kind}")
    rows = [Job(kind=kind, payload=payload, key=key, run_at=run_at) for key, payload in asked.items()]
    Job.objects.bulk_create(rows, ignore_conflicts=True)
    transaction.on_commit(_wake)


def cancel(asked: Job) -> None:
    """Ask the worker to stop. Its handler hears of it at the next `progress`, also where it had not begun yet, so that
    it can take back what was done; a job that has ended stays as it is."""
    waiting = Job.objects.filter(pk=asked.pk, state=Job.State.QUEUED)
    if not waiting.update(cancel_requested=True, run_at=timezone.now()):
        Job.objects.filter(pk=asked.pk, state=Job.State.RUNNING).update(cancel_requested=True)
    transaction.on_commit(_wake)


def _wake() -> None:
    for one in _wakes:
        one.set()


# -- working ---------------------------------------------------------------------------------------------------


class Run:
    """One attempt at a job, in the hands of its handler."""

    def __init__(self, taken: Job, lease: timedelta, stop: threading.Event | None = None) -> None:
        self.job = taken
        self._lease = lease
        self._stop = stop
        self._reached = taken.done
        self._told = 0.0

    @property
    def last_attempt(self) -> bool:
        """When this attempt fails there is no other: rather take back what was done than leave half of it."""
        return self.job.attempts >= _ATTEMPTS

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far it is; written at most four times a second. Raises Cancelled and GivenUp."""
        now = time.monotonic()
        if now - self._told < _TELL_SECONDS and done != total:
            return
        self._told = now
        values: dict[str, Any] = {"done": done, "total": total}
        if done > self._reached:  # who gets further than the attempt before is not stuck
            values["attempts"] = self.job.attempts = 1
        self._renew(**values)
        if self.job.cancel_requested:
            raise Cancelled

    def beat(self) -> None:
        """Renew the lease now. Inside a transaction it makes sure that nobody else works on the job until the
        commit. Raises GivenUp when somebody else has it already."""
        self._renew()

    def _renew(self, **values: Any) -> None:
        if self._stop is not None and self._stop.is_set():
            raise GivenUp
        if not self._own().update(lease_until=timezone.now() + self._lease, **values):
            raise GivenUp
        self.job.cancel_requested = Job.objects.values_list("cancel_requested", flat=True).get(pk=self.job.pk)

    def _own(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING, worker=self.job.worker)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Keep the lease while the handler is busy with something long."""
        over = threading.Event()
        thread = threading.Thread(target=self._beat_until, args=(over,), name=f"kebu-beat-{self.job.pk}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _beat_until(self, over: threading.Event) -> None:
        try:
            while not over.wait(self._lease.total_seconds() / 6):
                try:
                    self._own().update(lease_until=timezone.now() + self._lease)
                except DatabaseError as error:  # busy for long, or away for a moment: the next beat may come in time
                    log.warning("job %s: no heartbeat: %s", self.job.pk, type(error).__name__)
                    connection.close()
        finally:
            connection.close()

    def end(self, state: Job.State, **values: Any) -> None:
        """Leave the job in this state, unless somebody else has it by now."""
        if state is not Job.State.QUEUED:
            values["finished_at"] = timezone.now()
        if not self._own().update(state=state, lease_until=None, **values):
            log.warning("job %s (%s): its lease was lost", self.job.pk, self.job.kind)


def work_once(
    *,
    lease: timedelta = LEASE,
    stop: threading.Event | None = None,
    only: Job | None = None,
    asked: bool | None = None,
) -> bool:
    """Take one due job, the oldest (or `only` this one), and do it. False when there is none. `stop` ends it at its
    next progress. `asked`: only what a person asked for, or only what nobody did.

    Where the database went away meanwhile the job stays taken until its lease is over.
    """
    taken = _take(lease, only, asked)
    if taken is None:
        return False
    run = Run(taken, lease, stop)
    try:
        with run.beating():
            result = _handlers[taken.kind](run, **taken.payload)
        json.dumps(result)
    except GivenUp:
        run.end(Job.State.QUEUED, run_at=timezone.now())
    except Cancelled:
        run.end(Job.State.CANCELLED)
    except KebuError as error:
        run.end(Job.State.FAILED, error=_told(error))
    except Exception:
        log.exception("job %s (%s), attempt %s", taken.pk, taken.kind, taken.attempts)
        if run.last_attempt:
            run.end(Job.State.FAILED, error=_told(KebuError("job_failed")))
        else:
            wait = timedelta(seconds=_RETRY_SECONDS * 2 ** (taken.attempts - 1))
            run.end(Job.State.QUEUED, run_at=timezone.now() + wait)
    else:
        run.end(Job.State.DONE, result=result)
    return True


def _take(lease: timedelta, only: Job | None, asked: bool | None) -> Job | None:
    now = timezone.now()
    free = Q(state=Job.State.QUEUED, run_at__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    due = Job.objects.filter(free, kind__in=_handlers).order_by("run_at", "id")
    if only is not None:
        due = due.filter(pk=only.pk)
    if asked is not None:
        due = due.filter(user_id__isnull=not asked)
    while due.exists():  # asked first because on SQLite the transaction keeps all other writers out
        with transaction.atomic():
            taken = due.select_for_update(skip_locked=True).first()
            if taken is None:
                return None
            if taken.state == Job.State.RUNNING and taken.attempts >= _ATTEMPTS:
                taken.state, taken.finished_at, taken.error = Job.State.FAILED, now, _told(KebuError("job_lost"))
                taken.save()
                continue
            taken.state, taken.attempts, taken.lease_until = Job.State.RUNNING, taken.attempts + 1, now + lease
            taken.worker = f"{socket.gethostname()[:50]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
            taken.save()
            return taken
    return None


def _told(error: KebuError) -> dict[str, Any]:
    params = {key: value if isinstance(value, int | float | str) else str(value) for key, value in error.params.items()}
    told: dict[str, Any] = json.loads(json.dumps(error.as_json("zh-Hans")["error"], default=str))
    return told | {"params": params}


class Worker(threading.Thread):
    """Does jobs in a thread of this process."""

    def __init__(self, *, lease: timedelta = LEASE) -> None:
        super().__init__(name="kebu-worker", daemon=True)
        self._ending = threading.Event()
        self._lease = lease

    def run(self) -> None:
        run_worker(self._ending, lease=self._lease)

    def stop(self, seconds: float = 10) -> None:
        """Begin nothing more, and wait so long for the job at work, which ends at its next progress."""
        self._ending.set()
        _wake()
        self.join(seconds)


def run_worker(stop: threading.Event, *, lease: timedelta = LEASE) -> None:
    """Do jobs, and plan the periodic ones, until `stop` is set. Outlives a database that is away for a while.

    What people asked for is done beside what is due by itself: nobody waits for the backup of the night.
    """
    beside = threading.Thread(target=_work, args=(stop, lease, False), name="kebu-worker-own", daemon=True)
    beside.start()
    _work(stop, lease, True)
    beside.join()


def _work(stop: threading.Event, lease: timedelta, asked: bool) -> None:
    wake = _wakes[0 if asked else 1]
    pause = quiet = 1.0 if is_postgres() else 0.5
    try:
        while not stop.is_set():
            wake.clear()
            worked = False
            try:
                if not asked:
                    plan_periodic(timezone.now())
                worked = work_once(lease=lease, stop=stop, asked=asked)
                pause = quiet
            except Exception:
                pause = min(pause * 2, _LONGEST_PAUSE)
                log.exception("worker: trying again in %s s", pause)
            close_old_connections()
            if not worked and not stop.is_set():
                wake.wait(pause)
    finally:
        connection.close()


# -- by itself -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Periodic:
    kind: str
    every: timedelta | None
    at: clock | None

    def slot(self, now: datetime) -> str:
        """The name of the last slot that has begun."""
        if self.every is not None:
            return str(int(now.timestamp() // self.every.total_seconds()))
        local = timezone.localtime(now, timezone.get_default_timezone())
        assert self.at is not None
        return str(local.date() if local.time() >= self.at else local.date() - timedelta(days=1))


def plan_periodic(now: datetime) -> None:
    """Ask for every periodic job whose slot has begun and which nobody has asked for yet."""
    for one in _periodic.values():
        slot = one.slot(now)
        if _planned.get(one.kind) != slot:
            enqueue(one.kind, {}, key=f"{one.kind}@{slot}")
            transaction.on_commit(partial(_planned.__setitem__, one.kind, slot))


@periodic("core.forget_jobs", at="04:20")
def forget_jobs(run: Run) -> int:
    """Delete jobs that ended more than 30 days ago; answers how many."""
    return Job.objects.filter(finished_at__lt=timezone.now() - _KEPT).delete()[0]
