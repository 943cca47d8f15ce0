"""The made-up site, and the names of what there is."""

NAME = "annex-cloud"
SITE = "1001"
SECRET = "sandbox-annex-secret"  # noqa: S105 - everyone may know it
LOYALTY_TOKEN = "sandbox-loyalty-token"  # noqa: S105 - as above
SEGMENT = "PostSegment"
"""What the call is counted under; Annex Cloud has no name for it."""
PATH = "/api/3.0/segment"
