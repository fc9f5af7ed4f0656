"""Files from strangers: what they are, by their content, and a name without traps."""

import unicodedata

MAX_BYTES = 5 * 1024 * 1024
MAX_FILES = 10
# First bytes of what is accepted, and the extension that a file then gets.
KINDS = ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))
EXTENSIONS = {"pdf": "pdf", "jpg": "jpg", "jpeg": "jpg", "png": "png"}


def problem(content: bytes) -> str:
    """Return why a file is refused: `empty`, `too_large`, `kind`, or '' if it is not.

    >>> problem(b"%PDF-1.7 ..."), problem(b"<script>"), problem(b"")
    ('', 'kind', 'empty')
    """
    if not content:
        return "empty"
    if len(content) > MAX_BYTES:
        return "too_large"
    return "" if _kind(content) else "kind"


def safe_name(name: str, content: bytes) -> str:
    """Return a file's name without path, control characters or a false extension.

    >>> safe_name("../../etc/acta\\u202efdp.exe", b"%PDF-1.7")
    'actafdp.exe.pdf'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(
        character
        for character in unicodedata.normalize("NFC", last)
        if unicodedata.category(character)[0] != "C" and character not in '<>:"|?*'
    ).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    kind = _kind(content) or "bin"
    if not dot or EXTENSIONS.get(extension.lower()) != kind:
        stem = plain
    return f"{stem.strip(' .')[:80] or 'file'}.{kind}"


def _kind(content: bytes) -> str:
    return next((kind for start, kind in KINDS if content.startswith(start)), "")
