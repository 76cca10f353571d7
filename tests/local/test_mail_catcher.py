"""Messages sent over real SMTP become files."""

import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from clinic.local import ports
from clinic.local.places import ROOT
from clinic.local.processes import wait_until


@pytest.fixture
def port(tmp_path: Path) -> int:
    return ports.remembered(tmp_path / "port")


@pytest.fixture
def folder(tmp_path: Path, port: int) -> Iterator[Path]:
    mail = tmp_path / "mail"
    command = [sys.executable, "-m", "clinic.local.mail_catcher", str(port), str(mail)]
    catcher = subprocess.Popen(command, cwd=ROOT)
    assert wait_until(lambda: ports.accepts(port), seconds=30)
    yield mail
    catcher.terminate()
    assert catcher.wait(10) == 0


def send(port: int, subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "reception@milia.example", "ana@patients.example"
    message["Bcc"], message["Subject"] = "copy@milia.example", subject
    message.set_content("Your visit is tomorrow – see you then.\n")
    with smtplib.SMTP(ports.LOOPBACK, port) as line:
        line.send_message(message)


def test_each_message_is_a_file_in_order_of_arrival(folder: Path, port: int) -> None:
    for subject in ("first", "second", "third"):
        send(port, subject)
    files = sorted(folder.iterdir())
    messages = [message_from_bytes(file.read_bytes()) for file in files]
    assert [message["Subject"] for message in messages] == ["first", "second", "third"]
    assert [file.suffix for file in files] == [".eml"] * 3


def test_a_file_names_hidden_recipients_too(folder: Path, port: int) -> None:
    send(port, "hello")
    message = message_from_bytes(next(folder.iterdir()).read_bytes())
    assert message["X-Envelope-From"] == "reception@milia.example"
    assert message["X-Envelope-To"] == "ana@patients.example, copy@milia.example"
    assert message["Bcc"] is None


def test_it_listens_on_this_machine_only(folder: Path, port: int) -> None:
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port)}
    for address in addresses - {ports.LOOPBACK, "::1"}:
        if not str(address).startswith("127."):
            assert not ports.accepts(port, str(address))
    assert folder.exists()


def test_a_remembered_port_stays_while_it_is_free(tmp_path: Path) -> None:
    first = ports.remembered(tmp_path / "port")
    assert ports.remembered(tmp_path / "port") == first
    with socket.create_server((ports.LOOPBACK, first)):
        assert ports.remembered(tmp_path / "port") != first


def test_a_busy_port_is_not_free() -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as server:
        assert not ports.is_free(server.getsockname()[1])
