"""The command: how it starts, what it keeps, how it ends, what it costs."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandboxes import Sandbox

    from .conftest import SoapClient

COMMAND = [sys.executable, "-m", "vendor_sandbox", "serve"]
PAGES = 60
# A sandbox that is killed as it begins a statement of its reset.
KILLED = """
import os, pathlib, signal, sys
from vendor_sandbox.app import make_vendors
from vendor_sandbox.clock import Clock
from vendor_sandbox.faults import FaultBook
from vendor_sandbox.outbox import Outbox
from vendor_sandbox.state import State
from vendor_sandbox.vendors import House, Options

state = State(pathlib.Path(sys.argv[1]))
clock = Clock(state)
house = House(state, FaultBook(state), clock, Outbox(state, clock))
make_vendors(Options(), house)
state._db.set_trace_callback(lambda text: text.startswith(sys.argv[2]) and os.kill(os.getpid(), signal.SIGKILL))
house.reset()
"""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=30)


def test_a_port_in_use_is_one_clear_line_and_exit_code_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("--port", taken.getsockname()[1])
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "cannot listen on 127.0.0.1" in done.stderr


@pytest.mark.parametrize(
    "make", [Path.touch, lambda folder: (folder.mkdir(), (folder / "sandbox.sqlite").write_text("no" * 99))]
)
def test_a_bad_data_folder_is_one_clear_line_and_not_a_traceback(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(tmp_path / "data")
    done = run("--port", 0, "--data", tmp_path / "data")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "cannot keep data" in done.stderr


@pytest.mark.parametrize("host", ["127..0.1", ".localhost", "x" * 300])
def test_a_host_that_is_none_is_one_clear_line_and_exit_code_1(host: str) -> None:
    done = run("--port", 0, "--host", host)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert f"cannot listen on {host}" in done.stderr


def test_data_that_is_spoiled_is_one_clear_line_and_not_a_traceback(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "sandbox.sqlite")) as data:
        data.execute("CREATE TABLE textlocal_accounts (somebody TEXT)")
    done = run("--port", 0, "--data", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "cannot use the data in" in done.stderr


@pytest.mark.parametrize(
    "statement", ["DELETE FROM listrak_sms_profiles", "DELETE FROM textlocal_messages", "INSERT OR REPLACE INTO facts"]
)
def test_a_kill_in_the_middle_of_a_reset_spoils_nothing(
    tmp_path: Path, start_sandbox: Callable[..., Sandbox], statement: str
) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path, statement], check=False, timeout=30)
    assert killed.returncode == -signal.SIGKILL
    sandbox = start_sandbox(data=tmp_path)
    sandbox.reset()
    for vendor, what in (("listrak-sms", "contacts"), ("attentive", "people"), ("textlocal", "contacts")):
        assert sandbox.get(f"/_sandbox/{vendor}/{what}")["count"]


def test_data_that_does_not_fit_is_exit_code_1() -> None:
    done = run("--port", 0, "--lists", 10_000, "--messages", 1_000_000)
    assert done.returncode == 1
    assert "do not fit a 32-bit MsgID" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_with_exit_code_0_even_while_a_call_hangs(
    start_sandbox: Callable[..., Sandbox], number: int
) -> None:
    sandbox = start_sandbox()
    sandbox.faults("hang", "WSDL")
    hung = threading.Thread(target=pytest.raises, args=(requests.ConnectionError, requests.get, sandbox.wsdl_url))
    hung.start()
    time.sleep(0.3)
    began = time.monotonic()
    sandbox.process.send_signal(number)
    assert sandbox.process.wait(5) == 0
    assert time.monotonic() - began < 2
    hung.join(5)


def test_stdout_is_one_line_and_the_welcome_names_users_and_addresses() -> None:
    process = subprocess.Popen([*COMMAND, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().removeprefix("vendor-sandbox listening on ").strip()
    assert requests.get(f"{url}/_sandbox/", timeout=10).ok
    process.terminate()
    out, err = process.communicate(timeout=10)
    assert out == ""
    assert all(text in err for text in ("sandbox-password", "one-list", f"{url}/_sandbox/", "?WSDL"))
    assert "Traceback" not in err


def test_data_keeps_faults_calls_and_changes_over_a_restart(
    tmp_path: Path, start_sandbox: Callable[..., Sandbox], soap_to: type[SoapClient]
) -> None:
    first = start_sandbox(data=tmp_path)
    first.faults("http-503", "WSDL", times=2)
    first.switch(nil_rows="off")
    first.post("/_sandbox/listrak-soap/unsubscribe", {"ListID": 3117, "ContactID": held(first, soap_to)})
    assert requests.get(first.wsdl_url, timeout=10).status_code == 503
    rows = first.rows()
    first.stop()

    second = start_sandbox(data=tmp_path)
    assert requests.get(second.wsdl_url, timeout=10).status_code == 503
    assert requests.get(second.wsdl_url, timeout=10).status_code == 200
    assert second.calls()["WSDL"] == 3
    assert second.rows() == rows
    second.reset()
    assert second.rows()["subscribed_contacts"]["rows"] == rows["subscribed_contacts"]["rows"] + 1


def held(sandbox: Sandbox, soap_to: type[SoapClient]) -> str:
    asked = {"ListID": 3117, "StartDate": "2000-01-01", "EndDate": "2100-01-01", "Page": 1}
    contact: str = soap_to(sandbox).rows("ReportRangeSubscribedContacts", **asked)[0]["ContactID"]
    return contact


def test_the_same_data_folder_cannot_serve_two(tmp_path: Path, start_sandbox: Callable[..., Sandbox]) -> None:
    start_sandbox(data=tmp_path)
    done = run("--port", 0, "--data", tmp_path)
    assert done.returncode == 1
    assert "cannot keep data" in done.stderr


def test_listening_beyond_this_machine_is_warned_about() -> None:
    process = subprocess.Popen([*COMMAND, "--port", "0", "--host", "0.0.0.0"], stderr=subprocess.PIPE, text=True)  # noqa: S104 - the point
    assert process.stderr is not None
    assert "reachable from other machines" in process.stderr.readline()
    process.terminate()
    process.communicate(timeout=10)


def test_help_names_the_exit_codes() -> None:
    assert "Exit codes" in run("--help").stdout


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory_stays_flat_while_a_message_of_a_million_recipients_is_read(
    start_sandbox: Callable[..., Sandbox], soap_to: type[SoapClient]
) -> None:
    sandbox = start_sandbox(lists=1, messages=1, contacts=1_000_000)
    soap = soap_to(sandbox)

    def resident() -> float:
        status = Path(f"/proc/{sandbox.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    def read(pages: Iterable[int]) -> None:
        for page in pages:
            assert (
                soap.post("ReportMessageContactSent", MsgID=1_000_000, Page=page).content.count(b"<EmailAddress>")
                == 2500
            )

    read([400, 1])
    before = resident()
    read(range(100, 100 + PAGES))
    assert resident() - before < 60
    assert sandbox.rows()["message_sends"]["rows"] == 1_000_000
