"""People over HTTP: set-up, who I am, the team, invitations and tokens."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import ConfigDict, Field, StrictBool, StringConstraints
from typing_extensions import TypedDict

from kebu.accounts import letters, limits, people, sessions, setup, signin, tokens
from kebu.accounts.actor import Actor
from kebu.accounts.auth import PersonRequest, authenticated, session_only, sign_in, visitor
from kebu.accounts.feeds_api import router as feeds_router
from kebu.accounts.models import Company, Token, User
from kebu.accounts.passkeys_api import router as passkeys_router
from kebu.accounts.passwords import MAX_LENGTH
from kebu.accounts.resets_api import router as resets_router
from kebu.accounts.rights import Right
from kebu.accounts.second_api import router as second_router
from kebu.accounts.sessions_api import router as sessions_router
from kebu.accounts.viewing_api import router as viewing_router
from kebu.core.errors import KebuError, not_found

router = Router(auth=authenticated, tags=["accounts"])

router.add_router("", sessions_router)
router.add_router("", feeds_router)
router.add_router("", second_router)
router.add_router("", viewing_router)
router.add_router("", resets_router)
router.add_router("", passkeys_router)

#: One line of text without control characters (PostgreSQL refuses NUL).
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Email = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Language = Literal["zh-Hans", "en"]
RoleName = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[a-z_0-9]+$")]
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Body(Schema):
    """What somebody sends: a key that nobody expects is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")


class SetupBody(Body):
    secret: Secret
    company: Line
    name: Line
    email: Email
    password: Password
    template: Line
    language: Language


class NewPassword(Body):
    current: Password
    new: Password


class MeBody(Body):
    name: Line | None = None
    language: Language | None = None
    time_zone: Line | None = None
    password: NewPassword | None = None


class NewUserBody(Body):
    email: Email
    name: Line
    role: RoleName


class UserBody(Body):
    role: RoleName | None = None
    active: StrictBool | None = None
    name: Line | None = None


class AcceptBody(Body):
    name: Line
    password: Password


class NewTokenBody(Body):
    name: Line
    scope: tokens.Scope | None = None
    scopes: dict[str, list[str]] | None = None
    days: Annotated[int, Field(ge=1, le=3650, strict=True)] | None = None


class TemplateFieldOut(Schema):
    key: str
    label: str | dict[str, str]
    kind: str


class TemplateOut(Schema):
    key: str
    label: dict[str, str]
    fields: list[TemplateFieldOut]


class SetupOut(Schema):
    needed: bool
    templates: list[TemplateOut]


class PersonOut(Schema):
    id: int
    name: str
    email: str
    role: str
    language: str
    time_zone: str


class CompanyOut(Schema):
    name: str
    currency: str
    language: str
    template: str


Rights = TypedDict(
    "Rights",
    {
        "import": bool,
        "export": bool,
        "manage_fields": bool,
        "manage_people": bool,
        "backups": bool,
        "privacy": bool,
    },
)


class MeOut(Schema):
    user: PersonOut
    company: CompanyOut
    rights: Rights
    viewer: str | None = Field(None, description="Who looks at the program as this person; then nothing is changed")


class UserOut(Schema):
    id: int
    name: str
    email: str
    role: str
    active: bool
    invited: bool = Field(description="Has not chosen a password yet")
    last_login: datetime | None
    two_factor: bool

    @staticmethod
    def resolve_two_factor(user: User) -> bool:
        factor = getattr(user, "second_factor", None)
        return (factor is not None and factor.since is not None) or bool(user.passkeys.all())

    @staticmethod
    def resolve_active(user: User) -> bool:
        return user.is_active

    @staticmethod
    def resolve_invited(user: User) -> bool:
        return not user.has_usable_password()


class UsersOut(Schema):
    rows: list[UserOut]


class InviteOut(Schema):
    invite_link: str
    mailed: bool = Field(description="It is sent to the person by mail, too")


class NewUserOut(InviteOut):
    id: int


class InvitationOut(Schema):
    email: str
    name: str
    company: str


class TokenOut(Schema):
    id: int
    name: str
    scope: str
    scopes: dict[str, list[str]] | None = Field(description="Verbs by object; null: all that the person may")
    created_at: datetime
    last_used: datetime | None
    expires_at: datetime | None


class NewTokenOut(TokenOut):
    token: str = Field(description="The secret itself: shown this once")


class TokensOut(Schema):
    rows: list[TokenOut]


@router.get("/setup", response=SetupOut, auth=visitor, summary="What the set-up page needs; 404 once it is done")
def get_setup(request: HttpRequest) -> dict[str, Any]:
    if not setup.needed():
        raise not_found()
    return {"needed": True, "templates": setup.offered_templates()}


@router.post("/setup", response={201: MeOut}, auth=visitor, summary="Make the company and its owner, and sign in")
def post_setup(request: HttpRequest, body: SetupBody) -> Status[dict[str, Any]]:
    if not setup.needed():
        raise not_found()
    limits.count_setup(request)
    owner = setup.set_up(**body.dict())
    sign_in(request, owner, way="link")
    return Status(201, _me(owner))


@router.get("/me", response=MeOut, summary="Who is signed in, and what they may")
def get_me(request: PersonRequest) -> dict[str, Any]:
    if request.viewer is None:
        return _me(request.person)
    return {**_me(request.person, request.actor), "viewer": request.viewer.name}


@router.patch("/me", response=MeOut, summary="Change one's own name, language, time zone or password")
def patch_me(request: PersonRequest, body: MeBody) -> dict[str, Any]:
    if body.password is not None:
        session_only(request)
        limits.count_password_change(request.actor.user_id)
        user = people.change_password(request.actor, current=body.password.current, new=body.password.new)
        update_session_auth_hash(request, user)
        sessions.begin(request.session, user, "password")
    return _me(people.update_me(request.actor, name=body.name, language=body.language, time_zone=body.time_zone))


@router.get("/users", response=UsersOut, summary="The people of the company")
def get_users(request: PersonRequest) -> dict[str, Any]:
    return {"rows": people.all_people(request.actor)}


@router.post("/users", response={201: NewUserOut}, summary="Add a person; the link lets them choose a password")
def post_user(request: PersonRequest, body: NewUserBody) -> Status[dict[str, Any]]:
    session_only(request)
    user, link = people.add_and_invite(request.actor, body.email, role=body.role, name=body.name)
    return Status(201, {"id": user.pk, "invite_link": link, "mailed": letters.are_sent()})


@router.patch("/users/{user_id}", response=UserOut, summary="Change role, name, or disable a person")
def patch_user(request: PersonRequest, user_id: Id, body: UserBody) -> User:
    session_only(request)
    return people.update_user(request.actor, user_id, role=body.role, active=body.active, name=body.name)


@router.post("/users/{user_id}/invite", response=InviteOut, summary="A new link to choose a password, for seven days")
def post_invite(request: PersonRequest, user_id: Id) -> dict[str, Any]:
    session_only(request)
    return {"invite_link": people.invite(request.actor, user_id), "mailed": letters.are_sent()}


@router.get("/invites/{token}", response=InvitationOut, auth=visitor, summary="Whom an invitation is for")
def get_invitation(request: HttpRequest, token: str) -> dict[str, str]:
    limits.count_invitation(request)
    invited = people.open_invitation(token).user
    return {"email": invited.email, "name": invited.name, "company": Company.objects.get().name}


@router.post(
    "/invites/{token}",
    response=MeOut,
    auth=visitor,
    summary="Choose a password, and sign in",
)
def post_invitation(request: HttpRequest, token: str, body: AcceptBody) -> dict[str, Any]:
    limits.count_invitation(request)
    user = people.accept_invitation(token, name=body.name, password=body.password)
    signin.ask_for_code(request, user)
    sign_in(request, user, way="link")
    return _me(user)


@router.get("/tokens", response=TokensOut, summary="One's own tokens")
def get_tokens(request: PersonRequest) -> dict[str, Any]:
    session_only(request)
    return {"rows": list(tokens.tokens_of(request.actor))}


@router.post("/tokens", response={201: NewTokenOut}, summary="A new token; its secret is shown this once")
def post_token(request: PersonRequest, body: NewTokenBody) -> Status[dict[str, Any]]:
    session_only(request)
    if (body.scope is None) == (body.scopes is None):
        raise KebuError("bad_scopes", field="scopes")
    token, secret = tokens.create_token(
        request.actor, name=body.name, scope=body.scope or "read", scopes=body.scopes, days=body.days
    )
    return Status(201, {**_token(token), "token": secret})


@router.delete("/tokens/{token_id}", response={204: None}, summary="End a token at once")
def delete_token(request: PersonRequest, token_id: Id) -> Status[None]:
    session_only(request)
    tokens.delete_token(request.actor, token_id)
    return Status(204, None)


def _me(user: User, actor: Actor | None = None) -> dict[str, Any]:
    actor = actor or Actor.of(user)
    rights = {right: actor.may(cast("Right", right)) for right in Rights.__annotations__}
    return {"user": user, "company": Company.objects.get(), "rights": rights}


def _token(token: Token) -> dict[str, Any]:
    return {
        key: getattr(token, key) for key in ("id", "name", "scope", "scopes", "created_at", "last_used", "expires_at")
    }
