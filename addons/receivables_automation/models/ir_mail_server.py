import smtplib
import socket

from odoo import models
from odoo.exceptions import UserError

UNREACHABLE = (
    ConnectionError,
    TimeoutError,
    socket.gaierror,
    smtplib.SMTPConnectError,
    smtplib.SMTPServerDisconnected,
)


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _connect__(  # noqa: PLW3201
        self,
        host=None,
        port=None,
        user=None,
        password=None,
        encryption=None,
        smtp_from=None,
        ssl_certificate=None,
        ssl_private_key=None,
        smtp_debug=False,
        mail_server_id=None,
        allow_archived=False,
    ):
        """Override of `base` to say which server does not answer, and what to do.

        Core leaves "[Errno 111] Connection refused" as the reason on the message.
        """
        try:
            return super()._connect__(
                host=host,
                port=port,
                user=user,
                password=password,
                encryption=encryption,
                smtp_from=smtp_from,
                ssl_certificate=ssl_certificate,
                ssl_private_key=ssl_private_key,
                smtp_debug=smtp_debug,
                mail_server_id=mail_server_id,
                allow_archived=allow_archived,
            )
        except UNREACHABLE as error:
            server = self.sudo().browse(mail_server_id)
            if not server and not host:
                server = self.sudo()._find_mail_server(smtp_from)[0]
            raise UserError(
                self.env._(
                    "No outgoing server: %(server)s does not answer (%(error)s)."
                    " Start it or correct it under Settings › Technical › Outgoing"
                    " Mail Servers, then press Retry on the message.",
                    server=(
                        f"{server.smtp_host}:{server.smtp_port}"
                        if server
                        else f"{host or 'localhost'}:{port or 25}"
                    ),
                    error=error.strerror if isinstance(error, OSError) else error,
                )
            ) from error
