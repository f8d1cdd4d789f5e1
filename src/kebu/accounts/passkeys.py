"""Passkeys (WebAuthn): a device proves that its owner is there, by something they have and are or know at once.

So a passkey signs in by itself, takes the place of the code after a password, and is the second factor that a role may
ask for. Who has one and need not have a second factor still signs in by password alone, on devices without it.
"""

from __future__ import annotations

import time
from ipaddress import ip_address
from typing import Any, NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from fido2.cose import UnsupportedKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kebu.accounts import letters, second
from kebu.accounts.actor import Actor
from kebu.accounts.models import Company, Passkey, User
from kebu.audit.log import note
from kebu.core.errors import KebuError, not_found

MOST = 20
#: In the session: the challenge that was given out and when, in seconds since 1970. Good for one answer.
_MAKING, _ASKING = "passkey_is_made", "passkey_is_asked"
_PATIENCE = 300  # seconds
_VERIFIED = UserVerificationRequirement.REQUIRED


def available() -> bool:
    """Whether browsers make passkeys for `KEBU_BASE_URL`: it has a name, and TLS or is this machine's own."""
    parts = urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return parts.scheme == "https" or host == "localhost"
    return False


def of(actor: Actor) -> list[Passkey]:
    """The acting person's passkeys, the oldest first."""
    return list(Passkey.objects.filter(user_id=actor.person_id).order_by("id"))


def begin(actor: Actor, session: SessionBase, *, password: str) -> dict[str, Any]:
    """What the browser needs to make one. Raises `passkeys_off`, `current_password_wrong`, `too_many_passkeys`."""
    _require_available()
    user = second.with_password(actor, password)
    mine = of(actor)
    if len(mine) >= MOST:
        raise KebuError("too_many_passkeys", status=409, limit=MOST)
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=_handle(user), name=user.email, display_name=user.name),
        credentials=[_data(one) for one in mine],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_VERIFIED,
    )
    session[_MAKING] = [state["challenge"], int(time.time())]
    return dict(options)


def add(actor: Actor, session: SessionBase, *, name: str, credential: dict[str, Any]) -> Passkey:
    """Keep the passkey that the browser has made. Raises `passkey_refused`, `too_many_passkeys`."""
    state = _taken(session, _MAKING)
    try:
        made = _server().register_complete(state, credential)
        data = made.credential_data
        if data is None or isinstance(data.public_key, UnsupportedKey):
            raise ValueError
    except Exception:  # whatever a stranger's bytes bring about
        raise KebuError("passkey_refused") from None
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.person_id)
        if Passkey.objects.filter(user=user).count() >= MOST:
            raise KebuError("too_many_passkeys", status=409, limit=MOST)
        kept, new = Passkey.objects.get_or_create(
            credential=websafe_encode(data.credential_id),
            defaults={"user": user, "name": name, "data": websafe_encode(bytes(data)), "counter": made.counter},
        )
        if not new:
            raise KebuError("passkey_refused")
        note("passkey_made", actor, name=name)
        letters.write(user, "mail_passkey", name=user.name, company=Company.objects.get().name, passkey=name)
    return kept


def rename(actor: Actor, pk: int, name: str) -> Passkey:
    """Another name for one of one's own. Raises `not_found`."""
    if not Passkey.objects.filter(pk=pk, user_id=actor.person_id).update(name=name):
        raise not_found()
    return Passkey.objects.get(pk=pk)


def remove(actor: Actor, pk: int, *, password: str) -> None:
    """One of one's own lets in no more. Raises `current_password_wrong`, `not_found`, `second_factor_compulsory` for
    the last factor of somebody whose role needs one."""
    if not Passkey.objects.filter(pk=pk, user_id=actor.person_id).exists():
        raise not_found()
    user = second.with_password(actor, password)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        mine = Passkey.objects.filter(user=user)
        found = mine.filter(pk=pk).first()
        if found is None:
            raise not_found()
        if second.is_compulsory(user) and not second.is_on(user) and mine.count() == 1:
            raise KebuError("second_factor_compulsory", status=409)
        found.delete()
        note("passkey_removed", actor, name=found.name)


def ask(session: SessionBase, user: User | None) -> dict[str, Any]:
    """What the browser needs to sign in by one: any of this site's, or one of `user`'s. Raises `passkeys_off`."""
    _require_available()
    credentials = None if user is None else [_data(one) for one in Passkey.objects.filter(user=user)]
    options, state = _server().authenticate_begin(credentials, user_verification=_VERIFIED)
    session[_ASKING] = [state["challenge"], int(time.time())]
    return dict(options)


def check(session: SessionBase, credential: dict[str, Any], *, expected: User | None) -> User:
    """Whose passkey has answered. Raises `passkey_refused`: for one that is unknown, of somebody else than `expected`
    or disabled, for another site or challenge, for a wrong signature, and for a counter that does not grow."""
    state = _taken(session, _ASKING)
    row = Passkey.objects.select_related("user").filter(credential=str(credential.get("id", ""))).first()
    if row is None or not row.user.is_active or (expected is not None and expected.pk != row.user_id):
        raise KebuError("passkey_refused")
    user = row.user
    try:
        answer = AuthenticationResponse.from_dict(credential)
        handle = answer.response.user_handle
        if handle is not None and not constant_time_compare(handle, _handle(user)):
            raise ValueError
        _server().authenticate_complete(state, [_data(row)], answer)
        counter = answer.response.authenticator_data.counter
    except Exception:  # whatever a stranger's bytes bring about
        _refuse(user, row)
    with transaction.atomic():
        row = Passkey.objects.select_for_update().filter(pk=row.pk).first()
        # Most devices do not count and always say 0; of one that does, an old figure is a copy's or a replay.
        counts = row is not None and (counter > row.counter or counter == row.counter == 0)
        if row is not None and counts:
            row.counter, row.last_used = counter, timezone.now()
            row.save(update_fields=["counter", "last_used"])
    if row is None:
        raise KebuError("passkey_refused")
    if not counts:
        _refuse(user, row)
    return user


def _refuse(user: User, row: Passkey) -> NoReturn:
    note("passkey_failed", Actor.of(user), name=row.name)
    raise KebuError("passkey_refused")


def _taken(session: SessionBase, key: str) -> dict[str, Any]:
    """The challenge that was given out, for this once."""
    challenge, at = session.pop(key, None) or ("", 0)
    if not challenge or time.time() - at > _PATIENCE:
        raise KebuError("passkey_late")
    return {"challenge": challenge, "user_verification": _VERIFIED}


def _require_available() -> None:
    if not available():
        raise KebuError("passkeys_off", status=409)


def _server() -> Fido2Server:
    parts = urlsplit(settings.BASE_URL)
    company = Company.objects.first()
    rp = PublicKeyCredentialRpEntity(id=parts.hostname, name=company.name if company else "Kebu")
    return Fido2Server(rp, verify_origin=lambda origin: origin == f"{parts.scheme}://{parts.netloc}")


def _handle(user: User) -> bytes:
    """What passkeys know the person by: nothing that tells who it is."""
    return salted_hmac("kebu.accounts.passkey", str(user.pk), algorithm="sha256").digest()


def _data(row: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(websafe_decode(row.data))
