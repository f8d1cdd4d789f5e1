"""The second factor: codes of an app, recovery codes, who has to have one, and taking it away again."""

from __future__ import annotations

import re
import secrets
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone

from kebu.accounts import totp
from kebu.accounts.actor import Actor
from kebu.accounts.keys import hashed
from kebu.accounts.models import Company, Passkey, RecoveryCode, Role, SecondFactor, User
from kebu.audit.log import note
from kebu.core.errors import KebuError, not_found
from kebu.core.sealed import seal, unseal
from kebu.core.throttle import forget, hit

RECOVERY_CODES = 10
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 signs; none is taken for another
_LENGTH = 16  # 80 bits
_GROUPS = re.compile(r"[\s-]+")
#: In the session of somebody who has to set a second factor up before anything else.
NEEDED = "second_factor_needed"


def is_on(user: User) -> bool:
    """Whether this person signs in with a second factor."""
    return SecondFactor.objects.filter(user=user, since__isnull=False).exists()


def has_passkey(user: User) -> bool:
    """Whether this person has a passkey, which is a second factor, too."""
    return Passkey.objects.filter(user=user).exists()


def is_asked(user: User) -> bool:
    """Whether the password alone does not let this person in: codes are set up, or the role needs a second factor and
    a passkey is there."""
    return is_on(user) or (is_compulsory(user) and has_passkey(user))


def is_compulsory(user: User) -> bool:
    """Whether the role of this person asks for one."""
    company = Company.objects.first()
    return company is not None and user.role in company.two_factor_roles


def state(user: User) -> dict[str, Any]:
    """`{"on", "since", "codes_left", "compulsory"}` of a person."""
    factor = SecondFactor.objects.filter(user=user, since__isnull=False).first()
    return {
        "on": factor is not None,
        "since": factor.since if factor else None,
        "codes_left": RecoveryCode.objects.filter(user=user).count(),
        "compulsory": is_compulsory(user),
    }


def begin(actor: Actor, *, password: str) -> dict[str, str]:
    """A new secret for the acting person's app, in letters and for its camera; it counts once a code of it was typed.

    Raises `current_password_wrong`, `second_factor_on`.
    """
    user = with_password(actor, password)
    if is_on(user):
        raise KebuError("second_factor_on", status=409)
    secret = totp.new_secret()
    SecondFactor.objects.update_or_create(user=user, defaults={"secret": seal(secret), "since": None, "step": 0})
    company = Company.objects.get().name
    return {"secret": secret, "uri": totp.uri(secret, issuer=company, account=user.email)}


def confirm(actor: Actor, code: str) -> list[str]:
    """The app works: from now on it is asked for. Answers the recovery codes, which are shown this once.

    Raises `wrong_code`.
    """
    _count(actor.person_id)
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user_id=actor.person_id, since=None).first()
        if factor is None or not _takes(factor, code):
            raise KebuError("wrong_code", field="code")
        factor.since = timezone.now()
        factor.save(update_fields=["since"])
        codes = _new_codes(factor.user)
        note("second_factor_on", actor)
    return codes


def new_codes(actor: Actor, *, password: str) -> list[str]:
    """Other recovery codes; the old ones count no more. Raises `current_password_wrong`, `second_factor_off`."""
    user = with_password(actor, password)
    if not is_on(user):
        raise KebuError("second_factor_off", status=409)
    with transaction.atomic():
        codes = _new_codes(user)
        note("recovery_codes_made", actor)
    return codes


def turn_off(actor: Actor, *, password: str) -> None:
    """No codes are asked for any more. Raises `current_password_wrong`; `second_factor_compulsory` where the role needs
    a second factor and there is no passkey."""
    user = with_password(actor, password)
    if is_compulsory(user) and not has_passkey(user):
        raise KebuError("second_factor_compulsory", status=409)
    with transaction.atomic():
        if _remove(user):
            note("second_factor_off", actor, person=user.name)


def reset(actor: Actor, user_id: int) -> None:
    """Take it from somebody who lost app and codes, by an administrator; he is signed out everywhere by that.

    Raises `not_allowed`, `not_found`, `owners_only`.
    """
    from kebu.accounts import sessions

    actor.require("manage_people")
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise not_found()
        if user.role == "owner" and actor.role not in ("owner", "system"):
            raise KebuError("owners_only", status=403)
        passkeys = Passkey.objects.filter(user=user).delete()[0]
        if _remove(user) or passkeys:
            sessions.forget(user)
            note("second_factor_reset", actor, person=user.name)


def check(user: User, code: str) -> str:
    """The way by which a code lets this person in: "app" or "recovery". Raises `wrong_code`, `too_many_attempts`.

    Each code lets in once.
    """
    _count(user.pk)
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user, since__isnull=False).first()
        way = ""
        if factor is not None and _takes(factor, code):
            way = "app"
        elif RecoveryCode.objects.filter(user=user, hash=hashed(_GROUPS.sub("", code.lower()))).delete()[0]:
            way = "recovery"
            note("recovery_code_used", Actor.of(user), count=RecoveryCode.objects.filter(user=user).count())
    if not way:
        note("second_factor_failed", Actor.of(user))
        raise KebuError("wrong_code", field="code")
    forget(_key(user.pk))
    return way


def with_password(actor: Actor, password: str) -> User:
    """The acting person, who has shown that it is them. Raises `current_password_wrong`, `too_many_attempts`."""
    hit(f"password:{actor.person_id}", limit=10, window=300)
    user = User.objects.get(pk=actor.person_id)
    if not user.check_password(password):
        raise KebuError("current_password_wrong", field="password")
    return user


def mark(session: SessionBase, user: User) -> None:
    """A session has begun: say in it whether the person must set up a second factor first."""
    if is_compulsory(user) and not is_on(user) and not has_passkey(user):
        session[NEEDED] = True
    else:
        session.pop(NEEDED, None)


def rules(actor: Actor) -> dict[str, Any]:
    """`roles`: the keys of those that have to have a second factor; `offered`: all there are. Raises `not_allowed`."""
    actor.require("manage_people")
    offered = list(Role.objects.values("key", "names"))
    there = {role["key"] for role in offered}
    return {"roles": [key for key in Company.objects.get().two_factor_roles if key in there], "offered": offered}


def set_rules(actor: Actor, roles: list[str]) -> None:
    """Which roles have to have a second factor; their people are asked for it when they next sign in.

    Raises `not_allowed`, `unknown_role`, `owners_only`: only owners change what holds for owners.
    """
    actor.require("manage_people")
    known = list(Role.objects.values_list("key", flat=True))
    if unknown := [role for role in roles if role not in known]:
        raise KebuError("unknown_role", field="roles", role=unknown[0], roles=", ".join(known))
    with transaction.atomic():
        company = Company.objects.select_for_update().get()
        wanted = sorted(set(roles))
        if set(wanted) == set(company.two_factor_roles):
            return
        if actor.role not in ("owner", "system") and ("owner" in wanted) != ("owner" in company.two_factor_roles):
            raise KebuError("owners_only", status=403)
        company.two_factor_roles = wanted
        company.save(update_fields=["two_factor_roles"])
        note("two_factor_rules", actor, role=wanted)


def _takes(factor: SecondFactor, code: str) -> bool:
    try:
        secret = unseal(factor.secret)
    except InvalidToken:  # the installation has another key by now: a recovery code helps, or an administrator
        return False
    step = totp.step_of(secret, re.sub(r"\s", "", code), after=factor.step)
    if step is None:
        return False
    factor.step = step
    factor.save(update_fields=["step"])
    return True


def _new_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, hash=hashed(code)) for code in codes])
    return ["-".join(code[at : at + 4] for at in range(0, _LENGTH, 4)) for code in codes]


def _remove(user: User) -> bool:
    RecoveryCode.objects.filter(user=user).delete()
    return bool(SecondFactor.objects.filter(user=user).delete()[0])


def _count(user_id: int) -> None:
    hit(_key(user_id), limit=10, window=300)


def _key(user_id: int) -> str:
    return f"second:{user_id}"
