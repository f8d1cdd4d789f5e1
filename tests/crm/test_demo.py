"""Sample companies: life-like, the same for the same seed, and stored as the one door for writes would store them."""

import json
import re
import stat
from datetime import date
from random import Random
from zoneinfo import ZoneInfo

import pytest

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError
from kebu.crm import demo, demo_bulk
from kebu.crm.lifelike import Maker, own_fields
from kebu.crm.models import Contact, Customer, Deal
from kebu.crm.places import place_of
from kebu.crm.starting import Templates
from kebu.fields.definitions import add_field
from kebu.fields.registry import catalog
from kebu.records import history, opening
from kebu.records.models import Change
from kebu.records.people import clean_context
from kebu.records.search import table
from kebu.records.write import Write

TODAY = date(2026, 11, 20)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def maker():
    return Maker(1, TODAY, ZONE, ["c_1", "c_2"])


@pytest.fixture
def started(alice):
    """The company has what the template brings."""
    Templates().start(alice, "partner")
    return alice


def listed(actor, object_key="customers", **view):
    return opening.first_page(actor, object_key, {"sort": [], **view}, offset=0, limit=500)


class TestLifelike:
    @pytest.mark.once
    def test_the_same_seed_and_number_give_the_same_customer(self, maker):
        again = Maker(1, TODAY, ZONE, ["c_1", "c_2"])
        for n in (0, 5, 2_000_000):
            maker.customer(n - 1 if n else 3)
            assert maker.customer(n) == again.customer(n)
        assert Maker(2, TODAY, ZONE, []).customer(5).customer != maker.customer(5).customer

    @pytest.mark.once
    def test_names_and_codes_differ(self, maker):
        numbers = [*range(0, 60_000, 3), *range(2_900_000, 2_920_000)]
        made = [maker.customer(n).customer for n in numbers]
        codes = [one["credit_code"] for one in made if one["credit_code"]]
        assert len({one["name"] for one in made}) == len(numbers)
        assert len(set(codes)) == len(codes)

    def test_values_are_what_their_fields_make_of_them(self, maker, started):
        known = catalog()
        context = clean_context(started)
        samples = [maker.customer(n) for n in range(300)]
        for object_key, rows in {
            "customers": [sample.customer for sample in samples],
            "contacts": [one for sample in samples for one in sample.contacts],
            "deals": [one for sample in samples for one in sample.deals],
        }.items():
            for key in rows[0]:
                field = known.field(object_key, key)
                values = [row[key] for row in rows]
                raw = [value / 100 if field.kind == "money" else value for value in values]
                cleaned = field.type.clean_column(raw, field, context)
                assert (cleaned.values, cleaned.problems) == (values, {}), key

    @pytest.mark.once
    def test_places_are_those_of_the_address(self, maker):
        for n in range(500):
            one = maker.customer(n).customer
            assert place_of(one["address"]) == (one["province"], one["city"], one["district"])

    @pytest.mark.once
    def test_nobody_real_is_meant(self, maker):
        for n in range(300):
            sample = maker.customer(n)
            for address in (sample.customer["website"], *(one["email"] for one in sample.contacts)):
                assert address is None or re.search(r"[@.]example\.com$", address)

    @pytest.mark.once
    def test_stages_and_deals_fit_each_other(self, maker):
        for n in range(2000):
            sample = maker.customer(n)
            for deal in sample.deals:
                won = deal["stage"] == "won"
                assert won == (deal["start_date"] is not None)
                assert deal["amount"] > 0
                if sample.customer["stage"] == "potential":
                    assert not won
                if sample.customer["stage"] == "active":
                    assert deal["end_date"] >= TODAY
                if won:
                    assert deal["start_date"] < deal["end_date"]


class TestSamples:
    def test_they_are_plainly_samples_and_go_again(self, started, bob):
        change_set = demo.fill_samples(started, customers=20)
        rows = listed(started, fields=["name"])["rows"]
        assert len(rows) == 20
        assert all(name.endswith("（示例）") for _, _, name in rows)
        assert Contact.objects.count() > 10
        assert Deal.objects.count() > 5
        history.undo(started, change_set)
        assert listed(started)["rows"] == []

    def test_a_second_go_adds_others(self, started):
        demo.fill_samples(started, customers=10)
        demo.fill_samples(started, customers=10)
        assert len(set(Customer.objects.values_list("name", flat=True))) == 20

    def test_they_came_over_time(self, started):
        demo.fill_samples(started, customers=30)
        months = {one.strftime("%Y-%m") for one in Customer.objects.values_list("created_at", flat=True)}
        assert len(months) > 6

    def test_choices_are_those_that_the_company_has(self, alice):
        Templates().start(alice, "company")
        demo.fill_samples(alice, customers=20)
        known = catalog()
        for object_key, model, key in (("customers", Customer, "stage"), ("deals", Deal, "stage")):
            choices = {one.key for one in known.field(object_key, key).choices}
            assert set(model.objects.values_list(key, flat=True)) <= choices

    def test_without_choices_the_fields_stay_empty(self, alice):
        demo.fill_samples(alice, customers=3)
        assert set(Customer.objects.values_list("stage", flat=True)) == {None}

    @pytest.mark.parametrize("who", ["bob", "rita"])
    def test_only_who_manages_the_company_adds_them(self, who, request):
        with pytest.raises(KebuError) as refused:
            demo.fill_samples(request.getfixturevalue(who))
        assert refused.value.code == "not_allowed"
        assert not Customer.objects.exists()

    def test_over_http(self, started, door, bob):
        made = door(started).post("/samples")
        assert made.status_code == 201
        assert Change.objects.filter(change_set=made.json()["change_set"], object="customers").exists()
        assert door(bob).post("/samples").status_code == 403
        assert door(None).post("/samples").status_code == 401


class TestBulk:
    """Rows that came in bulk are those that `records.write` would have made."""

    IGNORED = ("id", "number", "version", "owner_id", "created_by_id", "updated_by_id", "updated_at", "customer_id")

    @pytest.fixture
    def filled(self, started, bob, monkeypatch):
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "kebu.settings")
        monkeypatch.setattr(demo_bulk, "CHUNK", 25)
        own = [add_field(started, "customers", kind=one.kind, labels=one.labels, choices=[]) for one in own_fields()]
        maker = Maker(3, TODAY, ZONE, ["c_1"])
        heard = []
        demo_bulk.fill(maker, 60, own, started.user_id, bob.user_id, lambda *told: heard.append(told))
        assert heard[-1] == (60, 60)
        return maker, own

    def test_rows_and_tokens_are_the_same(self, filled, started):
        maker, own = filled
        bulk = self.rows()
        with Write(started, catalog()) as write:
            for n in range(60):
                sample = maker.customer(n)
                write.now = sample.created_at
                values = {**sample.customer, **dict(zip(own, sample.own, strict=True))}
                demo._create(write, sample, values, None)
        ones = self.rows(after=bulk)
        for model in (Customer, Contact, Deal):
            assert len(ones[model]) == len(bulk[model])
            for mine, theirs in zip(bulk[model], ones[model], strict=True):
                assert self.told(mine) == self.told(theirs)
        assert self.tokens("customers", bulk[Customer]) == self.tokens("customers", ones[Customer])
        assert self.tokens("contacts", bulk[Contact]) == self.tokens("contacts", ones[Contact])

    def rows(self, after=None):
        return {
            model: list(
                model.objects.filter(id__gt=max((row["id"] for row in after[model]), default=0) if after else 0)
                .order_by("id")
                .values()
            )
            for model in (Customer, Contact, Deal)
        }

    def told(self, row):
        """The row; of what it points to only the title, for ids differ."""
        told = {key: value for key, value in row.items() if key not in self.IGNORED}
        if "main_contact_id" in told:
            told["main_contact_id"] = Contact.objects.filter(id=told["main_contact_id"]).values_list("name").first()
            told["main_deal_id"] = Deal.objects.filter(id=told["main_deal_id"]).values_list("title").first()
        return told

    def tokens(self, object_key, rows):
        from django.db import connection

        number = re.compile(r"\b(?:[pr]\d{3,4}|w[cpd]\d+)\b")
        column = "tokens" if connection.vendor == "sqlite" else "array_to_string(tsvector_to_array(tokens), ' ')"
        key = "rowid" if connection.vendor == "sqlite" else "id"
        found = []
        with connection.cursor() as cursor:
            for row in rows:
                cursor.execute(f"SELECT {column} FROM {table(object_key)} WHERE {key} = %s", [row["id"]])
                words = set(cursor.fetchone()[0].split())
                found.append({word for word in words if not number.fullmatch(word)})
        return found

    def test_they_belong_to_somebody_or_nobody_and_have_a_beginning(self, filled, started, bob):
        assert set(Customer.objects.values_list("owner_id", flat=True)) == {started.user_id, bob.user_id, None}
        numbers = list(Customer.objects.order_by("id").values_list("number", flat=True))
        assert numbers[:2] == ["C001", "C002"]
        entries = history.timeline(started, "customers", Customer.objects.order_by("id").first().pk)
        assert entries[-1]["action"] == "create"
        assert listed(started, search=Customer.objects.first().name)["count"] == 1

    def test_indexes_are_whole_again(self, filled):
        from django.db import connection

        with connection.cursor() as cursor:
            there = connection.introspection.get_constraints(cursor, "crm_customer")
        assert {"customer_title", "customer_next_follow_up", "customer_name"} <= set(there)
        assert sum(bool(one["foreign_key"]) for one in there.values()) >= 5


class TestCommand:
    def test_the_company_has_a_past(self, installation):
        made = installation.json("demo", "--customers", "30", "--seed", "4")
        assert [(one["role"], one["sees"]) for one in made["logins"]] == [
            ("owner", "all"),
            ("sales", "own"),
            ("sales", "none"),
        ]
        assert installation.json("demo") == made
        kept = installation.home / "demo-logins.json"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        shown = installation.run("demo").stdout
        assert all(one["email"] in shown and one["password"] in shown for one in made["logins"])

    def test_another_company_is_left_alone(self, installation):
        installation.init()
        refused = installation.run("demo", "--json")
        assert refused.returncode == 1
        assert json.loads(refused.stdout)["error"]["code"] == "demo_not_empty"


def test_a_filled_company_can_be_looked_at(db, settings, tmp_path):
    settings.HOME = tmp_path
    logins = demo.fill_demo(40, 1, lambda done, total: None)
    from kebu.accounts.people import find_user

    owner, rep, outsider = (Actor.of(find_user(one.email)) for one in logins)
    assert listed(owner)["count"] == 40
    own = set(Customer.objects.filter(owner_id=rep.user_id).values_list("id", flat=True))
    free = set(Customer.objects.filter(owner_id=None).values_list("id", flat=True))
    assert own
    assert {row[0] for row in listed(rep)["rows"]} == own | free
    assert {row[0] for row in listed(outsider)["rows"]} == free
    assert Change.objects.filter(action="update", change_set__actor_id=rep.user_id).exists()
    pk = Random(1).choice(sorted(own))
    entries = history.timeline(rep, "customers", pk)
    assert entries == sorted(entries, key=lambda entry: entry["at"], reverse=True)
