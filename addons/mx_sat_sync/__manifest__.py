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
    "data": [
        "security/ir.model.access.csv",
        "security/mx_sat_security.xml",
        "views/account_move_views.xml",
        "views/mx_sat_document_views.xml",
        "views/mx_sat_tax_views.xml",
        "views/res_config_settings_views.xml",
        "wizard/mx_sat_import_views.xml",
        "views/mx_sat_sync_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["mx_sat_sync/static/src/**/*"],
    },
}
