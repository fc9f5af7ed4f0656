"""The SMTP side: accept every message, or misbehave as told.

Lines longer than the 1,000 bytes of RFC 5321 are refused with 500, because some real
servers do so, too.
"""

import asyncio
import socket

from aiosmtpd.smtp import SMTP, Envelope, Session

from .faults import FaultBoard
from .store import MessageStore

MAX_MESSAGE_BYTES = 20 * 1024 * 1024


class CatchingHandler:
    """Answers of the SMTP dialogue, called by aiosmtpd."""

    def __init__(self, store: MessageStore, faults: FaultBoard) -> None:
        self._store = store
        self._faults = faults

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _rcpt_options: list[str],
    ) -> str:
        """Accept the recipient, or return 550 when it is to be rejected."""
        if self._faults.is_rejected(address):
            return f"550 5.1.1 <{address}> is rejected on command"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Store the message and return 250, or let it suffer the fault that is due."""
        fate = self._faults.take_fate()
        await asyncio.sleep(fate.delay_s)
        if fate.is_dropped:
            server.transport.abort()
            # The lost connection cancels this coroutine here, before any answer.
            await asyncio.Event().wait()
        if fate.code is not None:
            return f"{fate.code} Failed on command"
        # The sender of a bounce is empty; aiosmtpd writes it as "<>".
        sender = "" if envelope.mail_from == "<>" else envelope.mail_from
        try:
            message_id = await asyncio.to_thread(
                self._store.add, envelope.content, sender, list(envelope.rcpt_tos)
            )
        except OSError as error:
            return f"451 4.3.0 The message could not be stored: {error.strerror}"
        return f"250 OK caught as {message_id}"


async def serve_smtp(
    listener: socket.socket, store: MessageStore, faults: FaultBoard
) -> asyncio.Server:
    """Serve SMTP on the bound socket ``listener`` and return the running server."""
    loop = asyncio.get_running_loop()
    handler = CatchingHandler(store, faults)

    def protocol() -> SMTP:
        # A given host name keeps aiosmtpd from asking the DNS at each connection.
        return SMTP(
            handler,
            data_size_limit=MAX_MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="mail catcher",
            loop=loop,
        )

    return await loop.create_server(protocol, sock=listener, backlog=128)
