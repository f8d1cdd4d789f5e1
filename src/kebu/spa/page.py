"""The one page of the front end, served for every address that is neither API, sign-in nor file."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

STATIC = Path(__file__).resolve().parent / "static"
_NOT_BUILT = """<!doctype html>
<html lang="zh-Hans"><meta charset="utf-8"><title>Kebu 客簿</title>
<p>页面还没有构建。请在源码目录运行 <code>make install</code>，然后刷新。</p>
<p lang="en">The front end has not been built. Run <code>make install</code> in the source folder, then reload.</p>
</html>
"""


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """index.html, always asked for anew so that a new version is seen at once; 503 while it is not built.

    The CSRF cookie goes out with it: the page needs it for its first change.
    """
    try:
        changed = (STATIC / "index.html").stat().st_mtime_ns
    except FileNotFoundError:
        return HttpResponse(_NOT_BUILT, status=503)
    body, etag = _index(changed)
    response = HttpResponse(body)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer if isinstance(answer, HttpResponse | HttpResponseNotModified) else response


@lru_cache(maxsize=1)
def _index(changed: int) -> tuple[bytes, str]:
    body = (STATIC / "index.html").read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
