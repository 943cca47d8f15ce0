"""`python -m vendor_sandbox`."""

from vendor_sandbox.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main(prog_name="vendor-sandbox")
