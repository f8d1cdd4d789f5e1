"""How often something may be tried, counted in the database so that all processes share the count."""

import time
from hashlib import sha256

from django.db import connection

from kebu.core.errors import KebuError
from kebu.core.models import Tries

_COUNT = """
INSERT INTO core_tries (key, count, until) VALUES (%(key)s, 1, %(until)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN core_tries.until <= %(now)s THEN 1 ELSE core_tries.count + 1 END,
    until = CASE WHEN core_tries.until <= %(now)s THEN excluded.until ELSE core_tries.until END
RETURNING count, until
"""


def hit(key: str, *, limit: int, window: int) -> None:
    """Count one try; more than `limit` within `window` seconds raise KebuError `too_many_attempts` (429).

    Call it outside of a transaction: one that is rolled back would forget the try. The key is stored as a hash.
    """
    now = int(time.time())
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": _hashed(key), "now": now, "until": now + window})
        count, until = cursor.fetchone()
    if count == 1:
        Tries.objects.filter(until__lte=now).delete()
    if count > limit:
        wait = max(until - now, 1)
        raise KebuError("too_many_attempts", status=429, details={"retry_after": wait}, seconds=wait)


def forget(key: str) -> None:
    """Begin anew: the tries were those of the right person."""
    Tries.objects.filter(key=_hashed(key)).delete()


def _hashed(key: str) -> str:
    return sha256(key.encode(errors="surrogatepass")).hexdigest()
