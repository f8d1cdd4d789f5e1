"""What a customer shows through its main contact and main deal."""

from kebu.records import opening
from kebu.records.write import create


def found(actor, words):
    return opening.first_page(actor, "customers", {"search": words}, offset=0, limit=10)["count"]


def test_a_customer_is_found_by_a_contact_that_came_later(alice):
    customer, _ = create(alice, "customers", {"name": "示例机械公司"})
    create(alice, "contacts", {"customer": customer.id, "name": "欧阳修"})
    assert found(alice, "欧阳") == 1
    assert found(alice, "oyx") == 1
