"""The command line that taps and targets have in common: its errors, `--test`, `--about`, and progress.

It knows no vendor, and nothing of what is read or delivered: it stands on the SDK alone, so that the lightest tap can
have it.
"""
