"""Customers, and their people, deals, activities and tasks. What all records share is in `records.models.Record`."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from kebu.records import places
from kebu.records.models import Record


def _text() -> "models.TextField[str | None, str | None]":
    return models.TextField(null=True)


def _order(column: str, name: str) -> models.Index:
    """An index that gives the order of a column by itself: all that is asked for is in it.

    Not one of what is outside the trash only: SQLite would go through such a one for any question at all.
    """
    return models.Index(fields=[column, "id", "deleted_at"], name=name)


def _by_hand(name: str) -> tuple[models.Index, models.Index]:
    """The order of the rows where nothing is sorted; and those that somebody has moved, a few among many.

    The place itself is in the first one, too: without it no database takes the whole order from the index alone.
    """
    stands = models.Index(places.expression(), "id", "deleted_at", "place", name=f"{name}_place")
    moved = models.Index(fields=["place"], condition=models.Q(place__isnull=False), name=f"{name}_moved")
    return stands, moved


def _trash(name: str) -> models.Index:
    """What is in the trash, latest last: a few rows among many."""
    return models.Index(fields=["deleted_at"], condition=models.Q(deleted_at__isnull=False), name=name)


def _choice() -> "models.CharField[str | None, str | None]":
    return models.CharField(max_length=40, null=True)


class Customer(Record):
    """A company or person we do, did or may do business with."""

    name = _text()
    short_name = _text()
    kind = _choice()
    company = _text()
    main_contact = models.ForeignKey("Contact", null=True, on_delete=models.SET_NULL, related_name="+")
    main_deal = models.ForeignKey("Deal", null=True, on_delete=models.SET_NULL, related_name="+")
    # Chosen by a person: then newer ones do not take the place.
    main_contact_pinned = models.BooleanField(default=False)
    main_deal_pinned = models.BooleanField(default=False)
    address = _text()
    province = _text()
    city = _text()
    district = _text()
    industry = _choice()
    level = _choice()
    stage = _choice()
    source = _choice()
    credit_code = _text()
    website = _text()
    next_follow_up = models.DateField(null=True)
    last_activity_at = models.DateTimeField(null=True)
    remark = _text()

    class Meta:
        indexes: ClassVar = [
            _order("title_key", "customer_title"),
            _order("next_follow_up", "customer_next_follow_up"),
            # The days of each person.
            models.Index(
                fields=["owner", "next_follow_up", "id", "deleted_at"],
                condition=models.Q(next_follow_up__isnull=False),
                name="customer_agenda",
            ),
            # Who came lately, and nobody has been there nor wants to.
            models.Index(
                fields=["owner", "created_at", "id", "deleted_at"],
                condition=models.Q(last_activity_at=None, next_follow_up=None),
                name="customer_new",
            ),
            _order("created_at", "customer_created"),
            _order("stage", "customer_stage"),
            # What groups, boards and reports count by, with all that they ask for.
            models.Index(fields=["stage", "level", "id", "deleted_at"], name="customer_groups"),
            models.Index(fields=["credit_code"], name="customer_credit_code"),
            models.Index(fields=["name"], name="customer_name"),
            _order("last_activity_at", "customer_last_activity"),
            _trash("customer_trash"),
            *_by_hand("customer"),
        ]


class Contact(Record):
    """A person at a customer."""

    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="contacts")
    name = _text()
    title = _text()
    phone = _text()
    mobile = _text()
    email = _text()
    decision_role = _choice()
    birthday = models.DateField(null=True)
    # Why data of this person may be kept and used, who or what says so, and since when.
    legal_basis = _choice()
    basis_source = _text()
    basis_date = models.DateField(null=True)
    do_not_contact = models.BooleanField(null=True)
    remark = _text()

    class Meta:
        indexes: ClassVar = [
            _order("title_key", "contact_title"),
            # By which an import finds whom it speaks of.
            models.Index(fields=["phone"], condition=models.Q(phone__isnull=False), name="contact_phone"),
            models.Index(fields=["mobile"], condition=models.Q(mobile__isnull=False), name="contact_mobile"),
            models.Index(Lower("email"), condition=models.Q(email__isnull=False), name="contact_email"),
            _trash("contact_trash"),
            *_by_hand("contact"),
        ]


class Deal(Record):
    """A sales opportunity that, once won, is a cooperation with start, end and amount (minor units of `currency`)."""

    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="deals")
    title = _text()
    description = _text()
    pipeline = _choice()
    stage = _choice()
    probability = models.FloatField(null=True)
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, null=True)
    expected_close = models.DateField(null=True)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    lost_reason = _text()
    remark = _text()

    class Meta:
        indexes: ClassVar = [
            _order("title_key", "deal_title"),
            _order("end_date", "deal_end"),
            models.Index(fields=["created_at"], name="deal_created"),
            # Those that nobody touched for long, of the stages that are open.
            models.Index(fields=["stage", "updated_at", "owner", "id", "deleted_at"], name="deal_still"),
            _trash("deal_trash"),
            *_by_hand("deal"),
        ]


class Activity(Record):
    """What was done with a customer: a call, a visit, a message."""

    # No index of its own: the one below begins with it.
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="activities", db_index=False
    )
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    deal = models.ForeignKey(Deal, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = _choice()
    happened_at = models.DateTimeField(null=True)
    text = _text()
    next_follow_up = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "happened_at", "id", "deleted_at"], name="activity_of_customer"),
            _order("happened_at", "activity_happened"),
            _order("title_key", "activity_title"),
            _trash("activity_trash"),
            *_by_hand("activity"),
        ]


class Task(Record):
    """What somebody has to do by a day; whose it is says its owner."""

    # No index of its own: the one below begins with it.
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    deal = models.ForeignKey(Deal, null=True, on_delete=models.SET_NULL, related_name="+")
    subject = _text()
    due_date = models.DateField(null=True)
    done = models.BooleanField(null=True)
    remark = _text()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "due_date", "id", "deleted_at"], name="task_of_customer"),
            # What is still to be done is little, and what each person is reminded of.
            models.Index(
                fields=["owner", "due_date"], condition=models.Q(done=None, deleted_at=None), name="task_open"
            ),
            _order("due_date", "task_due"),
            _order("title_key", "task_title"),
            _trash("task_trash"),
            *_by_hand("task"),
        ]
