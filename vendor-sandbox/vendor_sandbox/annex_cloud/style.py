"""Doubtful behaviour of Annex Cloud's call, as switches."""

from __future__ import annotations

from vendor_sandbox.switches import Switch

SWITCHES = (
    Switch(
        "auth-scheme",
        ("either", "jwt", "token"),
        "which token is taken: a signed JWT, the older base64 of loyalty token and site, or either",
        "Annex Cloud's API page 3.0.0 has the JWT, its page on Attentive the older one",
        "B",
    ),
    Switch(
        "error-status",
        ("200", "real"),
        "the HTTP status of an error: 200, so that only the body tells, or 400, 401, 404",
        "not stated; clients of other Annex Cloud calls look for errorCode in a 200",
        "B",
    ),
    Switch(
        "error-code",
        ("AC1001", "AC1002"),
        "the errorCode of a refused call",
        "the sample says AC1001 under a heading that says AC1002",
        "D",
    ),
    Switch(
        "repeated-segment",
        ("new", "same"),
        "a segment of the same externalId and name: another segment, or the same one again, changed",
        "unknown: nothing says that a repeat is recognised",
        "D",
    ),
)
