"""Whether mails go out: for `kebu check --deploy`."""

from collections.abc import Iterator

from kebu.core.deploying import Missing, deploy_check
from kebu.notify.server import current


@deploy_check
def mail(processes: int) -> Iterator[Missing]:
    """There is a mail server, by which people get invitations and links for a forgotten password."""
    if current() is None:
        yield Missing("deploy_mail", {})
