"""What the overview shows of customers and deals."""

from collections.abc import Sequence

from kebu.records.query import Asking
from kebu.reports.tiles import Step, Tile


def _conversion(ask: Asking) -> Sequence[Step]:
    """From potential to active, by the categories of the stages, whatever the company calls them."""
    stages = [one for one in ask.field("stage").choices if one.category]
    reached = [one.key for one in stages if one.category in ("active", "ended")]
    if not reached:
        return ()
    return (
        Step("all", {"zh-Hans": "全部有阶段的客户", "en": "All with a stage"},
             {"field": "stage", "op": "in", "value": [one.key for one in stages]}),
        Step("active", {"zh-Hans": "已成为活跃客户", "en": "Became active"},
             {"field": "stage", "op": "in", "value": reached}),
    )  # fmt: skip


TILES = (
    Tile("stage", "bar", {"zh-Hans": "客户按阶段", "en": "Customers by stage"}, "customers", "stage"),
    Tile("level", "pie", {"zh-Hans": "客户按等级", "en": "Customers by level"}, "customers", "level"),
    Tile("industry", "bar", {"zh-Hans": "客户按行业", "en": "Customers by industry"}, "customers", "industry"),
    Tile("new", "line", {"zh-Hans": "每月新增客户", "en": "New customers per month"}, "customers", "created_at"),
    Tile(
        "amount",
        "bar",
        {"zh-Hans": "每月合作金额", "en": "Deal amount per month"},
        "deals",
        "start_date",
        total="amount",
    ),
    Tile(
        "conversion",
        "funnel",
        {"zh-Hans": "潜在到活跃的转化", "en": "From potential to active"},
        "customers",
        steps=_conversion,
    ),
)
