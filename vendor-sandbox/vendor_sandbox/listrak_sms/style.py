"""Doubtful behaviour of the SMS REST API, as switches."""

from __future__ import annotations

from vendor_sandbox.switches import Switch

_NULL = "the description's examples show null; that it may be missing or empty is a precaution"
_SILENT = "unknown: Listrak's description does not say"

SWITCHES = (
    Switch(
        "phone-format",
        ("strict", "lenient"),
        "strict takes 11 digits in paths, 10 or 11 in bodies; lenient also a plus and punctuation, everywhere",
        "ihaltsou-hot/listrak-api-sandbox (11 in paths); abcwarehouse/nopCommerce (10 in bodies; in a path a 404)",
        "C",
    ),
    Switch(
        "resubscribe",
        ("allow", "reject", "reject-after-stop"),
        "whether subscribing someone who opted out clears the opt-out or is ERROR_PHONE_NUMBER_OPTED_OUT",
        "help article 12732087 says the API can resubscribe; the code is only in abcwarehouse/nopCommerce",
        "C",
    ),
    Switch(
        "welcome",
        ("on", "off"),
        "whether a new subscriber gets a welcome text",
        "help article 1590569: adding one contact in the application does; of the API nothing is said",
        "C",
    ),
    Switch(
        "opt-out-text",
        ("handset", "always"),
        "whether only a STOP from the handset is confirmed by a text, or an opt-out by the API too",
        _SILENT,
        "D",
    ),
    Switch(
        "put-omitted",
        ("keep", "blank"),
        "what PUT does to system fields that are not in its body",
        "unknown: abcwarehouse/nopCommerce sends everything again, out of fear",
        "D",
    ),
    Switch("put-null", ("clear", "keep"), "what PUT does to system fields that are null", _SILENT, "D"),
    Switch(
        "create-opted-out",
        ("opt-out", "ignore"),
        "what optedOut true does on create: a contact who is opted out and on no list, or nothing",
        "unknown: stape-io/listrak-tag sends it",
        "D",
    ),
    Switch(
        "create-pending",
        ("pending", "found"),
        "create for someone pending on that list: ERROR_PENDING_PHONE_NUMBER or ERROR_PHONE_NUMBER_FOUND",
        "ihaltsou-hot/listrak-api-sandbox",
        "C",
    ),
    Switch(
        "subscribe-unknown",
        ("locate", "not-found"),
        "subscribe for an unknown number: ERROR_UNABLE_TO_LOCATE_RESOURCE or ERROR_PHONE_NUMBER_NOT_FOUND",
        "the 404 text of the description; ihaltsou-hot/listrak-api-sandbox",
        "B",
    ),
    Switch("not-found-status", ("400", "404"), "HTTP status of ERROR_PHONE_NUMBER_NOT_FOUND", _SILENT, "D"),
    Switch(
        "date-format",
        ("us", "iso", "either"),
        "Date fields are written 12/31/2025 or 2025-12-31",
        "the Email import guide wants American dates; of this API nothing is said",
        "C",
    ),
    Switch(
        "json-types",
        ("strict", "coerce"),
        "a number where a text belongs, or a profile field's true or false: ERROR_INVALID_PARAMETER, or its digits "
        "or its word",
        "the description and four clients have texts; what anything else does is not said, and .NET takes its digits",
        "C",
    ),
    Switch(
        "null-custom-value",
        ("reject", "clear"),
        "a profile field whose value is null: ERROR_INVALID_PARAMETER, or the field is emptied as by an empty text",
        _SILENT,
        "D",
    ),
    Switch(
        "list-shape",
        ("object", "array", "bare"),
        "data of one list: an object, an array of one, or no envelope at all",
        "dasper/listrak reads an object; the description's example shows an array, its schema the bare list",
        "C",
    ),
    Switch(
        "transactional-shape",
        ("data", "bare"),
        "one transactional message: in data, or no envelope at all",
        "the description's example shows data, its schema the bare message",
        "C",
    ),
    Switch(
        "next-cursor",
        ("value", "uri"),
        "nextPageCursor is what cursor takes, or the next page's address",
        "Python clients of the Email API pass it back as cursor; the description calls it a URI",
        "B",
    ),
    Switch("last-cursor", ("null", "absent", "empty"), "nextPageCursor of the last page", _NULL, "A"),
    Switch(
        "empty-date",
        ("null", "year-one"),
        "a date that is not there: null, or 0001-01-01T00:00:00",
        "the description marks them nullable; recordings of the Email API have both",
        "B",
    ),
    Switch(
        "state-words",
        ("unsubscribed", "not-subscribed"),
        "the subscriptionState of who is not: Unsubscribed and Pending, or Not Subscribed for both",
        "the Email API's words; ihaltsou-hot/listrak-api-sandbox's words",
        "C",
    ),
    Switch(
        "opt-out-reason",
        ("word", "number"),
        "optOutReason as a word, or its place among them from 0",
        "the description's schema says word, its example shows 0",
        "C",
    ),
    Switch(
        "resource-id",
        ("phone", "null"),
        "resourceId of a contact or a subscription",
        "ihaltsou-hot/listrak-api-sandbox",
        "C",
    ),
    Switch(
        "import-seconds",
        ("2", "0", "60", "3600"),
        "how long a contact import takes, by the sandbox's clock",
        _SILENT,
        "D",
    ),
    Switch(
        "token-seconds",
        ("3599", "60", "5", "1"),
        "expires_in of a token, by the sandbox's clock",
        "recordings of auth.listrak.com in workarea-commerce/workarea-listrak (2018-2019)",
        "A",
    ),
    Switch(
        "new-token",
        ("keeps", "ends"),
        "whether a new token leaves the integration's older ones alone, or ends them",
        "Segment's action-destinations refreshes in parallel",
        "C",
    ),
    Switch(
        "refused-address",
        ("token-401", "token-400", "call"),
        "a caller whose address is not allowed: no token (ERROR_UNAUTHORIZED, or Invalid Credentials), or a "
        "token that no call accepts",
        "the description has it as a cause of ERROR_UNAUTHORIZED and of ERROR_INVALID_CREDENTIALS",
        "C",
    ),
    Switch(
        "error-connection",
        ("keep", "close"),
        "whether an error's answer ends the connection",
        "recordings of 2018 in workarea-commerce/workarea-listrak have Connection: close",
        "C",
    ),
)
