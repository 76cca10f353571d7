"""What is uploaded lies on the disk without a name, and not more of it than may be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from clinic import uploads
from clinic.accounts.models import User
from tests.conftest import Cast

MIB = 1024 * 1024


def received(user: Any, **files: bytes) -> dict[str, tuple[int, bytes]]:
    """The files of one request as a view of this user's finds them: size and content."""
    sent = {name: SimpleUploadedFile("photo.jpg", data) for name, data in files.items()}
    request = RequestFactory().post("/", sent)
    request.user = user
    try:
        found = {name: (each.size, each.read()) for name, each in request.FILES.items()}
    finally:
        request.close()
    return found


def test_a_file_arrives_whole_and_has_no_name_on_the_disk(
    cast: Cast, tmp_path: Path, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    data = bytes(range(256)) * 20_000
    assert received(cast.cole, photo=data) == {"photo": (len(data), data)}
    assert list(tmp_path.iterdir()) == []


def test_of_a_file_that_is_too_large_the_size_is_known_and_the_rest_dropped(cast: Cast) -> None:
    size, kept = received(cast.cole, photo=bytes(10 * MIB + 1))["photo"]
    assert size == 10 * MIB + 1
    assert len(kept) <= 10 * MIB
    assert received(cast.cole, photo=bytes(10 * MIB))["photo"] == (10 * MIB, bytes(10 * MIB))


def test_one_request_puts_no_more_than_this_on_the_disk(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_REQUEST_BYTES", 3 * MIB)
    found = received(cast.cole, one=bytes(2 * MIB), two=bytes(2 * MIB))
    kept = [len(content) for _size, content in found.values()]
    assert kept[0] == 2 * MIB
    assert sum(kept) <= 3 * MIB
    monkeypatch.setattr(uploads, "MAX_FILES", 1)
    assert received(cast.cole, a=b"xx", b=b"xx") == {"a": (2, b"xx"), "b": (2, b"")}


def test_of_a_stranger_nothing_is_kept(client: Client, db: None) -> None:
    assert received(AnonymousUser(), photo=bytes(MIB)) == {}
    sent = {"frontal": SimpleUploadedFile("a.jpg", bytes(MIB))}
    answer = client.post("/patients/1/photos/new/", sent)
    assert answer.headers["Location"].startswith("/account/login/")


def test_no_page_but_the_one_that_takes_photos_may_use_the_camera(
    cast: Cast, as_: Callable[[User], Client]
) -> None:
    client, ada = as_(cast.cole), cast.ada.pk
    for path in ("/", f"/patients/{ada}/photos/", f"/patients/{ada}/photos/compare/"):
        policy = client.get(path).headers["Permissions-Policy"]
        assert policy == "camera=(), microphone=(), geolocation=()"
    policy = client.get(f"/patients/{ada}/photos/new/").headers["Permissions-Policy"]
    assert policy == "camera=(self), microphone=(), geolocation=()"
