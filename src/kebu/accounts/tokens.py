"""Tokens by which programs act for a person."""

from datetime import timedelta
from functools import cache
from typing import Literal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from kebu.accounts.actor import Actor
from kebu.accounts.keys import hashed, new_secret
from kebu.accounts.models import Token, User
from kebu.accounts.scopes import Scopes, checked, reads_only
from kebu.audit.log import note
from kebu.core.db import Prepared
from kebu.core.errors import KebuError, not_found

Scope = Literal["read", "write"]
_LAST_USED_STEP = timedelta(minutes=1)


def create_token(
    actor: Actor, *, name: str, scope: Scope = "read", scopes: Scopes | None = None, days: int | None = None
) -> tuple[Token, str]:
    """A token of the acting person and its secret, which is shown this once. With `scopes` it may only what they say,
    and `scope` follows from them. Raises `disabled_person`, `bad_scopes`.

    It ends by itself after so many `days`; None: never.
    """
    if not User.objects.filter(pk=actor.person_id, is_active=True).exists():
        raise KebuError("disabled_person", status=409)
    kept = None if scopes is None else checked(scopes)
    if kept is not None:
        scope = "read" if reads_only(kept) else "write"
    secret = new_secret()
    with transaction.atomic():
        token = Token.objects.create(
            user_id=actor.person_id,
            name=name,
            scope=scope,
            scopes=kept,
            hash=hashed(secret),
            expires_at=timezone.now() + timedelta(days=days) if days else None,
        )
        note("token_made", actor, token=name, scope=scope, scopes=_said(kept))
    return token, secret


def _said(scopes: Scopes | None) -> list[str]:
    """Scopes as the audit log has them: customers: read, create."""
    return [f"{key}: {', '.join(verbs)}" for key, verbs in (scopes or {}).items()]


def tokens_of(actor: Actor) -> QuerySet[Token]:
    """The acting person's tokens, newest first."""
    return Token.objects.filter(user_id=actor.person_id).order_by("-id")


def delete_token(actor: Actor, token_id: int) -> None:
    """Raises `not_found` for another person's token as for one that never was."""
    with transaction.atomic():
        token = tokens_of(actor).filter(pk=token_id).first()
        if token is None or not tokens_of(actor).filter(pk=token_id).delete()[0]:
            raise not_found()
        note("token_revoked", actor, token=token.name)


def use_token(secret: str) -> Token | None:
    """The token of this secret with its person, unless either is gone, over or disabled; notes the use, to the minute.

    The look-up goes by the hash: its time tells nothing about the secret.
    """
    found = _token_of()(hashed(secret))
    if not found:
        return None
    (row,) = found
    person = {name.removeprefix("user__"): row.pop(name) for name in [*row] if name.startswith("user__")}
    token = Token.from_db(None, list(row), list(row.values()))
    token.user = User.from_db(None, list(person), list(person.values()))
    now = timezone.now()
    if token.expires_at is not None and token.expires_at <= now:
        return None
    if token.last_used is None or token.last_used < now - _LAST_USED_STEP:
        stale = Q(last_used=None) | Q(last_used__lt=now - _LAST_USED_STEP)
        Token.objects.filter(stale, pk=token.pk).update(last_used=now)
    return token


@cache
def _token_of() -> Prepared:
    """The row of a token and its person, by the hash."""
    own = [field.attname for field in Token._meta.concrete_fields]
    persons = [f"user__{field.attname}" for field in User._meta.concrete_fields]
    return Prepared(Token.objects.filter(hash="?", user__is_active=True).values(*own, *persons), "?")
