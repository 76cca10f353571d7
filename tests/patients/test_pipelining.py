"""Servers that take sender, recipient and DATA in one packet (RFC 2920)."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from patients.actions.transport import Outcome, Transport, Verdict
from patients.actions.wire_form import wire_form


class Scripted:
    """A server with an answer for each command; keeps what it was told and the texts it took."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = {"EHLO": "250-scripted\r\n250 PIPELINING", "QUIT": "221 bye"} | answers
        self.told: list[str] = []
        self.packets: list[bytes] = []
        self.texts: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]

    def serve(self) -> None:
        talk, _address = self.listener.accept()
        with talk:
            talk.sendall(b"220 scripted\r\n")
            rest = b""
            while packet := talk.recv(65536):
                self.packets.append(packet)
                rest = self._take(talk, rest + packet)

    def _take(self, talk: socket.socket, waiting: bytes) -> bytes:
        while b"\r\n" in waiting:
            if self.texts and self.texts[-1] == b"":
                text, end, after = (b"\r\n" + waiting).partition(b"\r\n.\r\n")
                if not end:
                    return waiting
                self.texts[-1], waiting = text[2:] + b"\r\n", after
                talk.sendall(self.answers.get(".", "250 kept").encode() + b"\r\n")
                continue
            line, _end, waiting = waiting.partition(b"\r\n")
            word = line.decode()[:4].upper()
            self.told.append(word)
            answer = self.answers.get(word, "250 ok")
            if answer == "cut":
                talk.shutdown(socket.SHUT_RDWR)
                return b""
            talk.sendall(answer.encode() + b"\r\n")
            if answer.startswith("354"):
                self.texts.append(b"")
        return waiting


@contextmanager
def scripted(settings: Any, **answers: str) -> Iterator[Scripted]:
    server = Scripted({"DATA": "354 go"} | answers)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = False
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server
    thread.join(timeout=5)
    server.listener.close()


def send(text: str = "hello") -> Outcome:
    mail = EmailMultiAlternatives("Subject", text, "a@clinic.example", ["ada@patient.example"])
    with Transport() as post:
        return post.send("ada@patient.example", wire_form(mail))


def test_one_packet_carries_sender_recipient_and_data(settings: Any) -> None:
    with scripted(settings) as server:
        assert send() == Outcome(Verdict.ACCEPTED, "250 kept")
    assert server.packets[1] == (
        b"MAIL FROM:<reception@milia.example>\r\nRCPT TO:<ada@patient.example>\r\nDATA\r\n"
    )
    assert server.texts[0].endswith(b"hello\r\n")


def test_lines_that_begin_with_a_dot_arrive_whole(settings: Any) -> None:
    with scripted(settings) as server:
        send(".\n..two\nend")
    assert server.texts[0].endswith(b"\r\n..\r\n...two\r\nend\r\n")


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        # what the server says to DATA after it refused everybody differs
        (
            {"RCPT": "550 5.1.1 who?", "DATA": "503 nobody to send to"},
            Outcome(Verdict.REFUSED, "550 5.1.1 who?", bad_address=True),
        ),
        (
            {"RCPT": "550 5.1.1 who?", ".": "554 nobody to send to"},
            Outcome(Verdict.REFUSED, "550 5.1.1 who?", bad_address=True),
        ),
        ({"RCPT": "451 later"}, Outcome(Verdict.LATER, "451 later")),
        (
            {"MAIL": "530 sign in", "RCPT": "503 no", "DATA": "503 no"},
            Outcome(Verdict.DOWN, "530 sign in"),
        ),
        ({"DATA": "421 busy"}, Outcome(Verdict.DOWN, "421 busy")),
        ({".": "452 full"}, Outcome(Verdict.LATER, "452 full")),
    ],
)
def test_each_answer_is_told_apart(
    settings: Any, answers: dict[str, str], outcome: Outcome
) -> None:
    with scripted(settings, **answers) as server:
        assert send() == outcome
    assert server.texts in ([], [b"\r\n"]) or "." in answers


def test_a_refused_letter_leaves_the_connection_ready_for_the_next(settings: Any) -> None:
    with scripted(settings, RCPT="550 5.1.1 who?") as server, Transport() as post:
        mail = EmailMultiAlternatives("S", "t", "a@clinic.example", ["ada@patient.example"])
        content = wire_form(mail)
        post.send("ada@patient.example", content)
        server.answers["RCPT"] = "250 ok"
        assert post.send("ada@patient.example", content).verdict is Verdict.ACCEPTED
    assert server.told.count("EHLO") == 1


def test_a_server_that_hangs_up_on_an_address_holds_up_nobody_else(settings: Any) -> None:
    with scripted(settings, RCPT="cut"):
        found = send()
    assert (found.verdict, found.answer[:22]) == (Verdict.LATER, "hung up on the address")


def test_a_cut_at_data_is_no_riddle_the_text_was_not_sent(settings: Any) -> None:
    with scripted(settings, DATA="cut"):
        assert send().verdict is Verdict.DOWN
