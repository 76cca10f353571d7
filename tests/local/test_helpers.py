"""The small helpers around the build."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clinic.local import bootstrap, browser
from clinic.local.advisories import Audited, sentences
from clinic.local.places import ROOT, secret
from clinic.local.watching import why

BOOTSTRAP = ROOT / "clinic" / "local" / "bootstrap.py"


def test_an_advisory_is_one_line() -> None:
    ill: Audited = {
        "name": "thing",
        "version": "1.0",
        "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}],
    }
    well: Audited = {"name": "other", "version": "3", "vulns": []}
    assert sentences([well, ill]) == ["thing 1.0: PYSEC-1, mended in 1.1, 2.0"]


def test_a_secret_is_made_once_and_private(tmp_path: Path) -> None:
    first = secret(tmp_path / "key")
    assert secret(tmp_path / "key") == first
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert len(first) == 64


def test_a_named_browser_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", sys.executable)
    assert browser.executable() == sys.executable


@pytest.mark.parametrize(("code", "words"), [(-9, "killed by SIGKILL"), (3, "exit code 3")])
def test_an_end_in_words(code: int, words: str) -> None:
    assert why(code) == words


def test_the_bootstrap_reads_nothing_but_the_standard_library() -> None:
    isolated = [sys.executable, "-I", "-S", "-c"]
    load = f"import runpy; runpy.run_path({str(BOOTSTRAP)!r}, run_name='bootstrap')"
    done = subprocess.run([*isolated, load], capture_output=True, text=True, env=dict(os.environ))
    assert (done.returncode, done.stderr) == (0, "")


def test_bytecode_goes_into_the_environment_where_none_is_wanted_in_the_checkout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    bootstrap.keep_bytecode()
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
    assert os.environ["PYTHONPYCACHEPREFIX"] == str(ROOT / ".venv" / "pycache")


def test_bytecode_is_left_to_python_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    bootstrap.keep_bytecode()
    assert "PYTHONPYCACHEPREFIX" not in os.environ
