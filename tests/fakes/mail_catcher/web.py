"""The web side: pages for people, JSON for tests."""

import json
import re
import socketserver
import sys
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from . import pages
from .faults import FaultBoard, Faults, parse_faults
from .reading import Mail, read_mail
from .store import MESSAGE_ID, Caught, MessageStore

STYLE_SHEET = Path(__file__).with_name("style.css")
MAX_BODY_BYTES = 64 * 1024

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
# A message shows its own pictures and styles; it runs nothing and fetches nothing.
MAIL_POLICY = (
    "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline';"
    " font-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
FILE_POLICY = "sandbox; default-src 'none'"

_LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", re.I)
_ID = f"(?P<message_id>{MESSAGE_ID.pattern})"


class CatcherServer(ThreadingHTTPServer):
    """The web server of one catcher, on 127.0.0.1 only."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int) -> None:
        """Listen on ``port``; ``serve`` says what to show.

        :raises OSError: the port is taken or not allowed.
        """
        super().__init__(("127.0.0.1", port), CatcherRequest)

    def serve(self, store: MessageStore, faults: FaultBoard, smtp_port: int) -> None:
        """Answer requests until ``shutdown`` is called from another thread."""
        self.store = store
        self.faults = faults
        self.smtp_port = smtp_port
        self.serve_forever(poll_interval=0.05)

    def server_bind(self) -> None:
        """Bind without asking the DNS for this machine's name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report an error on stderr, unless the browser merely went away."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class CatcherRequest(BaseHTTPRequestHandler):
    """One request; each route method sends exactly one answer."""

    server: CatcherServer
    server_version = "MailCatcher"
    sys_version = ""
    timeout = 15

    def do_GET(self) -> None:
        """Show a page, a file or JSON."""
        self._route()

    def do_POST(self) -> None:
        """Change the faults."""
        self._route()

    def do_DELETE(self) -> None:
        """Remove messages or faults."""
        self._route()

    def log_message(self, _format: str, *_arguments: Any) -> None:
        """Keep quiet: stderr is for what went wrong."""

    def _route(self) -> None:
        # Read even if the request is refused: closing a connection with unread bytes
        # can lose the answer.
        self._body = self._read_body()
        if not self._is_from_this_site():
            self._send_text(HTTPStatus.FORBIDDEN, "Only local requests are served.")
            return
        path, _mark, query = self.path.partition("?")
        self._query = {
            key: values[-1] for key, values in parse_qs(query, errors="replace").items()
        }
        for method, pattern, action in _ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == self.command:
                action(self, **match.groupdict())
                return
        self._send_not_found(f"{self.command} {path}")

    def _is_from_this_site(self) -> bool:
        # A foreign site can point its own name at 127.0.0.1; the Host header then
        # still holds that name.
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or not _LOCAL_HOST.fullmatch(hosts[0]):
            return False
        origins = self.headers.get_all("Origin", [])
        own_origin = f"http://{hosts[0]}".lower()
        return self.command == "GET" or all(
            origin.lower() == own_origin for origin in origins
        )

    def _get_list(self) -> None:
        words = self._query.get("q", "").strip()
        caught = self.server.store.newest_first(lambda each: each.mentions(words))
        page = pages.list_page(
            caught,
            words=words,
            is_refreshing="refresh" in self._query,
            smtp_port=self.server.smtp_port,
        )
        self._send_page(page)

    def _get_style(self) -> None:
        self._send(STYLE_SHEET.read_bytes(), "text/css; charset=utf-8")

    def _get_list_json(self) -> None:
        address = self._query.get("to", "")
        since_id = self._query.get("since_id", "")
        if since_id and not MESSAGE_ID.fullmatch(since_id):
            self._send_json(
                {"error": "'since_id' must be the id of a message."},
                HTTPStatus.BAD_REQUEST,
            )
            return
        caught = self.server.store.newest_first(
            lambda each: each.id > since_id and (not address or each.is_to(address))
        )
        self._send_json([_listed(each) for each in reversed(caught)])

    def _get_message(self, message_id: str) -> None:
        found = self._find(message_id)
        if found:
            caught, mail, _content = found
            self._send_page(
                pages.message_page(caught, mail, self._query.get("width", "full"))
            )

    def _get_message_json(self, message_id: str) -> None:
        found = self._find(message_id)
        if found:
            caught, mail, _content = found
            self._send_json(_listed(caught) | _read_out(mail))

    def _get_html(self, message_id: str) -> None:
        found = self._find(message_id)
        if found:
            _caught, mail, _content = found
            body = mail.html_with_parts_at(
                lambda number: f"/messages/{message_id}/parts/{number}"
            )
            self._send(body.encode(), "text/html; charset=utf-8", policy=MAIL_POLICY)

    def _get_raw(self, message_id: str) -> None:
        found = self._find(message_id)
        if found:
            _caught, _mail, content = found
            self._send(content, "text/plain; charset=utf-8", policy=FILE_POLICY)

    def _get_part(self, message_id: str, number: str) -> None:
        found = self._find(message_id)
        if not found:
            return
        parts = {part.number: part for part in found[1].parts}
        part = parts.get(int(number))
        if part is None:
            self._send_not_found(f"Part {number}")
            return
        ascii_name = part.name.encode("ascii", "replace").decode().replace("?", "_")
        # Pictures in the frame ignore the disposition; all else is only downloaded.
        disposition = (
            f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''"
            + quote(part.name, safe="")
        )
        self._send(
            part.content,
            part.content_type,
            policy=FILE_POLICY,
            extra={"Content-Disposition": disposition},
        )

    def _get_faults(self) -> None:
        self._send_json(self.server.faults.as_dict())

    def _set_faults(self) -> None:
        try:
            self.server.faults.set(parse_faults(self._json_body()))
        except ValueError as error:
            self._send_json({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        else:
            self._get_faults()

    def _clear_faults(self) -> None:
        self.server.faults.set(Faults())
        self._get_faults()

    def _clear_messages(self) -> None:
        self._send_json({"deleted": self.server.store.clear()})

    def _find(self, message_id: str) -> tuple[Caught, Mail, bytes] | None:
        caught = self.server.store.find(message_id)
        content = self.server.store.content(message_id)
        if caught is None or content is None:
            self._send_not_found(f"Message {message_id}")
            return None
        return caught, read_mail(content), content

    def _json_body(self) -> Any:
        if len(self._body) > MAX_BODY_BYTES:
            raise ValueError(f"The body is larger than {MAX_BODY_BYTES} bytes.")
        try:
            return json.loads(self._body)
        except (ValueError, RecursionError):
            raise ValueError("The body is not JSON.") from None

    def _read_body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch("[0-9]{1,9}", length):
            return b""
        return self.rfile.read(min(int(length), MAX_BODY_BYTES + 1))

    def _send_page(self, page: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(page.encode(), "text/html; charset=utf-8", status, PAGE_POLICY)

    def _send_json(self, value: Any, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(json.dumps(value).encode(), "application/json", status)

    def _send_text(self, status: HTTPStatus, text: str) -> None:
        self._send(f"{text}\n".encode(), "text/plain; charset=utf-8", status)

    def _send_not_found(self, what: str) -> None:
        wants_page = "text/html" in self.headers.get("Accept", "")
        if wants_page and self.command == "GET":
            self._send_page(pages.missing_page(), HTTPStatus.NOT_FOUND)
        else:
            self._send_text(HTTPStatus.NOT_FOUND, f"Not found: {what}")

    def _send(
        self,
        body: bytes,
        content_type: str,
        status: HTTPStatus = HTTPStatus.OK,
        policy: str = FILE_POLICY,
        extra: dict[str, str] | None = None,
    ) -> None:
        headers = {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        self.send_response(status)
        for name, value in (headers | (extra or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


_ROUTES = (
    ("GET", "/", CatcherRequest._get_list),
    ("GET", r"/style\.css", CatcherRequest._get_style),
    ("GET", r"/messages\.json", CatcherRequest._get_list_json),
    ("GET", f"/messages/{_ID}", CatcherRequest._get_message),
    ("GET", rf"/messages/{_ID}\.json", CatcherRequest._get_message_json),
    ("GET", f"/messages/{_ID}/html", CatcherRequest._get_html),
    ("GET", f"/messages/{_ID}/raw", CatcherRequest._get_raw),
    (
        "GET",
        f"/messages/{_ID}/parts/(?P<number>[0-9]{{1,6}})",
        CatcherRequest._get_part,
    ),
    ("DELETE", "/messages", CatcherRequest._clear_messages),
    ("GET", "/faults", CatcherRequest._get_faults),
    ("POST", "/faults", CatcherRequest._set_faults),
    ("DELETE", "/faults", CatcherRequest._clear_faults),
)


def _listed(caught: Caught) -> dict[str, Any]:
    return {
        "id": caught.id,
        "from": caught.sender,
        "to": caught.recipients,
        "subject": caught.subject,
        "received_at": caught.received_at,
        "size": caught.size,
        "has_html": caught.has_html,
        "attachments": caught.attachments,
    }


def _read_out(mail: Mail) -> dict[str, Any]:
    names = dict.fromkeys(name.lower() for name, _value in mail.headers)
    return {
        "html": mail.html,
        "text": mail.text,
        "headers": {name: mail.header(name) for name in names},
        "links": mail.links,
        "parts": [
            {key: value for key, value in asdict(part).items() if key != "content"}
            | {"size": len(part.content)}
            for part in mail.parts
        ],
    }
