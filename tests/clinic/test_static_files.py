"""Scripts and style sheets, as browsers get them in production."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import find
from django.core.files.base import ContentFile

from clinic.static_files import HashedStaticFiles

MODULES = ["js/calendar-grid.js", "js/calendar-drag.js", "js/calendar-carry.js"]
SHEETS = sorted((Path(__file__).parents[2] / "static").rglob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_takes_its_pictures_from_files(sheet: Path) -> None:
    """The content policy refuses others: also those of a sheet that ours would overrule in time."""
    assert re.findall(r"url\(\W?data:", sheet.read_text()) == []


@pytest.fixture
def collected(tmp_path: Path, settings: Any) -> HashedStaticFiles:
    storage = HashedStaticFiles(location=tmp_path, base_url="/static/")
    for name in MODULES:
        storage.save(name, ContentFile(Path(str(find(name))).read_bytes()))
    settings.DEBUG = False
    for _name, _hashed, done in storage.post_process({name: (storage, name) for name in MODULES}):
        assert not isinstance(done, Exception)
    return storage


def test_modules_import_each_other_by_the_names_that_may_be_kept(
    collected: HashedStaticFiles,
) -> None:
    shared = Path(collected.stored_name("js/calendar-grid.js")).name
    assert re.fullmatch(r"calendar-grid\.[0-9a-f]{12}\.js", shared)
    for name in MODULES[1:]:
        text = Path(collected.path(collected.stored_name(name))).read_text()
        imported = re.findall(r'from "(.+)";', text)
        assert [Path(each).name for each in imported] == [shared]
