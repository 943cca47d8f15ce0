"""`python -m tap_textlocal`."""

from tap_textlocal.tap import TapTextlocal

if __name__ == "__main__":
    TapTextlocal.cli()
