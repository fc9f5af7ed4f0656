"""Customers and colleagues are addressed in one way: Spanish says usted."""

import re
from pathlib import Path

import polib
import pytest

CATALOGUES = sorted(Path(__file__).parents[2].glob("addons/*/i18n/es*.po"))
# Forms of tú that are nothing else; a command only where one may begin, as it is
# also what somebody does ("el cliente elige"). A command with a pronoun ends in -alo of
# verbs in -ar; of the others that is how usted is told.
FAMILIAR = re.compile(
    r"\b(?:tú|tus?|ti|te|contigo|eres|eras|tienes|puedes|quieres|debes|pagas"
    r"|pagaste|elegiste|terminaste|hiciste|recibiste|vuelvas|pagues)\b"
    r"|\b(?!corríja|escríba|pída|hága|pónga|devuélva|ábra|compárta|elíja|díga|divída"
    r"|descompríma|enciénda)"
    r"\w+[áéíóú]\w*a(?:l[oa]s?|nos)\b"
    r"|\b(?:devuélve|escríbe|píde|corríge|ábre|elíge|haz|pon|di)(?:l[oa]s?|nos)\b"
    r"|(?:^|[.:;¿¡(»”>] ?|Primero |Mejor )"
    r"(?:elige|escribe|espera a|recarga|pide|haz|paga la|usa|agrega|cambia"
    r"|termina ahí|intenta|revisa|confirma|abre|quita|envía|copia (?!\))|descarga"
    r"|responde a est|vuelve a|pon|crea|corrige)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_nobody_is_addressed_with_tu(path):
    familiar = {
        entry.msgstr: found[0]
        for entry in polib.pofile(str(path))
        if (found := FAMILIAR.search(entry.msgstr))
    }

    assert not familiar


@pytest.mark.parametrize(
    "text",
    [
        "Elige al menos una factura.",
        "No está publicada. Confírmala primero.",
        "Si eras tú, termina ahí.",
        "Recibimos tu pago.",
        "Aplícalos o devuélvelos.",
        "El saldo cambió. Recarga la página.",
        "Se fusionaron los clientes; usa %(link)s.",
    ],
)
def test_a_familiar_text_would_be_found(text):
    assert FAMILIAR.search(text)
