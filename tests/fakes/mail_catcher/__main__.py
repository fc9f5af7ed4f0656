"""``python -m fakes.mail_catcher --folder FOLDER``: catch mail until told to stop."""

import argparse
import asyncio
import json
import signal
import socket
import sys
import threading
from pathlib import Path

from .faults import FaultBoard
from .smtp import serve_smtp
from .store import MessageStore
from .web import CatcherServer

CANNOT_START = 2


class StartError(Exception):
    """A reason not to start that the user can do something about."""


def main(arguments: list[str] | None = None) -> int:
    """Run the catcher until SIGTERM or SIGINT and return the exit code."""
    options = _parse(arguments)
    try:
        smtp_listener, web_server = _open_ports(options.smtp_port, options.http_port)
        store = _open_store(options.folder, options.keep)
    except StartError as error:
        print(error, file=sys.stderr)
        return CANNOT_START
    if store.skipped:
        names = ", ".join(store.skipped)
        print(f"Skipped unreadable files in {options.folder}: {names}", file=sys.stderr)
    asyncio.run(_serve(smtp_listener, web_server, store))
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="fakes.mail_catcher",
        description="Keep every message that is sent to 127.0.0.1, show it on a web"
        " page, and send nothing on. Port 0 is any free port.",
    )
    parser.add_argument("--smtp-port", type=_port, default=0, metavar="PORT")
    parser.add_argument("--http-port", type=_port, default=0, metavar="PORT")
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the messages are kept"
    )
    parser.add_argument(
        "--keep",
        type=_positive,
        default=2000,
        metavar="N",
        help="how many messages are kept; the oldest goes first (default: 2000)",
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is not between 0 and 65535")
    return port


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def _open_ports(smtp_port: int, http_port: int) -> tuple[socket.socket, CatcherServer]:
    try:
        smtp_listener = socket.create_server(("127.0.0.1", smtp_port))
    except OSError as error:
        raise _port_error("SMTP", smtp_port, "--smtp-port", error) from error
    try:
        return smtp_listener, CatcherServer(http_port)
    except OSError as error:
        smtp_listener.close()
        raise _port_error("HTTP", http_port, "--http-port", error) from error


def _port_error(side: str, port: int, option: str, error: OSError) -> StartError:
    return StartError(
        f"Cannot listen on {side} port {port} of 127.0.0.1: {error.strerror}. Stop the"
        f" program that uses it, or choose another port with {option} (0 = any free)."
    )


def _open_store(folder: Path, keep: int) -> MessageStore:
    try:
        return MessageStore(folder, keep)
    except OSError as error:
        raise StartError(
            f"Cannot use the folder {folder}: {error.strerror}. Choose one that you"
            " may write to with --folder."
        ) from error


async def _serve(
    smtp_listener: socket.socket, web_server: CatcherServer, store: MessageStore
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    smtp_port = smtp_listener.getsockname()[1]
    faults = FaultBoard()
    smtp_server = await serve_smtp(smtp_listener, store, faults)
    web_thread = threading.Thread(
        target=web_server.serve, args=(store, faults, smtp_port), daemon=True
    )
    web_thread.start()
    ready = {
        "smtp_port": smtp_port,
        "http_port": web_server.server_port,
        "url": f"http://127.0.0.1:{web_server.server_port}/",
    }
    print(json.dumps(ready), flush=True)
    await stop.wait()
    smtp_server.close()
    web_server.shutdown()
    web_thread.join()
    web_server.server_close()


if __name__ == "__main__":
    sys.exit(main())
