"""The first start: who has the secret from the console makes the company and owns it."""

from __future__ import annotations

from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from kebu.accounts.actor import Actor
from kebu.accounts.keys import PREFIX
from kebu.accounts.models import Company, User, clean_email
from kebu.accounts.passwords import check_password_strength
from kebu.accounts.people import check_email
from kebu.audit.log import note
from kebu.core.errors import KebuError, not_found

_NAME_LENGTH = 100


class Templates(Protocol):
    """The starting templates. Given by a higher room: accounts knows no objects."""

    def offered(self) -> list[dict[str, Any]]:
        """`[{"key", "label": {language: text}, "fields": [{"key", "label", "kind"}]}]`, in order."""

    def start(self, actor: Actor, key: str) -> None:
        """Make what template `key` needs, in the caller's transaction; `actor` is the owner."""


_templates: list[Templates] = []


def register(templates: Templates) -> None:
    """Say which templates there are; called once, when the application is ready."""
    _templates[:] = [templates]


def needed() -> bool:
    """Whether nobody has set up this installation yet."""
    return not Company.objects.exists()


def offered_templates() -> list[dict[str, Any]]:
    """The registered templates, as the set-up page shows them."""
    return [template for source in _templates for template in source.offered()]


def setup_secret() -> str:
    """The secret that the set-up asks for.

    Derived from the installation's key: the same at every start and in every process, stored nowhere,
    worth nothing once the set-up is done.
    """
    return PREFIX + salted_hmac("kebu.accounts.setup", "", algorithm="sha256").hexdigest()[:40]


def setup_link(base_url: str) -> str | None:
    """The address of the set-up page with its secret, for the console; None once the set-up is done.

    The secret is behind the #, which browsers keep to themselves: it reaches no log.
    """
    return f"{base_url}/setup#secret={setup_secret()}" if needed() else None


def create_company(
    name: str,
    *,
    owner_email: str,
    password: str,
    owner_name: str = "",
    template: str = "",
    language: str = "zh-Hans",
    currency: str = "CNY",
) -> User:
    """The company, its owner and what the template brings; all or nothing.

    Raises `already_set_up`, `company_name_missing`, `company_name_long`, `unknown_template`, `bad_email`,
    `weak_password`.
    """
    name = name.strip()
    if not name:
        raise KebuError("company_name_missing", field="company")
    if len(name) > _NAME_LENGTH or not name.isprintable():
        raise KebuError("company_name_long", field="company", limit=_NAME_LENGTH)
    if template and template not in {offer["key"] for offer in offered_templates()}:
        raise KebuError("unknown_template", field="template", template=template)
    email = clean_email(owner_email)
    check_email(email)
    owner = User(email=email, name=owner_name.strip() or email.partition("@")[0], role="owner", language=language)
    check_password_strength(password, owner)
    owner.set_password(password)
    with transaction.atomic():
        try:
            with transaction.atomic():
                # The one key that a company can have: of two set-ups that race, the database lets one through.
                Company.objects.create(id=1, name=name, language=language, currency=currency, template=template)
        except IntegrityError:
            raise KebuError("already_set_up", status=409) from None
        owner.save()
        for source in _templates if template else ():
            source.start(Actor.of(owner, via="system"), template)
        note("company_made", Actor.of(owner), company=name)
    return owner


def set_up(secret: str, *, company: str, name: str, email: str, password: str, template: str, language: str) -> User:
    """The set-up page's act: `create_company` for who has the secret.

    Raises `bad_secret`, `not_found` when somebody else was quicker, and what `create_company` raises.
    """
    if not constant_time_compare(secret, setup_secret()):
        raise KebuError("bad_secret", status=403, field="secret")
    try:
        return create_company(
            company, owner_email=email, password=password, owner_name=name, template=template, language=language
        )
    except KebuError as error:
        if error.code == "already_set_up":
            raise not_found() from None
        raise
