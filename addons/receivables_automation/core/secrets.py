"""The server's secrets: reading their file's text and deriving keys from them.

Nothing here shows key material: not in ``repr``, not in the text of an error.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MINIMUM_BYTES = 32
# A token carries the version in two bytes.
LARGEST_VERSION = 0xFFFF
KEY_BYTES = 32

_LINE = re.compile(r"(?P<version>[0-9]{1,9})\s*:\s*(?P<secret>\S+)")


class SecretFileError(ValueError):
    """The text is not a list of secrets; ``line`` is its line number, 0 for all."""

    def __init__(self, line: int, why: str):
        super().__init__(f"Line {line} of the secret file: {why}" if line else why)
        self.line = line


@dataclass(frozen=True, slots=True)
class ServerSecret:
    """One version of the secret; ``material`` never appears in ``repr``."""

    version: int
    material: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServerSecrets:
    """All versions, the highest first."""

    versions: tuple[ServerSecret, ...]

    @property
    def signing(self) -> ServerSecret:
        """Return the secret that signs: the highest version."""
        return self.versions[0]

    def keys(self, purpose: str) -> dict[int, bytes]:
        """Return the key of each version for ``purpose``, the signing one first."""
        return {secret.version: derive(secret, purpose) for secret in self.versions}


def parse(text: str) -> ServerSecrets:
    """Return the secrets of a file's text.

    A line is ``version:base64``; empty lines and lines that start with ``#`` say
    nothing. Versions are whole numbers from 1 to 65535, secrets 32 bytes or more.

    :raises SecretFileError: a line has another form, its base64 is broken, the secret
        is short, a version or a secret stands twice, or there is no secret at all.
    """
    found: dict[int, ServerSecret] = {}
    seen: set[bytes] = set()
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        secret = _parse_line(number, line)
        if secret.version in found:
            raise SecretFileError(number, f"version {secret.version} stands twice.")
        if secret.material in seen:
            raise SecretFileError(
                number, f"version {secret.version} repeats another version's secret."
            )
        found[secret.version] = secret
        seen.add(secret.material)
    if not found:
        raise SecretFileError(0, "The secret file holds no secret.")
    return ServerSecrets(tuple(found[version] for version in sorted(found)[::-1]))


def derive(secret: ServerSecret, purpose: str) -> bytes:
    """Return the 32-byte key of a secret for one purpose.

    Keys of two purposes say nothing about each other. Source: RFC 5869, HKDF with
    SHA-256, no salt, the purpose in UTF-8 as ``info``.

    :raises ValueError: the purpose is empty.
    """
    if not purpose:
        raise ValueError("A key needs a purpose.")
    return hkdf_sha256(secret.material, b"", purpose.encode(), KEY_BYTES)


def hkdf_sha256(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """Return ``length`` bytes derived from ``material``. Source: RFC 5869."""
    # RFC 5869 §2.2: without salt, a string of zeros as long as the hash.
    salt = salt or bytes(SHA256.digest_size)
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(
        material
    )


def _parse_line(number: int, line: str) -> ServerSecret:
    match = _LINE.fullmatch(line)
    if not match:
        raise SecretFileError(number, "expected 'version:base64'.")
    version = int(match["version"])
    if not 1 <= version <= LARGEST_VERSION:
        raise SecretFileError(
            number, f"a version is a number from 1 to {LARGEST_VERSION}."
        )
    try:
        material = base64.b64decode(match["secret"], validate=True)
    except (binascii.Error, ValueError):
        # "from None": the cause's traceback would carry the text of the line.
        raise SecretFileError(
            number, f"the secret of version {version} is not base64."
        ) from None
    if len(material) < MINIMUM_BYTES:
        raise SecretFileError(
            number,
            f"the secret of version {version} has {len(material)} bytes;"
            f" it needs {MINIMUM_BYTES} or more.",
        )
    return ServerSecret(version, material)
