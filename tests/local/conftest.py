"""Folders a database may live in: pytest's own are closed to the account it runs as under root."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder everybody may walk into, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="milia-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as found:
        yield found


@pytest.fixture(scope="module")
def module_folder() -> Iterator[Path]:
    with open_folder() as found:
        yield found
