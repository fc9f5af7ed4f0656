"""The HTML of the web page. Whatever comes from a message passes ``escape``."""

from datetime import datetime
from html import escape
from urllib.parse import urlencode

from .reading import Mail, Part
from .store import Caught

MAX_ROWS = 200
REFRESH_S = 5
WIDTHS = {"320": "320 px", "390": "390 px", "full": "Completo"}
SHOWN_HEADERS = {
    "Subject": "Asunto",
    "From": "De",
    "To": "Para",
    "Cc": "Copia",
    "Reply-To": "Responder a",
    "Date": "Fecha",
    "Message-Id": "Message-Id",
}


def list_page(
    caught: list[Caught], words: str, is_refreshing: bool, smtp_port: int
) -> str:
    """Return the page with the messages, in the given order."""
    query = {"q": words} if words else {}
    other_query = urlencode(query if is_refreshing else query | {"refresh": "1"})
    refresh_label = "Detener" if is_refreshing else f"Actualizar cada {REFRESH_S} s"
    current = "<span class='live'>Actualizando</span>" if is_refreshing else ""
    if caught:
        content = _table(caught[:MAX_ROWS])
    elif words:
        content = _notice(
            "Ningún mensaje coincide",
            f"Nada para «{escape(words)}» en el destinatario o en el asunto."
            " <a href='/'>Ver todos</a>",
        )
    else:
        content = _notice(
            "Todavía no hay mensajes",
            "Configure el servidor de correo saliente de Odoo con el servidor"
            f" <code>127.0.0.1</code>, el puerto <code>{smtp_port}</code> y sin"
            " cifrado, envíe un correo y actualice esta página."
            " Nada sale de esta máquina.",
        )
    more = (
        f"<p class='hint'>Se ven los {MAX_ROWS} más recientes de {len(caught)};"
        " use el buscador para encontrar los demás.</p>"
        if len(caught) > MAX_ROWS
        else ""
    )
    return _page(
        "Mensajes atrapados",
        f"""
<header class="bar">
  <h1>Mensajes atrapados <span class="count">{len(caught)}</span></h1>
  <form action="/" method="get" role="search">
    <input type="search" name="q" value="{escape(words)}"
      placeholder="Buscar en Para y Asunto" aria-label="Buscar en Para y Asunto">
    <button>Buscar</button>
  </form>
  <nav>{current} <a href="/?{escape(other_query)}">{refresh_label}</a></nav>
</header>
<main>{content}{more}</main>""",
        refresh_s=REFRESH_S if is_refreshing else None,
    )


def message_page(caught: Caught, mail: Mail, width: str) -> str:
    """Return the page of one message, its HTML shown ``width`` (see WIDTHS) wide."""
    envelope = (
        f"Sobre: <b>{escape(caught.sender or '<>')}</b> →"
        f" <b>{escape(', '.join(caught.recipients))}</b> ·"
        f" recibido {_moment(caught)} · {_size(caught.size)}"
    )
    bodies = [
        _html_section(caught, width) if mail.html is not None else "",
        _text_section(mail.text, is_open=mail.html is None),
    ]
    return _page(
        caught.subject or "(sin asunto)",
        f"""
<header class="bar">
  <nav><a href="/">← Mensajes atrapados</a></nav>
  <nav class="end"><a href="/messages/{caught.id}/raw">Original</a>
    <a href="/messages/{caught.id}.json">JSON</a></nav>
</header>
<main>
<section class="card">
  <h1>{escape(caught.subject) or "(sin asunto)"}</h1>
  <dl>{_header_rows(mail)}</dl>
  <p class="hint">{envelope}</p>
  {_attachment_list(caught, mail.attachments)}
</section>
{"".join(bodies)}
{_link_section(mail.links)}
</main>""",
    )


def missing_page() -> str:
    """Return the page for an address that leads nowhere."""
    advice = (
        "Quizá se borró: se guardan solo los más recientes."
        " <a href='/'>Ver los mensajes atrapados</a>"
    )
    return _page("No existe", f"<main>{_notice('Aquí no hay nada', advice)}</main>")


def _page(title: str, body: str, refresh_s: int | None = None) -> str:
    refresh = f'<meta http-equiv="refresh" content="{refresh_s}">' if refresh_s else ""
    return f"""<!DOCTYPE html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{refresh}
<title>{escape(title)}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>{body}
</body>
</html>
"""


def _notice(title: str, text: str) -> str:
    return f"<section class='empty'><h2>{title}</h2><p>{text}</p></section>"


def _table(caught: list[Caught]) -> str:
    return f"""
<table>
<thead><tr><th class="time">Recibido</th><th class="from">De</th>
<th class="to">Para</th><th>Asunto</th><th class="number">Tamaño</th></tr></thead>
<tbody>{"".join(_row(each) for each in caught)}</tbody>
</table>"""


def _row(caught: Caught) -> str:
    count = len(caught.attachments)
    names = escape(", ".join(caught.attachments))
    label = "1 adjunto" if count == 1 else f"{count} adjuntos"
    files = f" <span class='files' title='{names}'>{label}</span>" if count else ""
    return f"""
<tr>
<td class="time">{_moment(caught)}</td>
<td class="from">{escape(caught.sender or "<>")}</td>
<td class="to">{escape(", ".join(caught.recipients))}</td>
<td class="subject"><a href="/messages/{caught.id}">\
{escape(caught.subject) or "(sin asunto)"}</a>{files}</td>
<td class="number">{_size(caught.size)}</td>
</tr>"""


def _header_rows(mail: Mail) -> str:
    return "".join(
        f"<div><dt>{label}</dt><dd>{escape(mail.header(name))}</dd></div>"
        for name, label in SHOWN_HEADERS.items()
        if mail.header(name) and name != "Subject"
    )


def _attachment_list(caught: Caught, attachments: list[Part]) -> str:
    if not attachments:
        return ""
    items = "".join(
        f"<li><a href='/messages/{caught.id}/parts/{part.number}'>"
        f"{escape(part.name)}</a> <span class='hint'>{escape(part.content_type)},"
        f" {_size(len(part.content))}</span></li>"
        for part in attachments
    )
    return f"<h2>Adjuntos</h2><ul class='attachments'>{items}</ul>"


def _html_section(caught: Caught, width: str) -> str:
    chosen = width if width in WIDTHS else "full"
    choices = "".join(
        f"<a href='?width={key}'{' aria-current=true' if key == chosen else ''}>"
        f"{label}</a>"
        for key, label in WIDTHS.items()
    )
    return f"""
<section class="card">
  <div class="bar inner"><h2>Mensaje</h2>
    <nav class="switch" aria-label="Ancho">{choices}</nav></div>
  <div class="stage"><iframe class="w{chosen}" sandbox="" title="Mensaje en HTML"
    src="/messages/{caught.id}/html"></iframe></div>
</section>"""


def _text_section(text: str | None, is_open: bool) -> str:
    if text is None:
        return ""
    shown = escape(text) if text.strip() else "(vacío)"
    return f"""
<details class="card"{" open" if is_open else ""}>
  <summary>Texto sin formato</summary><pre>{shown}</pre>
</details>"""


def _link_section(links: list[str]) -> str:
    if not links:
        return ""
    # The sandboxed frame opens no new window, so its links are offered here.
    items = "".join(
        f"<li><a href='{escape(link)}' target='_blank' rel='noopener noreferrer'>"
        f"{escape(link)}</a></li>"
        for link in links
    )
    return f"""
<section class="card"><h2>Enlaces del mensaje</h2>
<ul class="links">{items}</ul></section>"""


def _moment(caught: Caught) -> str:
    received_at = datetime.fromisoformat(caught.received_at)
    local = received_at.astimezone()
    return (
        f"<time datetime='{received_at.isoformat()}' title='{local:UTC%z}'>"
        f"{local:%d/%m/%Y %H:%M:%S}</time>"
    )


def _size(size: int) -> str:
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB"
