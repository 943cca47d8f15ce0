"""The command line that taps and targets have in common: its errors, `--test`, `--about`, and progress.

This folder stands twice, file by file the same: in singer-delivery, for all that is built on it, and in tap-listrak,
which needs nothing else of the engine and installs without it. A test compares the two. So these modules import
nothing of ours but one another, by relative names, and know no vendor.
"""
