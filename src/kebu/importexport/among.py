"""What the objects of one import say of each other, before any of them is written.

A record that the import is to create has no id yet: in plain values it goes by a negative number, its *ref*, which is
told apart from every id and compared like one. The part that creates it writes down which id it became (`Made`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from kebu.core.text import fold
from kebu.fields.registry import Catalog, Field, ObjectType
from kebu.importexport.joining import Source, Unit, is_invalid
from kebu.importexport.likeness import title_key
from kebu.importexport.matching import Verdict
from kebu.importexport.outside import outside_id

_GONE = 0  # stands for a row that is there, and left out


@dataclass
class _Called:
    """Records of one object under what the files call them: ids and refs, `_GONE` for rows that are left out."""

    titles: dict[str, dict[str, list[int]]] = dataclass_field(default_factory=dict)
    numbers: dict[str, list[int]] = dataclass_field(default_factory=dict)
    outside: dict[str, list[int]] = dataclass_field(default_factory=dict)
    emails: dict[str, list[int]] = dataclass_field(default_factory=dict)

    def named(self, text: str) -> Sequence[int]:
        titled = self.titles.get(title_key(text), {})
        exact = titled.get(fold(text)) or [one for ids in titled.values() for one in ids]
        for found in (exact, self.numbers.get(fold(text)), self.outside.get(outside_id(text))):
            if found:
                return list(dict.fromkeys(found))
        return list(dict.fromkeys(self.emails.get(fold(text), ())))


@dataclass(frozen=True)
class Lead:
    """A relation of a record that can only be set once both are there: a company's main contact."""

    object: str
    record: int
    relation: str
    to: int


class Among:
    """The records of an import's objects that are planned already, parents first, as the next objects name them."""

    def __init__(self, known: Catalog) -> None:
        self.leads: list[Lead] = []
        self.titles: dict[int, str] = {}  # of refs
        self._known = known
        self._last = 0
        self._called: dict[str, _Called] = {}
        self._parents: dict[str, list[tuple[Unit, Verdict]]] = {}
        self._owners: dict[str, dict[int, int]] = {}
        self._led: list[tuple[str, Unit, Verdict, str, Unit]] = []

    # -- what is planned ----------------------------------------------------------------------------------------------

    def take(
        self,
        one: ObjectType,
        fields: Mapping[str, Field],
        sources: Sequence[Source],
        unit_of: Mapping[int, Unit],
        done: Sequence[tuple[Unit, Verdict]],
    ) -> None:
        """Take in an object whose plan is made: what becomes of its units, and how its rows are called."""
        ids: dict[int, int] = {}
        owners = self._owners.setdefault(one.key, {})
        for unit, verdict in done:
            if verdict.record is None and verdict.action != "create":
                continue  # left out: who names it is told so
            if verdict.record is None:
                self._last -= 1
                unit.ref = self._last
                self.titles[unit.ref] = str(unit.values.get(one.title, ""))
            ids[id(unit)] = verdict.record or unit.ref
            if one.within and isinstance(owner := unit.values.get(one.within), int):
                owners[ids[id(unit)]] = owner
        called = self._called.setdefault(one.key, _Called())
        above = self._called.get(self._known.field(one.key, one.within).target or "") if one.within else None
        emails = [key for key, field in fields.items() if field.stored.kind == "email"]
        for source in sources:
            for place, row in enumerate(source.places):
                pk = ids.get(id(unit_of.get(row)), _GONE)
                self._call(called, above, owners.get(pk), source, place, pk, one.title, emails)
        self._parents[one.key] = list(done)
        for key, parent, verdict, relation, kid in self._led:
            if id(kid) in ids:
                record = verdict.record or parent.ref
                self.leads.append(Lead(key, record, relation, ids[id(kid)]))
        self._led = [led for led in self._led if id(led[4]) not in ids]

    @staticmethod
    def _call(
        called: _Called,
        above: _Called | None,
        owner: int | None,
        source: Source,
        place: int,
        pk: int,
        title: str,
        emails: Sequence[str],
    ) -> None:
        def text(key: str) -> str:
            value = source.columns[key].values[place] if key in source.columns else None
            return value if isinstance(value, str) else ""

        if name := text(title):
            called.titles.setdefault(title_key(name), {}).setdefault(fold(name), []).append(pk)
        if number := text("number"):
            called.numbers.setdefault(fold(number), []).append(pk)
        if source.called and (outside := outside_id(source.called[place])):
            called.outside.setdefault(outside, []).append(pk)
        for key in emails:
            if email := text(key):
                called.emails.setdefault(fold(email), []).append(pk)
                if owner and above:  # a company goes by the addresses of its people
                    above.emails.setdefault(fold(email), []).append(owner)

    # -- what names it ------------------------------------------------------------------------------------------------

    def named(self, object_key: str, text: str, owner: Any = None) -> tuple[Sequence[int], bool]:
        """Ids and refs of the records that a text may mean, among those of `owner` where several are called so; and
        whether all that it may mean is left out."""
        called = self._called.get(object_key)
        found = called.named(text) if called else ()
        kept = [one for one in found if one != _GONE]
        if len(kept) > 1 and isinstance(owner, int):
            owners = self._owners[object_key]
            kept = [one for one in kept if owners.get(one) == owner] or kept
        return kept, bool(found) and not kept

    def absorb(self, one: ObjectType, units: Iterable[Unit]) -> None:
        """Records behind the lookups of parents that a row of this object speaks of too are that row's: a contact who
        stands in the row of his company, and in a sheet of contacts."""
        if not one.within:
            return
        target = self._known.field(one.key, one.within).target
        parents = self._parents.get(target or "", ())
        relations = [
            through.key
            for relation, _ in (self._known.object(target).lookups if target else ())
            if (through := self._known.field(target or "", relation)).target == one.key and through.back == one.within
        ]
        if not parents or not relations:
            return
        of: dict[tuple[int, str], list[Unit]] = {}
        for unit in units:
            if unit.key and isinstance(owner := unit.values.get(one.within), int):
                of.setdefault((owner, unit.key), []).append(unit)
        for parent, verdict in parents:
            for relation in dict.fromkeys(relations):
                self._absorb(one, target or "", parent, verdict, relation, of)

    def _absorb(
        self,
        one: ObjectType,
        target: str,
        parent: Unit,
        verdict: Verdict,
        relation: str,
        of: Mapping[tuple[int, str], list[Unit]],
    ) -> None:
        kept = []
        for place, behind in enumerate(verdict.behind):
            title = behind.values.get(one.title)
            mine = behind.relation == relation and behind.id is None and isinstance(title, str)
            units = of.get((verdict.record or parent.ref, title_key(str(title))), ()) if mine else ()
            if not units:
                kept.append(behind)
                continue
            for key, value in behind.values.items():
                held = units[0].values.get(key)
                if held is None or (is_invalid(held) and not is_invalid(value)):
                    units[0].values[key] = value
            first = next(n for n, other in enumerate(verdict.behind) if other.relation == relation)
            if behind.main or (verdict.record is None and place == first):
                self._led.append((target, parent, verdict, relation, units[0]))
        verdict.behind = kept


def is_ref(value: Any) -> bool:
    """Whether the plain value of a relation is a record that is yet to be created."""
    return type(value) is int and value < 0
