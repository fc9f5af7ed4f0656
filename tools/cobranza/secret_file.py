"""The server's secret: made once, in the work folder, readable by its owner only."""

import base64
import os
import secrets
from pathlib import Path

from .settings import Settings

SECRET_BYTES = 32


def secret_file(settings: Settings) -> Path:
    """Return the secret file in use; ``COBRANZA_SECRET_FILE`` names one of your own."""
    own = os.environ.get("COBRANZA_SECRET_FILE")
    return Path(own).absolute() if own else settings.home / "secret"


def set_up(settings: Settings) -> None:
    """Make the secret if there is none; an existing one is never touched."""
    path = secret_file(settings)
    if path.exists():
        return
    text = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"1:{text}\n")
    fresh.replace(path)
