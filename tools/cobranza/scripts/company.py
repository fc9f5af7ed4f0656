"""Check the company's country, currency and chart: Mexico's; speak both languages."""

MEXICO = "mx"

company = env.company
company.country_id = env.ref("base.mx")
if company.chart_template != MEXICO:
    env["account.chart.template"].try_loading(MEXICO, company, install_demo=False)
if company.currency_id != env.ref("base.MXN"):
    raise SystemExit(f"The company's currency is {company.currency_id.name}, not MXN.")

for code in ("es_MX", "en_US"):
    env["res.lang"]._activate_lang(code)
people = env["res.users"].with_context(active_test=False).search([])
people.tz = "America/Mexico_City"
people.partner_id.lang = "es_MX"
company.partner_id.lang = "es_MX"

if "website" in env:
    spanish = env["res.lang"]._lang_get("es_MX")
    for website in env["website"].search([]):
        website.language_ids |= spanish
        website.default_lang_id = spanish

env.cr.commit()
