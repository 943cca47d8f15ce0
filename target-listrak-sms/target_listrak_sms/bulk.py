"""Updates of many people in one call: Listrak's contact update import.

It writes custom fields of people whom Listrak knows, and nothing else; it drops unknown numbers in silence, and tells
nothing of single rows. So only records that hold nothing but custom values go this way, a sample of each import is
read back, and the report says the rest. The words of its `status` are not published: it is finished when it has an
end date. A comma is assumed between columns, for the description names none.
"""

from __future__ import annotations

import base64
import csv
import io
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.actions import Job
from singer_delivery.errors import RefusedError, SetupError, UnavailableError
from singer_delivery.outcomes import accepted
from target_listrak_sms.actions import NOT_KNOWN, ListrakAction
from target_listrak_sms.mapping import CUSTOM_VALUES
from target_listrak_sms.paging import data
from target_listrak_sms.phones import written
from target_listrak_sms.values import same_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from singer_delivery.actions import Delivery, Planner
    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict
    from target_listrak_sms.contacts import Contact

FEWEST = 20
"""People with the same fields from which on an import is worth its calls."""
SAMPLE = 5
"""People of each import who are read back."""
PATIENCE = 3600.0
"""Seconds after which an import counts as stuck."""
_UNCLEAR = frozenset('"\r\n')
_NEVER = "0001-01-01"
_IMPORTED = accepted("imported")
_UPDATED = accepted("updated")


class BulkUpdate(ListrakAction):
    """Updates custom fields of many people at once. Nothing is bound to it: `update` hands over what it can carry."""

    name: ClassVar[str] = "update"
    batch_size: int = 5000

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._lock = threading.Lock()
        self._imported = self._read_back = self._unknown = self._repaired = 0

    def carries(self, profile: Mapping[str, Any]) -> bool:
        """Whether an import can write a profile: custom fields only, and no value that a file could change.

        What Listrak takes an empty cell for is not documented, nor quotes and line breaks within one.
        """
        return profile.keys() == {CUSTOM_VALUES} and all(
            each["value"] and _UNCLEAR.isdisjoint(each["value"]) for each in profile[CUSTOM_VALUES]
        )

    def planner(self, columns: Columns) -> Planner:
        """Not asked for: `update` plans."""
        raise NotImplementedError

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict] | Job:
        """Import people with the same fields together, as all rows of a file have the same columns."""
        groups: dict[tuple[int, ...], list[int]] = {}
        for place, delivery in enumerate(deliveries):
            groups.setdefault(tuple(_values(delivery)), []).append(place)
        imports: list[_Import] = []
        verdicts: dict[int, Verdict] = {}
        for fields, places in groups.items():
            members = {place: deliveries[place] for place in places}
            if len(members) >= FEWEST:
                imports.append(_Import(self._begin(fields, members.values()), members))
            else:
                verdicts.update((place, self._send(each)) for place, each in members.items())
        job = _Imports(self, imports, verdicts)
        return job if imports else job.verdicts()

    def has_ended(self, path: str) -> bool:
        """Whether the import at this path has."""
        answer = self._listrak.client.call("Contact_GetImportFileResource", "GET", path, changes=False)
        return str(data(answer.body).get("endDate") or _NEVER)[: len(_NEVER)] != _NEVER

    def notes(self) -> Iterator[str]:
        """Say what nobody can know of the imports."""
        if self._imported:
            yield (
                f"{self._imported:,} records went through Listrak's contact import, which tells nothing of single "
                "records: numbers that Listrak does not know were dropped without a word and count as accepted. "
                f"{self._read_back:,} were read back and held what was sent; {self._repaired:,} did not, and were "
                f"sent again one by one; {self._unknown:,} Listrak does not know."
            )

    def _send(self, delivery: Delivery) -> Verdict:
        try:
            known = self._written(delivery)
        except RefusedError as refusal:  # this person's alone, not the whole group's
            return refusal.rule.verdict(refusal.code)
        return _UPDATED if known else NOT_KNOWN

    def _begin(self, fields: Sequence[int], members: Iterable[Delivery]) -> str:
        """Begin an import. Returns its path."""
        path = f"{self._listrak.account.path}/ContactImport"
        body = _file(fields, self._rows(members))
        answer = self._listrak.client.call("Contact_PostImportFileResource", "POST", path, json=body)
        number = answer.body.get("resourceId") if isinstance(answer.body, dict) else None
        if not number:
            raise UnavailableError(
                "Listrak did not say which import it began, so nobody can see when it ends. Set `bulk_updates` to "
                "false, and run again."
            )
        return f"{path}/{number}"

    def _rows(self, members: Iterable[Delivery]) -> Iterator[list[str]]:
        form = self._listrak.settings.phone_format
        for each in members:
            yield [written(each.key, form), *_values(each).values()]

    def verified(self, members: Sequence[Delivery]) -> Sequence[Verdict]:
        """Read a sample back. Who in it is not known at Listrak, or was not updated, gets a verdict of their own.

        Raises:
            SetupError: Nobody in it holds what was sent.
        """
        verdicts: list[Verdict] = [_IMPORTED] * len(members)
        good, unknown, bad = 0, 0, []
        for place in _spread(len(members)):
            contact = self._listrak.contacts.find(members[place].key)
            if contact is None:
                verdicts[place] = NOT_KNOWN
                unknown += 1
            elif _holds(contact, members[place]):
                verdicts[place] = _UPDATED
                good += 1
            else:
                bad.append(place)
        if not good:
            raise SetupError(
                f"Listrak says that a contact import has ended, but none of the {unknown + len(bad)} contacts that "
                f"were read back holds what was sent; {unknown} of them it does not know. Set `bulk_updates` to "
                "false: everything is then sent one by one. Look at the import in Listrak, too, and at `phone_format` "
                "if it knows nobody."
            )
        for place in bad:
            verdicts[place] = self._send(members[place])
        with self._lock:
            self._imported += verdicts.count(_IMPORTED)
            self._read_back += good
            self._unknown += unknown
            self._repaired += len(bad)
        return verdicts


@dataclass(frozen=True)
class _Import:
    """An import, and who is in it, by their places among all."""

    path: str
    members: Mapping[int, Delivery]


class _Imports(Job):
    """The imports of one call of `send`, and the verdicts of those who are in none."""

    longest_wait = 15.0

    def __init__(self, bulk: BulkUpdate, imports: Sequence[_Import], verdicts: Mapping[int, Verdict]) -> None:
        self._bulk = bulk
        self._open = list(imports)
        self._verdicts = dict(verdicts)
        self._given_up = time.monotonic() + PATIENCE

    def look(self) -> Sequence[Verdict] | None:
        """Read samples of the imports that have ended."""
        while self._open:
            path, members = self._open[-1].path, self._open[-1].members
            if not self._bulk.has_ended(path):
                break
            self._verdicts.update(zip(members, self._bulk.verified([*members.values()]), strict=True))
            self._open.pop()
        else:
            return self.verdicts()
        if time.monotonic() > self._given_up:
            raise UnavailableError(
                f"Listrak has not finished a contact import in {PATIENCE / 60:.0f} minutes. Look at it in Listrak; "
                "run again later, or with `bulk_updates` off."
            )
        return None

    def verdicts(self) -> Sequence[Verdict]:
        """All verdicts, in the order of the deliveries. When all imports have ended."""
        return [self._verdicts[place] for place in range(len(self._verdicts))]


def _values(delivery: Delivery) -> dict[int, str]:
    """Field id to value, in the order of ids."""
    return {each["segmentationFieldId"]: each["value"] for each in delivery.payload[CUSTOM_VALUES]}


def _holds(contact: Contact, delivery: Delivery) -> bool:
    return all(same_value(contact.custom.get(field), value) for field, value in _values(delivery).items())


def _spread(count: int) -> Sequence[int]:
    """Places of a sample: the first, the last, and some between, for a file that breaks off shows at its end."""
    return sorted({round(step * (count - 1) / (SAMPLE - 1)) for step in range(SAMPLE)})


def _file(fields: Sequence[int], rows: Iterator[list[str]]) -> dict[str, Any]:
    """Return an ImportContactFile."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    mappings = [{"fileColumnType": "Phone", "segmentationFieldId": 0, "fileColumn": 0}]
    mappings += [
        {"fileColumnType": "SegmentationField", "segmentationFieldId": field, "fileColumn": column}
        for column, field in enumerate(fields, start=1)
    ]
    return {
        "fileName": "profile-updates.csv",
        "fileStream": base64.b64encode(text.getvalue().encode()).decode(),
        "importType": "UpdateSubscribers",
        "hasColumnNames": False,
        "textQualifier": '"',
        "fileMappings": mappings,
    }
