"""The hint to the workers, while the broker is not what it should be."""

import socket
import threading
from collections.abc import Iterator

import pytest
from django.db import transaction

from patients.actions import nudge
from patients.actions.nudge import _Broker

pytestmark = pytest.mark.django_db(transaction=True)


class Ill:
    """A broker that takes connections and then hangs, or hangs up; it counts them."""

    def __init__(self, hangs: bool) -> None:
        self.hangs, self.asked = hangs, 0
        self.taken: list[socket.socket] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.socket.getsockname()[1]}/0"

    def _take(self) -> None:
        while True:
            try:
                taken, _address = self.socket.accept()
            except OSError:
                return
            self.asked += 1
            if self.hangs:
                self.taken.append(taken)
            else:
                taken.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        for each in (self.socket, *self.taken):
            each.close()


@pytest.fixture
def ill(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ill]:
    broker = Ill(hangs=request.param)
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", broker.url)
    monkeypatch.setattr(_Broker, "away_until", 0.0)
    yield broker
    broker.close()


@pytest.mark.parametrize("ill", [True, False], indirect=True, ids=["hangs", "hangs up"])
def test_an_ill_broker_is_asked_once_and_then_left_alone(
    ill: Ill, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        with transaction.atomic():
            nudge.deliver_soon()
    assert ill.asked == 1
    assert [line.getMessage() for line in caplog.records if line.name == nudge.__name__] == [
        "no nudge: OperationalError"
    ]


@pytest.mark.parametrize("ill", [True], indirect=True)
def test_it_is_asked_again_later(ill: Ill, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        with transaction.atomic():
            nudge.deliver_soon()
        monkeypatch.setattr(_Broker, "away_until", 0.0)  # a quarter of a minute has passed
    assert ill.asked == 2
