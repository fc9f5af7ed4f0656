import os
import stat
from pathlib import Path

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import config

from ..core.secrets import SecretFileError, parse

VARIABLE = "COBRANZA_SECRET_FILE"
OPTION = "cobranza_secret_file"
# Far more than anybody rotates; a wrong path to a large file is not read whole.
MAX_BYTES = 64 * 1024


class ReceivablesSecret(models.AbstractModel):
    """The one place that reads the server's secret file.

    The file is not in the database: a copy of the database opens no payment link and
    reads no private key.
    """

    _name = "receivables.secret"
    _description = "Server secret"

    @api.private
    def _keys(self, purpose):
        """Return {version: 32-byte key} for ``purpose``; the highest version signs.

        Read anew at each call, so that a rotation needs no restart.

        :raises UserError: there is no usable secret; says why and what to do.
        """
        return self._load().keys(purpose)

    @api.private
    def _problem(self):
        """Return why there is no usable secret, in the user's words; '' if there is."""
        try:
            self._load()
        except UserError as error:
            return str(error)
        return ""

    def _path(self):
        return os.environ.get(VARIABLE) or config.get(OPTION) or ""

    def _load(self):
        path = self._path()
        if not path:
            raise UserError(
                self.env._(
                    "No server secret is set, so payment links and the FIEL are off."
                    " Name a secret file with %(variable)s in the server's environment"
                    " or %(option)s in odoo.conf.",
                    variable=VARIABLE,
                    option=OPTION,
                )
            )
        try:
            return parse(self._read(Path(path)))
        except (OSError, UnicodeError, SecretFileError) as error:
            raise UserError(
                self.env._(
                    "The server secret cannot be used, so payment links and the FIEL"
                    " are off. %(reason)s Ask whoever runs the server to mend the file"
                    " %(path)s.",
                    reason=self._reason(error),
                    path=path,
                )
            ) from None

    def _read(self, path):
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise SecretFileError(
                    0, f"Others may read it (mode {mode:o}): run chmod 600."
                )
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise SecretFileError(0, "It is too large for a secret file.")
        return content.decode("ascii")

    def _reason(self, error):
        if isinstance(error, UnicodeError):
            return self.env._("It is no text.")
        return f"{error.strerror}." if isinstance(error, OSError) else str(error)
