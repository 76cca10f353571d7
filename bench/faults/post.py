"""A mail server that can be told to misbehave, and remembers all that it accepted."""

import socketserver
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

END: Final = b"\r\n.\r\n"
# what the server says instead of yes, by the mode it is in: (command, answer)
REPLIES: Final = {
    "greeting 421": ("", "421 busy"),
    "mail 530": ("MAIL", "530 sign in first"),
    "rcpt 450": ("RCPT", "450 mailbox busy"),
    "rcpt 451": ("RCPT", "451 try later"),
    "rcpt 550": ("RCPT", "550 5.1.1 no such user"),
    "rcpt 553": ("RCPT", "553 no such name"),
    "text 452": (".", "452 full"),
    "text 552": (".", "552 too large"),
    "text 554": (".", "554 no"),
    "garbage": ("MAIL", "?? what"),
    "auth 535": ("AUTH", "535 5.7.8 not with that password"),
}


@dataclass
class Post:
    """`mode` is a name of REPLIES, "cut, kept", "cut, dropped", "hangs up", or "" for health.

    `pause` is how long each letter takes. `journal` has (Message-ID, recipient, time) of every copy
    that was accepted, or kept without saying so.
    """

    mode: str = ""
    pause: float = 0.0
    journal: list[tuple[str, str, float]] = field(default_factory=list)

    def copies(self) -> Counter[str]:
        return Counter(message_id for message_id, _to, _at in self.journal)

    @property
    def extra_copies(self) -> int:
        return sum(count - 1 for count in self.copies().values())


class _Talk(socketserver.StreamRequestHandler):
    post: Post
    # else each answer but the first waits for the other side's acknowledgement, 40 ms
    disable_nagle_algorithm = True

    def handle(self) -> None:
        try:
            self._talk()
        except (ConnectionError, OSError):
            return  # the other side was killed: that is what the rig is for

    def _talk(self) -> None:
        if self._says("", "220 post") is False:
            return
        to = ""
        while line := self.rfile.readline():
            word = line[:4].upper().decode()
            if word == "RCPT":
                to = line.partition(b"<")[2].partition(b">")[0].decode()
            if word == "DATA":
                self._say("354 go")
                if not self._take(to):
                    return
            elif word == "QUIT":
                self._say("221 bye")
                return
            elif word == "EHLO":
                signs_in = "250-AUTH PLAIN\r\n" if self.post.mode.startswith("auth") else ""
                self._say(f"250-post\r\n{signs_in}250 PIPELINING")
            elif self._says(word, "250 ok") is False:
                return

    def _take(self, to: str) -> bool:
        """The text of one letter; answer whether the connection goes on."""
        text = b"\r\n"
        while not text.endswith(END):
            line = self.rfile.readline()
            if not line:
                return False
            text += line
        time.sleep(self.post.pause)
        mode = self.post.mode
        refused = REPLIES.get(mode, ("", ""))[0] == "."
        if not refused and mode != "cut, dropped" and len(text) > len(END):
            self.post.journal.append((_message_id(text), to, time.time()))
        if mode.startswith("cut"):
            return False
        return self._says(".", "250 kept") is not False

    def _says(self, command: str, answer: str) -> bool:
        """Answer as the mode has it; False when the connection ends with that."""
        mode = self.post.mode
        where, instead = REPLIES.get(mode, (None, ""))
        if mode == "hangs up" and command == "RCPT":
            return False
        if where == command:
            self._say(instead)
            return not instead.startswith("421")
        self._say(answer)
        return True

    def _say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")


def _message_id(text: bytes) -> str:
    for line in text.split(b"\r\n"):
        if line.lower().startswith(b"message-id:"):
            return line.split(b":", 1)[1].strip().decode()
    return ""


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve(post: Post) -> tuple[_Server, int]:
    """Start it on a free loopback port; end it with `shutdown()` and `server_close()`."""
    handler = type("Talk", (_Talk,), {"post": post})
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, int(server.server_address[1])
