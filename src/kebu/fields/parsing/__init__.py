"""Raw cell values, as spreadsheets and people give them, turned into clean ones. Pure functions.

Every parser takes whatever a workbook, a form or a program sends (text, number, bool, date, None) and answers
the clean value or raises `NotUnderstood`, never anything else. An empty value is not understood: callers ask
for blanks first. Full-width digits, letters, signs and spaces read like their narrow forms.
"""

from kebu.fields.parsing.cells import NotUnderstood, text_of
from kebu.fields.parsing.contacts import parse_credit_code, parse_email, parse_link, parse_phone
from kebu.fields.parsing.dates import Order, date_order, parse_date, parse_datetime
from kebu.fields.parsing.numbers import has_decimal_commas, parse_checkbox, parse_money, parse_number, parse_percent

__all__ = [
    "NotUnderstood",
    "Order",
    "date_order",
    "has_decimal_commas",
    "parse_checkbox",
    "parse_credit_code",
    "parse_date",
    "parse_datetime",
    "parse_email",
    "parse_link",
    "parse_money",
    "parse_number",
    "parse_percent",
    "parse_phone",
    "text_of",
]
