"""Say in one line what is missing when this Python cannot set the project up."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036  (the whole point is to be run by an older Python)
    sys.exit(
        "Python 3.10 or newer is needed, this is {}.{}. Name one: make PYTHON=python3.12 ...".format(
            *sys.version_info[:2]
        )
    )
try:
    # Only whether they are there is asked: Debian has them in a package of their own.
    import ensurepip  # noqa: F401
    import venv  # noqa: F401
except ImportError:
    sys.exit("This Python has no venv module. On Debian and Ubuntu: apt install python3-venv")
