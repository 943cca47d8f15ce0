"""What limits the figures, in words: what profiles of the tap showed when its figures were last looked into."""

from __future__ import annotations

from typing import Final

LIMITS: Final = """## What limits

**Rows per CPU second.** Of the 4.4 CPU seconds that ours spends on 708,460 rows in 1,000-row pages (1,400 calls),
about 2.2 go into reading rows off lxml's tree (a Python object for each element of each row), 0.8 into `requests`
and urllib3, 0.3 into the envelopes that zeep builds, 0.2 into writing, 0.3 into start-up; the rest is spread. The
ratio is lowest where a row has one column (`message_sends`), because zeep's work grows with the columns. Reading
rows that look alike by one pattern instead of the tree was tried, with the same output: a fifth less CPU in all.
Together with a cheaper way to make calls that would come to about 6 times the peer. Eight times cannot be had that
way: it would leave 2.0 CPU seconds, of which parsing, calls and start-up take more at their cheapest.

**Latency.** A pool of 8 makes at most 8 calls in the time of one, so 8 times the peer is the ceiling at the
default concurrency, and start-up and the calls that must come first (the service's description, the lists, the
messages) keep it below. At 32 at a time these are more than a third of the run with one report stream, and less
than a tenth with all.

**Memory.** Ours grows with the concurrency and the page size, not with the rows: up to twice as many pages as
calls at a time are held until it is their turn. A message of a list costs some 100 bytes for the whole run. What
the peer holds grows with the messages of a list and year, which come in one answer."""
