"""What the demo says last: where to look at what it left, and what comes next."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING

from demo_pipeline import ask_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONSOLE = "http://127.0.0.1:8700"
"""Where the Makefile's `make sandbox` has the console."""
LOOK = ".venv/bin/python scripts/demo.py --psql"

NEXT = """[bold]Next, your own account[/bold] (README.md says what Listrak must allow):

  export PATH="$PWD/.venv/bin:$PATH"
  export TAP_LISTRAK_USERNAME=... TAP_LISTRAK_PASSWORD=...
  meltano invoke tap-listrak:check
  meltano run tap-listrak target-jsonl        # a file per stream into output/

  export TAP_POSTGRES_SQLALCHEMY_URL=postgresql://user:password@host/database
  export TARGET_LISTRAK_SMS_CLIENT_ID=... TARGET_LISTRAK_SMS_CLIENT_SECRET=...
  export TARGET_LISTRAK_SMS_SENDER_CODE=... TARGET_LISTRAK_SMS_LIST_NAME='...' TARGET_LISTRAK_SMS_DRY_RUN=true
  meltano invoke target-listrak-sms:check
  meltano run tap-postgres target-listrak-sms # a dry run over your view `sms_audience`: it changes nothing

  export TARGET_ATTENTIVE_API_KEY=... TARGET_ATTENTIVE_SIGN_UP_SOURCE_ID=... TARGET_ATTENTIVE_DRY_RUN=true
  meltano invoke target-attentive:check
  meltano run attentive-subscribe             # a dry run of your view `subscribers`; meltano.yml has all jobs

  export TAP_TEXTLOCAL_API_KEY=... TARGET_TEXTLOCAL_API_KEY=... TARGET_TEXTLOCAL_DRY_RUN=true
  export TARGET_TEXTLOCAL_GROUP_NAME='...'
  meltano invoke target-textlocal:check
  meltano run textlocal-campaigns             # a dry run of your view `sms_campaign_members`
  meltano run textlocal-to-postgres           # contacts, what is scheduled, and the figures of each day"""


def texted_by_most(sandbox: str) -> str:
    """Return the phone number, in digits, of somebody who was texted by as many vendors as anybody was."""
    vendors: defaultdict[str, set[str]] = defaultdict(set)
    for text in ask_sandbox(sandbox, "outbox")["texts"]:
        vendors[text["phone"]].add(text["cause"]["vendor"])
    return min(vendors, key=lambda phone: (-len(vendors[phone]), phone))


def ending(folder: Path, person: str) -> Iterator[str]:
    """Yield what is said at the end, paragraph by paragraph.

    Args:
        folder: Where the demo keeps its data.
        person: The phone number of somebody who is worth a look, in digits.
    """
    pages = {
        f"{CONSOLE}/": "the vendors: calls, figures, and what to look through",
        f"{CONSOLE}/outbox": "every text that people got",
        f"{CONSOLE}/people/{person}": "one of these people, at all vendors",
    }
    width = max(map(len, pages))
    yield "[bold]Look at the vendors as the demo left them[/bold], in a browser, until you press Ctrl-C:\n"
    yield "  make sandbox\n"
    yield "\n".join(f"  {page:<{width}}  {about}" for page, about in pages.items()) + "\n"
    if reports := sorted(folder.glob("*/*.html")):
        yield "What became of every row of a run, as a page that its target wrote:\n"
        yield "\n".join(f"  {os.path.relpath(report)}" for report in reports) + "\n"
    again = "" if os.environ.get("DATABASE_URL") else " (it starts the database again while you look)"
    yield f"Look into the warehouse{again}:\n\n  {LOOK}\n\n{NEXT}"
