"""The contact update import: a CSV that updates profile fields of contacts there are, and tells nobody how it went.

Listrak publishes neither the words of `status` nor the delimiter: `Queued`, `Processing`, `Complete`, `Failed`, and a
comma, are ours, as is UTF-8. That unknown numbers are dropped silently is what Amperity's documentation says.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
from typing import TYPE_CHECKING, Any

from vendor_sandbox.listrak_sms import eastern, phones
from vendor_sandbox.listrak_sms.account import SENDER_CODES
from vendor_sandbox.listrak_sms.envelopes import created, found
from vendor_sandbox.listrak_sms.errors import ApiError
from vendor_sandbox.listrak_sms.fields import boolean, custom_value, folded, integer, known_field, text
from vendor_sandbox.listrak_sms.views import date

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.clock import Clock
    from vendor_sandbox.listrak_sms.account import SenderCode
    from vendor_sandbox.listrak_sms.asked import Asked
    from vendor_sandbox.listrak_sms.store import Store
    from vendor_sandbox.switches import Switchboard

_QUALIFIERS = {"", "'", '"'}
_FIND = "SELECT id, sender, name, started, ends, result FROM listrak_sms_imports"


class Imports:
    """Imports, which take effect when their time has come, by the sandbox's clock."""

    def __init__(self, store: Store, switches: Switchboard, clock: Clock) -> None:
        self._store = store
        self._switches = switches
        self._clock = clock
        self._next: float | None = None
        self._look_ahead()
        store.state.on_change.append(self._look_ahead)

    def _look_ahead(self) -> None:
        """Keep when the next import ends: every call asks."""
        row = self._store.state.execute("SELECT MIN(ends) FROM listrak_sms_imports WHERE result IS NULL").fetchone()
        self._next = row[0]

    def operations(self) -> dict[str, Callable[[Asked], Answer]]:
        """By operation id."""
        return {
            "Contact_PostImportFileResource": self._start,
            "Contact_GetImportFileResource": self._show,
        }

    def run_due(self) -> None:
        """Let the imports whose time has come take effect."""
        now = self._clock.now()
        if self._next is None or self._next > now:
            return
        due = self._store.state.execute(
            "SELECT id, sender, request FROM listrak_sms_imports WHERE result IS NULL AND ends <= ? ORDER BY id",
            (now,),
        ).fetchall()
        for number, sender, request in due:
            with self._store.state.whole():
                result = self._run(SENDER_CODES[sender], json.loads(request))
                self._store.state.execute(
                    "UPDATE listrak_sms_imports SET result = ? WHERE id = ?", (json.dumps(result), number)
                )
        self._look_ahead()

    def describe(self) -> list[dict[str, Any]]:
        """Every import with what became of its rows."""
        rows = self._store.state.execute(f"{_FIND} ORDER BY id").fetchall()
        return [
            {
                "importFileId": number,
                "smsSenderCodeId": sender,
                "fileName": name,
                "result": json.loads(result or "null"),
            }
            for number, sender, name, _started, _ends, result in rows
        ]

    def _start(self, asked: Asked) -> Answer:
        name = text(asked.body.get("filename"), "fileName", self._switches)
        if not name:
            raise ApiError.invalid("fileName")
        request = _read(asked, self._switches)
        now = self._clock.now()
        number = self._store.state.execute(
            "INSERT INTO listrak_sms_imports (sender, name, request, started, ends) VALUES (?, ?, ?, ?, ?)",
            (asked.sender.id, name, json.dumps(request), now, now + int(self._switches["import-seconds"])),
        ).lastrowid
        self._look_ahead()
        return created(str(number))

    def _show(self, asked: Asked) -> Answer:
        wanted = integer(asked.params["importFileId"], "importFileId")
        row = self._store.state.execute(f"{_FIND} WHERE id = ? AND sender = ?", (wanted, asked.sender.id)).fetchone()
        if row is None:
            raise ApiError.missing("senderCodeId", "importFileId")
        number, sender, name, started, ends, result = row
        return found(
            {
                "importFileId": number,
                "smsSenderCodeId": sender,
                "fileName": name,
                "startDate": eastern.text(started),
                "endDate": eastern.text(ends) if result else date(None, self._switches),
                "status": self.status(started, ends, result),
            }
        )

    def status(self, started: float, ends: float, result: str | None) -> str:
        """The status of an import by the columns of its row."""
        if result:
            return str(json.loads(result)["status"])
        return "Queued" if self._clock.now() < (started + ends) / 2 else "Processing"

    def _run(self, sender: SenderCode, request: dict[str, Any]) -> dict[str, Any]:
        try:
            rows = _rows(request)
        except (UnicodeDecodeError, csv.Error) as error:
            return {"status": "Failed", "problem": str(error)}
        result: dict[str, Any] = {"status": "Complete", "rows": len(rows), "updated": 0, "unknown": 0, "problems": []}
        for place, row in enumerate(rows, start=1):
            try:
                phone, fields = self._values(sender, request["mappings"], row)
            except ApiError as error:
                result["problems"].append({"row": place, "error": error.code})
                continue
            known = self._store.contact(sender.id, phone) is not None
            result["updated" if known else "unknown"] += 1
            if known:
                self._store.put_profile(sender, phone, {"fields": fields})
        return result

    def _values(self, sender: SenderCode, mappings: list[list[Any]], row: list[str]) -> tuple[str, dict[str, str]]:
        """The phone and the custom values of a row."""
        phone, fields = "", {}
        for kind, number, column, default in mappings:
            value = (row[column] if column < len(row) else "") or default
            if kind == "Phone":
                phone = phones.from_body(value, lenient=self._switches["phone-format"] == "lenient")
            else:
                fields[str(number)] = custom_value(known_field(number, sender.company), value, self._switches)
        return phone, fields


def _read(asked: Asked, switches: Switchboard) -> dict[str, Any]:
    """Check an ImportContactFile, all of whose fields must be there; a blank qualifier is one, null is none."""
    for name in ("hasColumnNames", "textQualifier"):
        if asked.body.get(name.lower()) is None:
            raise ApiError.invalid(name)
    if text(asked.body.get("importtype"), "importType", switches) != "UpdateSubscribers":
        raise ApiError.invalid("importType")
    qualifier = (text(asked.body["textqualifier"], "textQualifier", switches) or "").strip()
    if qualifier not in _QUALIFIERS:
        raise ApiError.invalid("textQualifier")
    stream = text(asked.body.get("filestream"), "fileStream", switches) or ""
    try:
        base64.b64decode(stream, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ApiError.invalid("fileStream") from error
    if not stream:
        raise ApiError.invalid("fileStream")
    return {
        "stream": stream,
        "names": boolean(asked.body["hascolumnnames"], "hasColumnNames"),
        "qualifier": qualifier,
        "mappings": _mappings(asked, switches),
    }


def _mappings(asked: Asked, switches: Switchboard) -> list[list[Any]]:
    """Kind, field id, column and default of each mapping; exactly one is the Phone, with id 0."""
    given = asked.body.get("filemappings")
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise ApiError.invalid("fileMappings")
    mappings = [_mapping(folded(each), asked.sender.company, switches) for each in given]
    if [kind for kind, *_ in mappings].count("Phone") != 1:
        raise ApiError.invalid("fileMappings")
    return mappings


def _mapping(each: dict[str, Any], company: int, switches: Switchboard) -> list[Any]:
    kind = text(each.get("filecolumntype"), "fileColumnType", switches)
    if kind not in {"Phone", "SegmentationField"}:
        raise ApiError.invalid("fileColumnType")
    number = integer(each.get("segmentationfieldid"), "segmentationFieldId")
    if kind == "Phone" and number:
        raise ApiError.invalid("segmentationFieldId")
    if kind == "SegmentationField":
        known_field(number, company)
    column = integer(each.get("filecolumn"), "fileColumn")
    if column < 0:
        raise ApiError.invalid("fileColumn")
    return [kind, number, column, text(each.get("defaultvalue"), "defaultValue", switches) or ""]


def _rows(request: dict[str, Any]) -> list[list[str]]:
    content = base64.b64decode(request["stream"]).decode("utf-8-sig")
    qualifier = request["qualifier"]
    lines = csv.reader(
        io.StringIO(content, newline=""),
        quotechar=qualifier or None,
        quoting=csv.QUOTE_MINIMAL if qualifier else csv.QUOTE_NONE,
        strict=True,
    )
    rows = [row for row in lines if row]
    return rows[1:] if request["names"] else rows
