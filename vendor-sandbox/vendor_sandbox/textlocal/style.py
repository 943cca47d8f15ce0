"""Doubtful behaviour of Textlocal's API, as switches: what holds for all commands, and groups, contacts and lists."""

from __future__ import annotations

from vendor_sandbox.switches import Switch

_SILENT = "unknown: nothing public says"

SWITCHES = (
    Switch(
        "plus-in-text",
        ("plus", "space"),
        "what the second decoding makes of a plus in message, sender, text and contacts",
        "the official PHP class encodes with rawurlencode, which never means a space by it",
        "C",
    ),
    Switch(
        "plus-sign",
        ("strip", "refuse"),
        "a plus before a number: it is dropped, or the number is invalid",
        "the vendor's pages want digits; Supabase and others sometimes send it",
        "D",
    ),
    Switch(
        "national-numbers",
        ("country", "refuse"),
        "a number without country code, as 07700 900001: the account's country is put before it, or it is invalid",
        "seen live on an Indian account; a PHP client's README has 07 numbers",
        "C",
    ),
    Switch("ids", ("number", "string"), "ids of groups, contacts, templates, inboxes, surveys", "clients differ", "D"),
    Switch("contact-numbers", ("string", "number"), "number in contacts and opt-outs", _SILENT, "D"),
    Switch(
        "unlisted-failures",
        ("coded", "bare"),
        "a failure whose code nothing public says: code 999, which is the sandbox's own, or no errors at all",
        "Supabase's client breaks on a failure without errors, so they may be",
        "D",
    ),
    Switch(
        "group-name-limit",
        ("50", "20", "255"),
        "the characters a group's name may have",
        "the vendor has a code for a name that is too long, and does not say what is",
        "D",
    ),
    Switch(
        "duplicate-contact",
        ("update", "ignore", "warn202"),
        "a number that is in the group: changed, counted and not changed, or left out with code 202",
        "no statement; one Java client lists 202 as invalid or duplicate",
        "D",
    ),
    Switch(
        "omitted-fields",
        ("keep", "blank"),
        "the fields of a contact that is updated which the call leaves out",
        _SILENT,
        "D",
    ),
    Switch(
        "invalid-contact",
        ("warn56", "silent"),
        "an invalid number among valid ones: warning 56, or nothing but a lower num_contacts",
        "one Java client lists 56, which reads like a warning",
        "C",
    ),
    Switch(
        "created-contacts",
        ("numbers", "objects", "absent"),
        "contacts in the answer of a call that creates some: their numbers, objects with number, or not there",
        "one Java client knows the field, not what is in it",
        "D",
    ),
    Switch(
        "optout-group-writable",
        ("no", "yes"),
        "whether contacts can be put into group 6 and deleted from it; if not, code 10",
        "the vendor's page on creating contacts names only group 5 as built in",
        "C",
    ),
    Switch(
        "page-limit", ("1000", "100", "25"), "the contacts of a page, at most and by default", "clients use each", "D"
    ),
    Switch(
        "num-contacts",
        ("total", "page"),
        "num_contacts of get_contacts: all contacts of the group, or those of the page",
        "Pipedream's component takes it for the total",
        "C",
    ),
    Switch(
        "contact-extras",
        ("absent", "present"),
        "whether a contact has id and groupID",
        "two Java clients read them",
        "D",
    ),
    Switch("optouts-field", ("optouts", "contacts", "numbers"), "where get_optouts has its rows", _SILENT, "D"),
    Switch(
        "no-templates",
        ("empty", "failure"),
        "get_templates of an account that has none: an empty list, or a failure",
        _SILENT,
        "D",
    ),
)
