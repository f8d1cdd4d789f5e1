"""The people of the company: who joins, what they may, and how their access ends."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from kebu.accounts import letters, roles, sessions
from kebu.accounts.actor import Actor
from kebu.accounts.keys import hashed, new_secret
from kebu.accounts.models import Company, Feed, Invitation, Reset, Token, User, clean_email
from kebu.accounts.passwords import check_password_strength
from kebu.audit.log import note
from kebu.core.errors import KebuError, not_found

INVITATION_LIFE = timedelta(days=7)


def find_user(email: str) -> User:
    """The person with this address, in any spelling of its case; KebuError `unknown_person` when nobody has it."""
    try:
        return User.objects.get(email=clean_email(email))
    except User.DoesNotExist:
        raise KebuError("unknown_person", status=404, email=email) from None


def add_user(
    actor: Actor, email: str, *, role: str, name: str = "", password: str | None = None, language: str | None = None
) -> User:
    """A new person. Without `password` nobody can sign in as them until an invitation was accepted.

    An empty `name` becomes the part of the address before the @; `language` is the company's unless given.
    Raises `not_allowed`, `unknown_role`, `bad_email`, `email_taken`, `weak_password`.
    """
    actor.require("manage_people")
    _check_role(role)
    if role == "owner" and not _owns(actor):
        raise KebuError("owners_only", status=403, field="role")
    email = clean_email(email)
    check_email(email)
    user = User(
        email=email,
        name=name.strip() or email.partition("@")[0],
        role=role,
        language=language or Company.objects.values_list("language", flat=True).first() or "zh-Hans",
    )
    if password is not None:
        check_password_strength(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            note("person_added", actor, person=user.name, email=user.email, role=role)
    except IntegrityError:
        raise KebuError("email_taken", status=409, field="email", email=email) from None
    return user


def add_and_invite(actor: Actor, email: str, *, role: str, name: str) -> tuple[User, str]:
    """A new person and the link by which they join; raises what `add_user` raises."""
    with transaction.atomic():
        user = add_user(actor, email, role=role, name=name)
        return user, invite(actor, user.pk)


def all_people(actor: Actor) -> list[User]:
    """Everybody who ever had access, in the order in which they came. Raises `not_allowed`."""
    actor.require("manage_people")
    return list(User.objects.select_related("second_factor").prefetch_related("passkeys").order_by("id"))


def update_user(
    actor: Actor, user_id: int, *, role: str | None = None, active: bool | None = None, name: str | None = None
) -> User:
    """Change what is given. A changed role or a disabled person loses every session and token at once.

    Owners are changed by owners only, and the last one who can sign in keeps the role.
    Raises `not_allowed`, `not_found`, `owners_only`, `unknown_role`, `last_owner`.
    """
    actor.require("manage_people")
    if role is not None:
        _check_role(role)
    with transaction.atomic():
        # All owners are locked in one order, or two who step down at the same time leave nobody.
        owners = list(User.objects.select_for_update().filter(role="owner").order_by("id"))
        user = next((owner for owner in owners if owner.pk == user_id), None)
        if user is None:
            user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise not_found()
        if not _owns(actor) and "owner" in (user.role, role):
            raise KebuError("owners_only", status=403)
        steps_down = user.role == "owner" and (role not in (None, "owner") or active is False)
        if steps_down and not any(_can_sign_in(owner) for owner in owners if owner.pk != user.pk):
            raise KebuError("last_owner", status=409)
        access_changes = (role is not None and role != user.role) or (active is not None and active != user.is_active)
        was = (user.role, user.is_active, user.name)
        user.role = role if role is not None else user.role
        user.is_active = active if active is not None else user.is_active
        user.name = name if name is not None else user.name
        if access_changes:
            end_access(user)
        if not user.is_active:
            Invitation.objects.filter(user=user).delete()
        user.save(update_fields=["role", "is_active", "name"])
        _note_changes(actor, user, *was)
    return user


def disable_user(actor: Actor, email: str) -> User:
    """Nobody signs in as this person any more; what they did and own stays."""
    return update_user(actor, find_user(email).pk, active=False)


def invite(actor: Actor, user_id: int) -> str:
    """The link by which this person chooses a password: to join, or because the old one is forgotten.

    It holds for seven days and once; an earlier link stops working. The old password holds until then. Where mail is
    set up the person is sent it, too.
    Raises `not_allowed`, `not_found`, `owners_only`, `disabled_person`.
    """
    actor.require("manage_people")
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise not_found()
    if user.role == "owner" and not _owns(actor):
        raise KebuError("owners_only", status=403)
    if not user.is_active:
        raise KebuError("disabled_person", status=409)
    secret = new_secret()
    now = timezone.now()
    values = {
        "hash": hashed(secret),
        "invited_by_id": actor.user_id,
        "created_at": now,
        "expires_at": now + INVITATION_LIFE,
    }
    with transaction.atomic():
        Invitation.objects.update_or_create(user=user, defaults=values)
        note("invited", actor, person=user.name)
        link = f"{settings.BASE_URL}/invite/{secret}"
        # Who has a password already was asked in before, and lost it.
        kind = "mail_new_password" if user.has_usable_password() else "mail_invite"
        letters.write(
            user,
            kind,
            until=now + INVITATION_LIFE,
            name=user.name,
            company=Company.objects.get().name,
            by=actor.name or Company.objects.get().name,
            link=link,
        )
    return link


def open_invitation(secret: str) -> Invitation:
    """The invitation of this secret while it holds, else `not_found`: the same for a wrong, used and old one."""
    found = Invitation.objects.select_related("user").filter(hash=hashed(secret), user__is_active=True).first()
    if found is None or found.expires_at <= timezone.now():
        raise not_found()
    return found


def accept_invitation(secret: str, *, name: str, password: str) -> User:
    """The invited person joins (or comes back) with a name and a password of their own choice.

    Raises `not_found`, `weak_password`.
    """
    user = open_invitation(secret).user
    user.name = name
    check_password_strength(password, user)
    encoded = make_password(password)
    with transaction.atomic():
        # Who deletes the row has accepted it: of two at once, one wins.
        if not Invitation.objects.filter(hash=hashed(secret)).delete()[0]:
            raise not_found()
        user = User.objects.select_for_update().get(pk=user.pk)
        if not user.is_active:
            raise not_found()
        user.name = name
        user.password = encoded
        end_access(user)
        user.save(update_fields=["name", "password"])
        note("invitation_accepted", Actor.of(user))
    return user


def update_me(
    actor: Actor, *, name: str | None = None, language: str | None = None, time_zone: str | None = None
) -> User:
    """A person's own name, language and IANA time zone. Raises `unknown_time_zone`."""
    if time_zone is not None:
        _check_time_zone(time_zone)
    changes = {"name": name, "language": language, "time_zone": time_zone}
    changes = {key: value for key, value in changes.items() if value is not None}
    if changes:
        User.objects.filter(pk=actor.person_id).update(**changes)
    return User.objects.get(pk=actor.person_id)


def change_password(actor: Actor, *, current: str, new: str) -> User:
    """A person's own password. Every session and token of theirs ends; the caller may keep its own session.

    Raises `current_password_wrong`, `weak_password`.
    """
    user = User.objects.get(pk=actor.person_id)
    if not user.check_password(current):
        raise KebuError("current_password_wrong", field="password.current")
    check_password_strength(new, user)
    encoded = make_password(new)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        user.password = encoded
        end_access(user)
        user.save(update_fields=["password"])
        note("password_changed", actor)
    return user


def check_email(email: str) -> None:
    """Raise KebuError `bad_email` unless `email` can be an address."""
    try:
        validate_email(email)
        if len(email) > 254:  # RFC 5321, and the column
            raise ValidationError("")
    except ValidationError:
        raise KebuError("bad_email", field="email", email=email) from None


def _check_role(role: str) -> None:
    if role not in (known := roles.keys()):
        raise KebuError("unknown_role", field="role", role=role, roles=", ".join(known))


def _check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones
        raise KebuError("unknown_time_zone", field="time_zone", zone=name) from None


def _note_changes(actor: Actor, user: User, role: str, active: bool, name: str) -> None:
    """What became of a person's role, state and name, which were `role`, `active`, `name`."""
    if user.name != name:
        note("person_renamed", actor, before=name, after=user.name)
    if user.role != role:
        note("role_changed", actor, person=user.name, before=role, after=user.role)
    if user.is_active != active:
        note("person_enabled" if user.is_active else "person_disabled", actor, person=user.name)


def _owns(actor: Actor) -> bool:
    return actor.role in ("owner", "system")


def _can_sign_in(user: User) -> bool:
    return user.is_active and user.has_usable_password()


def end_access(user: User) -> None:
    """Sessions, tokens and the calendar end, and what lies open in a mailbox; `user` is locked."""
    Feed.objects.filter(user=user).delete()
    Reset.objects.filter(user=user).delete()
    Token.objects.filter(user=user).delete()
    sessions.forget(user)
