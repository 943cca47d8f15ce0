"""What limits the figures, in words: what profiles of the tap showed when its figures were last looked into."""

from __future__ import annotations

from typing import Final

LIMITS: Final = """### What limits the tap

**Rows per CPU second.** With nine streams in 1,000-row pages (708,460 rows in 1,400 calls), half of our CPU time
goes into reading rows off lxml's tree, which makes a Python object of each element; a fifth into `requests` and
urllib3; the rest into start-up, the envelopes that zeep builds, writing, and what is spread. Reading rows that
look alike by one pattern instead of the tree was tried, with the same output: a fifth less CPU in all. With a
cheaper way to make calls as well that would come to about 6 times the peer, not to 8, which would leave 2.0 CPU
seconds for everything.

**Latency.** A pool of ten makes at most ten calls in the time of one, so 10 times the peer is the ceiling at the
default concurrency, and start-up and the calls that must come first (the service's description, the lists, the
messages) keep it below. At 32 at a time these are more than a third of the run with one report stream, and a tenth
with all; hours apart, on this shared machine, the latter came out as 25.4 and as 22.9 times the peer.

**Memory.** Ours grows with the concurrency and the page size, not with the rows: up to twice as many pages as
calls at a time are held until it is their turn. A message of a list costs some 100 bytes for the whole run. What
the peer holds grows with the messages of a list and year, which come in one answer."""
