"""`python -m target_textlocal`."""

from target_textlocal.target import TargetTextlocal

if __name__ == "__main__":
    TargetTextlocal.cli()
