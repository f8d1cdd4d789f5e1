"""The colours of a view in its workbook: what the rules say there, in the light palette of the page."""

from collections.abc import Iterable, Mapping, Sequence
from colorsys import hls_to_rgb
from typing import Any

from kebu.fields.registry import Field
from kebu.records import colors
from kebu.records.query import Asking
from kebu.workbooks.rows_xml import Look, Shade

#: Degrees on the colour wheel and share of saturation, as in `web/src/ui/palette.ts`.
HUES = (
    (3, 1.0), (25, 1.0), (148, 1.0), (44, 1.0), (195, 1.0), (220, 1.0), (262, 1.0), (330, 1.0), (30, 0.3), (215, 0.14),
    (173, 1.0), (84, 1.0),
)  # fmt: skip
_GROUND, _BAR = (80, 94), (68, 48)
_SIGNS = {
    "flag": "⚑", "star": "★", "heart": "♥", "alert": "⚠", "check": "✓", "cross": "✗", "up": "▲", "down": "▼",
    "clock": "◷",
}  # fmt: skip


class Colouring:
    """The rules of a view over these columns, asked for parts of its rows."""

    def __init__(self, ask: Asking, rules: Iterable[Mapping[str, Any]], fields: Sequence[Field]) -> None:
        self._ask = ask
        self._keys = [field.key for field in fields]
        rules = list(rules)
        self._bars = {rule["field"]: rule["color"] for rule in reversed(rules) if "bar" in rule}
        # A rule for a column that is not there says nothing.
        self._rules = [
            rule for rule in rules if "bar" not in rule and (rule["target"] == "row" or rule["field"] in self._keys)
        ]
        self._looks: dict[tuple[int, ...], Look | None] = {}

    def bar(self, field: Field) -> str | None:
        """The colour of the bars behind the field's numbers."""
        hue = self._bars.get(field.key)
        return None if hue is None else _hex(hue, *_BAR)

    def looks(self, ids: Sequence[int]) -> dict[int, Look]:
        """Of these records those that are not plain."""
        if not self._rules:
            return {}
        filters = [rule["filter"] for rule in self._rules]
        matches = colors.matches(self._ask, ids, filters)
        found = ((pk, self._look(tuple(places))) for pk, places in zip(ids, matches, strict=True) if places)
        return {pk: look for pk, look in found if look}

    def _look(self, places: tuple[int, ...]) -> Look | None:
        if places not in self._looks:
            holding = [self._rules[place] for place in places]
            whole = next((rule for rule in holding if rule["target"] == "row"), None)
            own = {rule["field"]: rule for rule in reversed(holding) if rule["target"] == "cell"}
            self._looks[places] = tuple(
                _shade(own[key], signed=True) if key in own else _shade(whole, signed=first) if whole else None
                for key, first in zip(self._keys, [True, *[False] * len(self._keys)], strict=False)
            )
        return self._looks[places]


def _shade(rule: Mapping[str, Any], *, signed: bool) -> Shade:
    return Shade(_hex(rule["color"], *_GROUND), _SIGNS.get(rule.get("icon", ""), "") if signed else "")


def _hex(hue: int, saturation: int, lightness: int) -> str:
    degrees, share = HUES[hue]
    # The page rounds the saturation to whole percents.
    parts = hls_to_rgb(degrees / 360, lightness / 100, round(saturation * share) / 100)
    return "#" + "".join(f"{round(part * 255):02X}" for part in parts)
