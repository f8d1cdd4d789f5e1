"""Work in the background and the files that it made, over HTTP: each person's own."""

from typing import Annotated, Any

from django.http import FileResponse
from ninja import Path, Router

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.core import files, jobs
from kebu.core.errors import not_found
from kebu.core.models import Job
from kebu.records import many

router = Router(auth=authenticated, tags=["work"])
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


def _own(request: PersonRequest, job_id: int) -> Job:
    job = Job.objects.filter(pk=job_id, user_id=request.actor.user_id).first()
    if job is None or not _within(request, job):
        raise not_found()
    return job


def _within(request: PersonRequest, job: Job) -> bool:
    """A token of verbs knows only of what such a token began."""
    return request.actor.scopes is None or job.scopes == request.actor.scopes


@router.get("/jobs", summary="One's own acts on many records that are at work, or ended a moment ago")
def get_jobs(request: PersonRequest) -> dict[str, Any]:
    return {"jobs": many.under_way(request.actor)}


@router.get("/jobs/{job_id}", summary="How far a job is, and its result")
def get_job(request: PersonRequest, job_id: Id) -> dict[str, Any]:
    return _own(request, job_id).as_json(request.actor.language)


@router.post("/jobs/{job_id}/cancel", summary="Ask a job to stop and take back what it did")
def post_cancel(request: PersonRequest, job_id: Id) -> dict[str, Any]:
    jobs.cancel(_own(request, job_id))
    return _own(request, job_id).as_json(request.actor.language)


@router.get("/files/{file_id}", summary="Download a file that was made for oneself")
def get_file(request: PersonRequest, file_id: Id) -> FileResponse:
    path, row = files.find(file_id, user_id=request.actor.user_id)
    if request.actor.scopes is not None:
        made = Job.objects.filter(user_id=request.actor.user_id, result__file=file_id)
        if not any(_within(request, job) for job in made):
            raise not_found()
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=row.name)
    # Whatever is inside, a browser may not run it here.
    answer["Content-Type"] = "application/octet-stream"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
