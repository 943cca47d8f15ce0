"""The made-up account: integrations, sender codes, lists, profile fields, transactional messages. The same for ever.

Visible digits begin with 1, as no short code of the United States does. What the vendor's words are for `status`,
`smsListType` and `statusFlag` is not published: `Active`, `Inactive`, `Marketing`, `Transactional`, `Test`, `Disabled`
and `Purged` are guesses.
"""

from __future__ import annotations

from dataclasses import dataclass

SECRET = "sandbox-secret"  # noqa: S105 - everyone may know it
OUTFITTERS, BOOKS = 1, 2
ACTIVE, INACTIVE, DISABLED, PURGED = "Active", "Inactive", "Disabled", "Purged"


@dataclass(frozen=True, slots=True)
class Integration:
    """An integration, which is who a token is for.

    Attributes:
        company: Whose sender codes it sees.
        about: What it is there for.
        kind: Its type; each API wants its own.
        paused: Whether API access is paused at first.
        here: Whether the caller's address is allowed at first.
    """

    company: int
    about: str
    kind: str = "SMS"
    paused: bool = False
    here: bool = True


@dataclass(frozen=True, slots=True)
class SenderCode:
    """A sender code: `shortCodeId`, `code` and `merchantName` on the wire."""

    id: int
    code: str
    merchant: str
    company: int = OUTFITTERS
    country: str = "US"
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class PhoneList:
    """A list of a sender code."""

    id: int
    sender: int
    name: str
    status: str = ACTIVE
    kind: str = "Marketing"
    opt_in: bool = False
    age_gate: bool = False


@dataclass(frozen=True, slots=True)
class ProfileField:
    """A custom profile field of a company; `length` is that of Text."""

    id: int
    name: str
    type: str
    length: int | None = None
    status: str = ACTIVE


@dataclass(frozen=True, slots=True)
class Template:
    """A transactional message."""

    id: int
    list: int
    name: str
    text: str
    status: str = ACTIVE


INTEGRATIONS: dict[str, Integration] = {
    "sandbox-sms": Integration(OUTFITTERS, "everything of Example Outfitters"),
    "sandbox-books": Integration(BOOKS, "another company"),
    "sandbox-data": Integration(OUTFITTERS, "type Data: its tokens are no good here", kind="Data"),
    "sandbox-paused": Integration(OUTFITTERS, "API access paused", paused=True),
    "sandbox-elsewhere": Integration(OUTFITTERS, "not from this IP address", here=False),
}
SENDER_CODES: dict[int, SenderCode] = {
    code.id: code
    for code in (
        SenderCode(501, "10150", "Example Outfitters"),
        SenderCode(502, "10151", "Example Outlet"),
        SenderCode(503, "10152", "Example Outfitters Canada", country="CA", enabled=False),
        SenderCode(601, "10160", "Example Books", company=BOOKS),
    )
}
LISTS: dict[int, PhoneList] = {
    each.id: each
    for each in (
        PhoneList(7001, 501, "Master List"),
        PhoneList(7002, 501, "VIP", opt_in=True),
        PhoneList(7003, 501, "Wine Club", age_gate=True),
        PhoneList(7004, 501, "Spirits Club", opt_in=True, age_gate=True),
        PhoneList(7005, 501, "Summer 2019", status=INACTIVE),
        PhoneList(7006, 501, "Back in stock"),
        PhoneList(7007, 501, " back in STOCK "),
        PhoneList(7008, 501, "Order updates", kind="Transactional"),
        PhoneList(7009, 501, "Test phones", kind="Test"),
        PhoneList(7101, 502, "Master List"),
        PhoneList(7102, 502, "Outlet VIP", opt_in=True),
        PhoneList(7201, 503, "Master List"),
        PhoneList(7301, 601, "Master List"),
    )
}
LISTS_OF: dict[int, tuple[PhoneList, ...]] = {
    code: tuple(each for each in LISTS.values() if each.sender == code) for code in SENDER_CODES
}
_NAMED = (
    ProfileField(9001, "Loyalty Member", "Checkbox"),
    ProfileField(9002, "Loyalty Points", "Number"),
    ProfileField(9003, "Last Purchase", "Date"),
    ProfileField(9004, "Favorite Color", "Text", 20),
    ProfileField(9005, "Preferred Store", "Text", 50),
    ProfileField(9006, "Notes", "Text", 250),
    ProfileField(9007, "Old Tier", "Text", 20, status=DISABLED),
    ProfileField(9008, "Fax", "Text", 20, status=PURGED),
    ProfileField(9009, "Anniversary", "Date"),
    ProfileField(9010, "Lifetime Value", "Number"),
    ProfileField(9011, "Préférée", "Text", 10),
    ProfileField(9012, "Likes Wine", "Checkbox"),
)
# Fifty is as many as an account can have (help article 1852936, as Amperity cites it).
_REST = tuple(ProfileField(9000 + n, f"Attribute {n}", "Text", 100) for n in range(len(_NAMED) + 1, 51))
FIELDS: dict[int, dict[int, ProfileField]] = {
    OUTFITTERS: {each.id: each for each in (*_NAMED, *_REST)},
    BOOKS: {
        each.id: each for each in (ProfileField(9101, "Genre", "Text", 30), ProfileField(9102, "Pages", "Number"))
    },
}
TEMPLATES: dict[int, Template] = {
    each.id: each
    for each in (
        Template(8001, 7008, "Order shipped", "Your order is on its way."),
        Template(8002, 7008, "Order delivered", ""),
        Template(8003, 7008, "Old receipt", "Thank you.", status=INACTIVE),
    )
}
