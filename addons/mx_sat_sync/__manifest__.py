{
    "name": "Mexico SAT Sync",
    "summary": "CFDI from SAT into the ledger, and a proof that both agree",
    "version": "19.0.1.0.0",
    "category": "Accounting/Localizations",
    "countries": ["mx"],
    "license": "LGPL-3",
    "author": "Cobranza contributors",
    "depends": ["receivables_automation", "l10n_mx"],
    "external_dependencies": {"python": ["lxml", "xmlschema"]},
    "data": ["views/res_config_settings_views.xml"],
}
