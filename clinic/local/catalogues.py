"""Translations of what patients read: collects the English texts, and compiles the translated ones.

`python -m clinic.local.catalogues extract` puts every text of SOURCES into locale/*/django.po: new
ones without a translation, those that are gone left out. `... compile` writes the django.mo files
that Django reads; they are kept with the code, so that nobody needs a compiler to run it. Neither
needs GNU gettext: Babel reads and writes both formats, Django itself reads the templates.

Pages for staff are in English, so their texts are no part of the catalogues.
"""

import ast
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT: Final = Path(__file__).resolve().parent.parent.parent
LOCALE: Final = ROOT / "locale"
LANGUAGES: Final = ("de", "es")
# Django's rule for the language, as far as numbers of visits and days go
PLURALS: Final = (2, "(n != 1)")

TEMPLATES: Final = (
    "templates/base_portal.html",
    "templates/messages/**/*",
    "templates/offers/*",
    "templates/portal/*",
)
MODULES: Final[dict[str, tuple[str, ...]]] = {
    # whole modules: all that they say is for patients
    "clinic/calendar_files.py": (),
    "clinic/views/offers.py": (),
    "patients/actions/retry.py": (),
    "patients/letter_formats.py": (),
    "patients/models/preference.py": (),
    "patients/portal/preferences.py": (),
    "treatments/actions/aftercare_sheet.py": (),
    "treatments/aftercare.py": (),
    "treatments/aftercare_words.py": (),
    "treatments/views/portal.py": (),
    # of these modules only the named classes and values, the rest is for staff
    "clinic/letter_words.py": ("_VISIT",),
    "patients/views/letter_words.py": ("shipped_words",),
    "treatments/actions/protocols.py": ("DISCREET",),
    "treatments/models/protocol.py": ("Modality",),
    "treatments/models/visit_records.py": ("Agent",),
}
SINGULAR: Final = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL: Final = {"ngettext", "ngettext_lazy"}

Id = str | tuple[str, str]
"""An English text, or its singular and plural."""

_STRING = r"u?((?:'(?:\\.|[^'\\])*')|(?:\"(?:\\.|[^\"\\])*\"))"
_CALL = re.compile(rf"\b(?:gettext|ngettext|_)\(\s*{_STRING}(?:,\s*{_STRING},\s*count)?\s*\)")


def texts() -> dict[Id, list[str]]:
    """All that can be translated, with the files where it stands."""
    found: defaultdict[Id, list[str]] = defaultdict(list)
    for path in template_files():
        for each in of_template(path.read_text()):
            found[each].append(_name(path))
    for module, names in MODULES.items():
        for each in of_module((ROOT / module).read_text(), names):
            found[each].append(module)
    return {each: sorted(set(places)) for each, places in found.items()}


def template_files() -> Iterator[Path]:
    for pattern in TEMPLATES:
        yield from (each for each in sorted(ROOT.glob(pattern)) if each.is_file())


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def of_template(source: str) -> Iterator[Id]:
    """The texts that Django would look up, as its own reader of templates finds them."""
    for found in _CALL.finditer(templatize(source)):
        one, several = found.groups()
        text = ast.literal_eval(one)
        yield (text, ast.literal_eval(several)) if several else text


def of_module(source: str, names: Sequence[str] = ()) -> Iterator[Id]:
    """The marked texts of a module, or of what has one of these names in it."""
    tree = ast.parse(source)
    wanted = [tree] if not names else [each for each in ast.walk(tree) if _is(each, names)]
    for part in wanted:
        for node in ast.walk(part):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield from _of_call(node.func.id, node.args)


def _is(node: ast.AST, names: Sequence[str]) -> bool:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return name in names
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name in names
    return False


def _of_call(function: str, given: Sequence[ast.expr]) -> Iterator[Id]:
    said = [each.value for each in given if isinstance(each, ast.Constant)]
    strings = [each for each in said if isinstance(each, str)]
    if function in SINGULAR and len(strings) == 1:
        yield strings[0]
    elif function in PLURAL and len(strings) == 2:
        yield strings[0], strings[1]


# Catalogues --------------------------------------------------------------------------------------


def po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


class Kept(Catalog):
    """A catalogue whose head has no date, so that only a text makes another file of it."""

    @property
    def num_plurals(self) -> int:
        return PLURALS[0]

    @property  # type: ignore[misc] # Babel's can be set, to read a head
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"nplurals={PLURALS[0]}; plural={PLURALS[1]};"),
        ]


def load(language: str) -> Catalog:
    """What is translated so far; an empty catalogue when nothing is."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merged(language: str, found: dict[Id, list[str]]) -> Catalog:
    """The texts that there are, with the translations that are known. Nothing is guessed."""
    known, fresh = load(language), Kept(locale=language)
    for each in sorted(found, key=lambda id_: (found[id_], str(id_))):
        before = known.get(each)
        string = before.string if before is not None and before.id == each else None
        flags = {"python-format"} if "%(" in str(each) else set()
        fresh.add(each, string, locations=[(name, 0) for name in found[each]], flags=flags)
    return fresh


def written(catalog: Catalog) -> bytes:
    """As it is kept."""
    out = io.BytesIO()
    head = "\n".join(f'"{name}: {value}\\n"' for name, value in catalog.mime_headers)
    out.write(f'msgid ""\nmsgstr ""\n{head}\n\n'.encode())
    write_po(out, catalog, width=100, omit_header=True, include_lineno=False)
    return out.getvalue()


def compiled(language: str) -> bytes:
    """The file that Django reads."""
    kept = Kept(locale=language)
    for each in load(language):
        if each.id and _is_whole(each.string) and not each.fuzzy:
            kept.add(each.id, each.string)
    out = io.BytesIO()
    write_mo(out, kept)
    return out.getvalue()


def missing(language: str) -> list[str]:
    """Texts without a translation, or with one that somebody still has to look at."""
    kept = [each for each in load(language) if each.id]
    return [str(each.id) for each in kept if each.fuzzy or not _is_whole(each.string)]


def _is_whole(string: str | Iterable[str] | None) -> bool:
    return bool(string) and all(string or ())


def main(arguments: Sequence[str]) -> int:
    if list(arguments) == ["extract"]:
        found = texts()
        for language in LANGUAGES:
            path = po_file(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written(merged(language, found)))
            print(f"{_name(path)}: {len(found)} texts, {len(missing(language))} to translate")
        return 0
    if list(arguments) == ["compile"]:
        for language in LANGUAGES:
            po_file(language).with_suffix(".mo").write_bytes(compiled(language))
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
