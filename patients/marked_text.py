"""Marks texts of pure modules for translation. They are translated where they are shown."""


def gettext_noop(text: str) -> str:
    """The text itself; `makemessages` collects it by the name of this function."""
    return text
