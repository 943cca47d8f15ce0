"""PyPI's textlocal and textlocal-pro: makes the calls on standard input, and writes what they return.

Each line is `[library, method, arguments, keywords]`. Their addresses are constants, set here to the sandbox's.
"""

from __future__ import annotations

import json
import sys

from textlocal import Textlocal  # type: ignore[attr-defined] # in an environment of its own; it is not our benchmark
from textlocal_python.textlocal_python import TextLocalClient  # type: ignore[import-not-found] # as above

url, key = sys.argv[1:]
Textlocal.DOMAIN = f"{url}/"
for name, address in list(vars(TextLocalClient).items()):
    if name.endswith("API"):
        setattr(TextLocalClient, name, address.replace("https://api.textlocal.in", url))

clients = {"textlocal": Textlocal(api_key=key, sender="ACME"), "textlocal-pro": TextLocalClient(key)}
for line in sys.stdin:
    library, method, arguments, keywords = json.loads(line)
    returned = getattr(clients[library], method)(*arguments, **keywords)
    if library == "textlocal-pro":  # with the status and the headers of the answer
        returned = returned[:2]
    sys.stdout.write(json.dumps(returned) + "\n")
