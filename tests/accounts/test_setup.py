"""The first start: who has the secret from the console makes the company; once."""

import pytest
from django.test import Client

from kebu.accounts import setup
from kebu.accounts.models import Company, User

PASSWORD = "a longer 密码 of mine"


class SampleTemplates:
    """Stands where crm stands, one room above."""

    def __init__(self) -> None:
        self.started = []

    def offered(self):
        label = {"zh-Hans": "示例", "en": "Sample"}
        return [{"key": "sample", "label": label, "fields": [{"key": "name", "label": label, "kind": "text"}]}]

    def start(self, actor, key):
        self.started.append((actor.name, actor.role, key))


@pytest.fixture
def templates():
    before = list(setup._templates)
    sample = SampleTemplates()
    setup.register(sample)
    yield sample
    setup._templates[:] = before


@pytest.fixture
def form(db, templates):
    return {
        "secret": setup.setup_secret(),
        "company": "示例公司",
        "name": "Alice",
        "email": "Alice@example.com",
        "password": PASSWORD,
        "template": "sample",
        "language": "en",
    }


def test_link_is_printed_until_the_set_up_is_done(form, open_browser):
    link = setup.setup_link("http://127.0.0.1:8000")
    assert link == f"http://127.0.0.1:8000/setup#secret={form['secret']}"
    assert setup.setup_link("http://127.0.0.1:8000") == link
    open_browser().send("POST", "/api/setup", form)
    assert setup.setup_link("http://127.0.0.1:8000") is None


def test_set_up_makes_company_and_owner_and_signs_in(form, templates, open_browser):
    browser = open_browser()
    before = browser.client.get("/api/setup")
    assert before.json() == {"needed": True, "templates": templates.offered()}

    answer = browser.send("POST", "/api/setup", form)

    assert answer.status_code == 201
    assert browser.me().json() == answer.json()
    assert answer.json()["company"] == {
        "name": "示例公司",
        "currency": "CNY",
        "language": "en",
        "template": "sample",
    }
    assert answer.json()["user"]["email"] == "alice@example.com"
    assert answer.json()["user"]["role"] == "owner"
    assert templates.started == [("Alice", "owner", "sample")]
    browser.sign_out()
    assert browser.sign_in("alice@example.com", PASSWORD).status_code == 200


def test_set_up_is_there_once(form, open_browser):
    open_browser().send("POST", "/api/setup", form)

    second = open_browser()
    assert second.client.get("/api/setup").status_code == 404
    for secret in (form["secret"], "wrong"):
        again = {**form, "secret": secret, "email": "mallory@example.com"}
        assert second.send("POST", "/api/setup", again).status_code == 404
    assert list(User.objects.values_list("email", flat=True)) == ["alice@example.com"]


@pytest.mark.django_db(transaction=True)
def test_of_two_set_ups_at_once_one_wins(form, open_browser, at_once):
    browsers = [open_browser(), open_browser()]
    forms = [{**form, "email": f"owner{n}@example.com"} for n in range(2)]

    answers = at_once(*(lambda n=n: browsers[n].send("POST", "/api/setup", forms[n]) for n in range(2)))

    assert sorted(answer.status_code for answer in answers) == [201, 404]
    assert Company.objects.count() == User.objects.count() == 1
    winner = [answer.status_code for answer in answers].index(201)
    assert User.objects.get().email == f"owner{winner}@example.com"
    assert browsers[1 - winner].me().status_code == 401


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"secret": "kebu_wrong"}, 403, "bad_secret"),
        ({"password": "short"}, 400, "weak_password"),
        ({"password": "alice@example.com"}, 400, "weak_password"),
        ({"password": "aaaaaaaaaaaa"}, 400, "weak_password"),
        ({"email": "alice"}, 400, "bad_email"),
        ({"template": "unheard_of"}, 400, "unknown_template"),
        ({"company": "   "}, 400, "invalid_request"),
        ({"name": "A\x07lice"}, 400, "invalid_request"),
        ({"language": "fr"}, 400, "invalid_request"),
        ({"role": "owner"}, 400, "invalid_request"),
        ({"is_staff": True}, 400, "invalid_request"),
    ],
)
def test_refused_set_up_leaves_nothing(form, open_browser, change, status, code):
    answer = open_browser().send("POST", "/api/setup", {**form, **change})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert not Company.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "company_name_missing"),
        (" \n", "company_name_missing"),
        ("公" * 101, "company_name_long"),
        ("a\nb", "company_name_long"),
    ],
)
def test_a_company_has_a_name_of_one_line(db, name, code):
    from kebu.core.errors import KebuError

    with pytest.raises(KebuError) as refused:
        setup.create_company(name, owner_email="alice@example.com", password=PASSWORD)
    assert (refused.value.code, refused.value.field) == (code, "company")
    assert setup.create_company(f" {'公' * 100} ", owner_email="alice@example.com", password=PASSWORD)
    assert Company.objects.get().name == "公" * 100


def test_template_that_fails_leaves_nothing(form, templates, open_browser, monkeypatch):
    from kebu.core.errors import KebuError

    def fail(actor, key):
        raise KebuError("bad_email", email=key)

    monkeypatch.setattr(templates, "start", fail)
    assert open_browser().send("POST", "/api/setup", form).status_code == 400
    assert not Company.objects.exists()
    assert not User.objects.exists()


def test_set_up_from_another_site_is_refused(form):
    answer = Client(enforce_csrf_checks=True).post("/api/setup", form, content_type="application/json")
    assert answer.status_code == 403
    assert not Company.objects.exists()


def test_guessing_the_secret_is_stopped(form, open_browser):
    browser = open_browser()
    statuses = [browser.send("POST", "/api/setup", {**form, "secret": f"guess{n}"}).status_code for n in range(21)]
    assert statuses == [403] * 20 + [429]


def test_command_line_sets_up_once_and_without_a_template_too(db, templates):
    from kebu.core.errors import KebuError

    setup.create_company("示例公司", owner_email="alice@example.com", password=PASSWORD)
    assert templates.started == []
    assert User.objects.get().name == "alice"
    with pytest.raises(KebuError) as caught:
        setup.create_company("示例公司", owner_email="bob@example.com", password=PASSWORD, template="sample")
    assert caught.value.code == "already_set_up"
    assert User.objects.count() == 1
