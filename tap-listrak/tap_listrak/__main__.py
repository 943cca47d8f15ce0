"""`python -m tap_listrak`."""

from tap_listrak.tap import TapListrak

if __name__ == "__main__":
    TapListrak.cli()
