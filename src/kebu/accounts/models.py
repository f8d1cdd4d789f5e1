"""The company, its people, and what lets them in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

LANGUAGES = [("zh-Hans", "简体中文"), ("en", "English")]


def default_time_zone() -> str:
    """The installation's zone (`KEBU_TIME_ZONE`), an IANA name."""
    return settings.TIME_ZONE


class Company(models.Model):
    """The one company of this installation. Its existence means that the set-up is done.

    `template` is the key of the template it started with ("" for none); `currency` an ISO 4217 code.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, choices=LANGUAGES, default="zh-Hans")
    currency = models.CharField(max_length=3, default="CNY")
    template = models.CharField(max_length=50, blank=True, default="")
    #: Keys of the roles whose people have to sign in with a second factor.
    two_factor_roles = models.JSONField(default=list)
    #: Whether somebody who is shown a masked value has to say why.
    reveal_reason = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        # The fixed key makes the database itself refuse the second of two set-ups that race.
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="accounts_one_company")]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **values: Any) -> User:
        """A stored person; without `password` nobody can sign in as them until they accept an invitation."""
        user = self.model(email=clean_email(email), **values)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person of the company. Never deleted, only disabled, because history names them.

    `rights_version` grows with every change of role, state or password, and when somebody is signed out everywhere;
    sessions made before it end. `reach_version` grows with whatever else changes what they may, while they stay signed
    in: a role, a team, a share.
    """

    # Django has these two names in all its languages; its password rules say them.
    email = models.EmailField(_("email address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=100)
    role = models.CharField(max_length=20, default="sales")
    language = models.CharField(max_length=10, choices=LANGUAGES, default="zh-Hans")
    time_zone = models.CharField(max_length=64, default=default_time_zone)
    is_active = models.BooleanField(default=True)
    rights_version = models.PositiveIntegerField(default=1)
    reach_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        # Django binds sessions to the password alone; a changed role or a disabled person must end them too,
        # and must not bring old ones back to life when the role returns: hence the version that only grows.
        value = f"{self.password}:{self.rights_version}"
        return salted_hmac("kebu.accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


class Role(models.Model):
    """What people may who have it; `User.role` is its key. `names` by language; for `rights` see `accounts.rights`."""

    key = models.CharField(max_length=20, unique=True)
    names = models.JSONField(default=dict)
    rights = models.JSONField(default=dict)
    # Came with the program.
    builtin = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["id"]


class Team(models.Model):
    """A part of the company. Teams are a tree; who leads one belongs to it, member or not."""

    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    leader = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    members = models.ManyToManyField(User, related_name="teams")

    class Meta:
        ordering: ClassVar = ["id"]


class Share(models.Model):
    """One record that a person, or a team with all below it, may see besides; to be changed, too, where `write`.

    It holds through the day `until`, if there is one, in the time zone of the installation.
    """

    object = models.CharField(max_length=40)
    record = models.BigIntegerField()
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    write = models.BooleanField(default=False)
    until = models.DateField(null=True)
    given_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(user=None, team__isnull=False) | models.Q(user__isnull=False, team=None),
                name="accounts_share_with_one",
            ),
            models.UniqueConstraint(fields=["object", "record", "user"], name="accounts_share_user"),
            models.UniqueConstraint(fields=["object", "record", "team"], name="accounts_share_team"),
        ]


class Token(models.Model):
    """A key for programs, bound to a person. Only the SHA-256 of the secret is stored; it is random, so no salt."""

    SCOPES: ClassVar = [("read", "read"), ("write", "write")]

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    scope = models.CharField(max_length=10, choices=SCOPES)
    #: Verbs by object (`accounts.scopes`); null: all that the person may, as far as `scope` goes.
    scopes = models.JSONField(null=True)
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)


class SignIn(models.Model):
    """A browser in which a person is signed in: what is known of a session beside its content. Written by
    `kebu.accounts.sessions` only; gone when the session ends."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    session = models.CharField(max_length=40, unique=True)
    way = models.CharField(max_length=20)
    address = models.CharField(max_length=45)
    device = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    last_used = models.DateTimeField(default=timezone.now)


class SecondFactor(models.Model):
    """The app that makes a person's one-time codes. Until `since` is set it is being set up and asks nothing yet.

    `secret` is sealed with the installation's key; `step` is the last period of 30 s whose code was taken: none is
    taken twice.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    secret = models.TextField()
    since = models.DateTimeField(null=True)
    step = models.BigIntegerField(default=0)


class RecoveryCode(models.Model):
    """One of the codes for when the app is gone, deleted when it was used. Stores the SHA-256 of 80 random bits."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    hash = models.CharField(max_length=64, unique=True)


class Passkey(models.Model):
    """A key of a device by which a person signs in. `credential` is its id, `data` its id and public key, both in
    base64url; `counter` is what the device said last of how often it was used, 0 for ever where it does not count."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=100)
    credential = models.CharField(max_length=1400, unique=True)
    data = models.TextField()
    counter = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    last_used = models.DateTimeField(null=True)


class Invitation(models.Model):
    """The open invitation of a person who has no password yet; gone once accepted. Stores the secret's SHA-256."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="invitation")
    hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()


class Reset(models.Model):
    """The open link of a person who forgot the password; gone once used, and with any other change of their access.
    Stores the secret's SHA-256."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()


class Feed(models.Model):
    """The secret address of a person's calendar, until it is replaced. Stores the secret's SHA-256."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used = models.DateTimeField(null=True)


def clean_email(raw: str) -> str:
    """The one spelling under which an address is stored and looked up: trimmed, lower case."""
    return raw.strip().lower()
