"""P15: how long others wait for a save while a large import is written."""

import json
import random
import time
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection
from typing import Any

from bench import clock
from bench.clock import Figure
from bench.ground import Ground, Served

_HEADER = "客户名称,联系人,手机,邮箱,地址,行业,备注"
_SIGN = "kebu-bench-part"
_PAUSE = 0.05  # seconds between the saves of a person who works quickly


def measure(ground: Ground) -> Iterator[Figure]:
    """On a copy, which is as many customers larger afterwards as it had. The import comes as csv, over HTTP."""
    with ground.served() as served:
        ask = served.caller()
        ids = [row[0] for row in ask("POST", "/records/customers/query", {"limit": 500, "fields": ["name"]})["rows"]]
        planned = upload(served, sheet_of(ground.rows))
        begun = time.perf_counter()
        job = ask("POST", f"/imports/{planned['id']}/apply")["job"]
        times, state = _saves(served, ids, job)
        wall = time.perf_counter() - begun
    if state != "done":
        raise RuntimeError(f"the import ended as {state}")
    p50, p99 = (clock.percentile(times, share) for share in (0.5, 0.99))
    waits = f"{len(times)} saves, median {p50 * 1000:.0f} ms, slowest {max(times) * 1000:.0f} ms"
    what = f"save beside an import of {ground.rows:,} rows, p99"
    yield Figure("P15", what, ground.database, p99, 0.5, notes=[waits, f"{ground.rows / wall:,.0f} rows/s"])


def sheet_of(rows: int) -> str:
    """A csv of new customers with their contacts."""
    lines = (
        f"示例并行公司{n:07},联系人{n},139{n:08},b{n}@example.com,北京市朝阳区{n}号,制造业,备注{n}" for n in range(rows)
    )
    return "\n".join([_HEADER, *lines]) + "\n"


def upload(served: Served, text: str) -> Any:
    """Send a csv; the plan that is made of it. RuntimeError where it is refused."""
    head = f'--{_SIGN}\r\nContent-Disposition: form-data; name="files"; filename="b.csv"\r\n\r\n'
    connection = HTTPConnection("127.0.0.1", served.port, timeout=1800)
    headers = {
        "Authorization": f"Bearer {served.token}",
        "Content-Type": f"multipart/form-data; boundary={_SIGN}",
    }
    connection.request("POST", "/api/imports", body=f"{head}{text}\r\n--{_SIGN}--\r\n".encode(), headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 201:
        raise RuntimeError(f"upload: {answer.status} {content[:500]!r}")
    return json.loads(content)


def _saves(served: Served, ids: list[int], job: int) -> tuple[list[float], str]:
    """Seconds of every save until the job is over, and how that ended."""
    chance, save, watch = random.Random(9), served.caller(), served.caller()
    times: list[float] = []
    while True:
        pk = chance.choice(ids)
        version = save("GET", f"/records/customers/{pk}")["version"]
        body = {"version": version, "values": {"remark": f"并行 {chance.random()}"}}
        times.append(clock.timed(partial(save, "PATCH", f"/records/customers/{pk}", body)))
        state = watch("GET", f"/jobs/{job}")["state"]
        if state in ("done", "failed", "cancelled"):
            return times, str(state)
        time.sleep(_PAUSE)
