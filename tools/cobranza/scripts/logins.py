"""Make one login of each group for a trial; the password comes from the caller."""

import os

password = os.environ.get("COBRANZA_PASSWORD") or "cobranza"
company = env.company

INTERNAL = {
    "finanzas": (
        "Fernanda Ríos (finanzas)",
        ("receivables_automation.group_receivables_manager",),
    ),
    "cobranza": (
        "Carlos Medina (cobranza)",
        ("receivables_automation.group_receivables_user",),
    ),
    "ventas": ("Valeria Soto (ventas)", ("sales_team.group_sale_salesman",)),
    "auditoria": (
        "Arturo Nava (auditoría)",
        ("receivables_automation.group_receivables_auditor",),
    ),
}

env.ref("base.user_admin").write({"password": password})
for login, (name, groups) in INTERNAL.items():
    user = env["res.users"].search([("login", "=", login)]) or env[
        "res.users"
    ].with_context(no_reset_password=True).create({"name": name, "login": login})
    user.write(
        {
            "password": password,
            "email": f"{login}@acerosdelnorte.example",
            "lang": "es_MX",
            "tz": "America/Mexico_City",
            "company_ids": [(4, company.id)],
            "group_ids": [(4, env.ref(group).id) for group in groups],
        }
    )

people = {user.login: user for user in env["res.users"].search([])}
env["receivables.sample"]._assign(people["ventas"], people["cobranza"])

customer = env.ref("receivables_sample.partner_eagle")
portal = env["res.users"].search([("login", "=", "cliente")]) or env[
    "res.users"
].with_context(no_reset_password=True).create(
    {
        "login": "cliente",
        "partner_id": customer.child_ids[:1].id or customer.id,
        "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
    }
)
portal.write({"password": password, "lang": "es_MX", "tz": "America/Mexico_City"})
env.cr.commit()
