"""Import a folder of CFDI, each into the company of its issuer; report every file.

The folder and the report come by environment: ``COBRANZA_CHECK_FOLDER``,
``COBRANZA_CHECK_REPORT`` (JSON lines: file, type, state, total, reason).
"""

import json
import os
from pathlib import Path

from odoo.addons.mx_sat_sync.core.cfdi import parse
from odoo.addons.mx_sat_sync.core.errors import InvalidInput

BATCH = 100
folder = Path(os.environ["COBRANZA_CHECK_FOLDER"])
report = Path(os.environ["COBRANZA_CHECK_REPORT"])
companies = {"": env.company}
language = env["res.lang"]._get_code("es_MX") or "en_US"


def issuer_of(content):
    """Return the issuer's RFC, '' of what cannot be read."""
    try:
        return parse(content).issuer.rfc
    except InvalidInput:
        return ""


def company_of(rfc):
    """Return the company of an issuer, with Mexico's chart; makes it the first time."""
    if rfc not in companies:
        company = env["res.company"].create(
            {
                "name": rfc,
                "vat": rfc,
                "country_id": env.ref("base.mx").id,
                "currency_id": env.ref("base.MXN").id,
            }
        )
        env.user.company_ids |= company
        env["account.chart.template"].try_loading("mx", company, install_demo=False)
        companies[rfc] = company
    return companies[rfc]


def rows_of(documents, names):
    """Return a row per document."""
    return [
        {
            "file": name,
            "type": document.document_type or "-",
            "state": document.state,
            "total": f"{document.total:.2f} {document.currency_id.name or ''}".strip(),
            "reason": document.reason,
        }
        for document, name in zip(documents, names, strict=True)
    ]


# A scratch database: whatever currency comes is to be booked.
env["res.currency"].with_context(active_test=False).search([]).active = True
waiting = {}
for path in sorted(path for path in folder.rglob("*") if path.is_file()):
    if path.suffix.lower() in {".xml", ".zip"}:
        content = path.read_bytes()
        waiting.setdefault(issuer_of(content), []).append(
            (str(path.relative_to(folder)), content)
        )
inbox = env["mx.sat.document"].with_context(lang=language)
imported = []
for rfc, files in waiting.items():
    company = company_of(rfc)
    for start in range(0, len(files), BATCH):
        # One at a time, as a ZIP gives a document for each XML in it.
        for name, content in files[start : start + BATCH]:
            documents = inbox.import_files([(name, content)], company)
            imported.append((documents, [name] * len(documents)))
        env.cr.commit()
with report.open("w") as out:
    # After all, since what waits at first may have been applied by then.
    for documents, names in imported:
        for row in rows_of(documents, names):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
