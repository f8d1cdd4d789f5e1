"""What a role lets its people import: new records, changes, and those of other objects in the same file."""

from typing import Any

import pytest

from importexport.conftest import counts, told
from kebu.accounts import roles
from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core import jobs
from kebu.core.errors import KebuError
from kebu.crm.models import Contact, Customer
from kebu.importexport import imports, rejected
from kebu.records import write

pytestmark = pytest.mark.django_db

HEADER = ["客户名称", "备注"]
KNOWN, NEW = ["示例甲有限公司", "新的"], ["示例乙有限公司", "新的"]
PEOPLE = [["联系人", "客户", "邮箱"], ["张三", "示例甲有限公司", "zhang@example.com"]]


@pytest.fixture
def known(table: Actor) -> int:
    """示例甲有限公司 with its contact 张三."""
    whole = {"name": "示例甲有限公司", "main_contact.name": "张三"}
    return write.create(table, "customers", whole)[0].id


def given(alice: Actor, who: Actor, **objects: dict[str, Any]) -> Actor:
    """The person with a role that sees and imports everything, and otherwise only what `objects` say."""
    base = {"see": "all", "import": True}
    rights = {key: base | {"change": "all", "create": True} | one for key, one in objects.items()}
    roles.change_role(alice, "sales", rights={"objects": {"*": base | {"change": "all", "create": True}, **rights}})
    return Actor.of(User.objects.get(pk=who.user_id))


def codes(row: Any) -> list[tuple[int, str | None, str]]:
    return [(one[0], one[1], one[3]) for one in told(row)]


def test_new_rows_are_told_and_left_out_where_one_may_not_create(
    importer: Any, table: Actor, bob: Actor, known: int
) -> None:
    mine = given(table, bob, customers={"create": False})
    # Its telephone is known, and its number is free: neither makes a new record of it.
    row = importer(mine).planned([*HEADER, "客户编号"], [*KNOWN, None], [*NEW, "A-7"])
    assert counts(row) == {"rows": 2, "update": 1, "reject": 1}
    assert codes(row) == [(3, "客户名称", "may_not_create")]
    file, name = rejected.workbook(mine, row.pk)
    file.close()
    assert name.endswith(".xlsx")
    done = importer(mine).apply(row)
    assert done.kept == 0
    assert list(Customer.objects.values_list("name", "remark")) == [("示例甲有限公司", "新的")]
    # Nothing but new rows: there is nothing to begin, and each says why.
    row = importer(mine).planned(HEADER, NEW, ["示例丙有限公司", None])
    assert (counts(row), row.total) == ({"rows": 2, "reject": 2}, 0)
    with pytest.raises(KebuError) as caught:
        imports.apply(mine, row.pk)
    assert caught.value.code == "nothing_to_import"


def test_new_people_of_a_customer_are_left_out_where_one_may_not_create_them(
    importer: Any, table: Actor, bob: Actor, known: int
) -> None:
    mine = given(table, bob, contacts={"create": False})
    header = ["客户名称", "备注", "联系人", "电话"]
    first = [*KNOWN, "张三", "13800000001"]
    others = [["示例甲有限公司", None, "李四", None], [*NEW, "王五", None]]
    row = importer(mine).planned(header, first, *others)
    assert [one for one in codes(row) if one[2] != "kept_first"] == [
        (2, "联系人", "may_not_create_behind"), (4, "联系人", "may_not_create_behind"),
    ]  # fmt: skip
    importer(mine).apply(row)
    assert set(Customer.objects.values_list("name", "remark")) == {tuple(KNOWN), tuple(NEW)}
    assert list(Contact.objects.values_list("name", "phone")) == [("张三", "13800000001")]


def test_in_a_workbook_of_several_objects_each_has_its_own_rights(
    importer: Any, table: Actor, bob: Actor, known: int
) -> None:
    mine = given(table, bob, customers={"create": False})
    people = [*PEOPLE, ["李四", "示例甲有限公司", None], ["王五", "示例乙有限公司", None]]
    book = importer(mine).book("both.xlsx", [HEADER, KNOWN, NEW], people, titles=("客户", "联系人"))
    row = importer(mine).plan(book)
    assert codes(row) == [(3, "客户名称", "may_not_create"), (4, "客户", "record_left_out")]
    importer(mine).apply(row)
    assert set(Contact.objects.values_list("name", "customer")) == {("张三", known), ("李四", known), ("王五", None)}


def test_where_one_may_not_change_new_rows_are_imported_and_others_told(
    importer: Any, table: Actor, bob: Actor, known: int
) -> None:
    mine = given(table, bob, customers={"change": "none"}, contacts={"change": "none"})
    book = importer(mine).book(
        "both.xlsx", [HEADER, KNOWN, NEW], [*PEOPLE, ["王五", "示例乙有限公司", None]], titles=("客户", "联系人")
    )
    row = importer(mine).plan(book)
    assert codes(row) == [(2, "客户名称", "may_not_change"), (2, "联系人", "may_not_change")]
    assert importer(mine).apply(row).kept == 0
    assert set(Customer.objects.values_list("name", "remark")) == {("示例甲有限公司", None), tuple(NEW)}
    assert set(Contact.objects.values_list("name", "customer__name", "email")) == {
        ("张三", "示例甲有限公司", None), ("王五", "示例乙有限公司", None),
    }  # fmt: skip


def test_who_may_no_longer_create_gets_the_changes_alone(importer: Any, table: Actor, bob: Actor, known: int) -> None:
    mine = given(table, bob)
    row = importer(mine).planned(HEADER, KNOWN, NEW)
    assert counts(row) == {"rows": 2, "update": 1, "create": 1}
    mine = given(table, bob, customers={"create": False})
    assert importer(mine).apply(row).summary["counts"]["reject"] == 1
    assert list(Customer.objects.values_list("name", "remark")) == [("示例甲有限公司", "新的")]
    # Who may neither create nor change has nothing to import.
    nothing = {"create": False, "change": "none"}
    roles.change_role(table, "sales", rights={"objects": {"*": {"see": "all", "import": True} | nothing}})
    with pytest.raises(KebuError) as caught:
        importer(Actor.of(User.objects.get(pk=bob.user_id))).planned(HEADER, KNOWN)
    assert caught.value.code == "not_allowed"
    assert not jobs.work_once()
