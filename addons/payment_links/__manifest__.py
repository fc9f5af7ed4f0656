{
    "name": "Payment Links",
    "summary": "One public link that settles many invoices by card, SPEI or cash",
    "version": "19.0.1.0.0",
    "category": "Accounting/Payment",
    "license": "LGPL-3",
    "author": "Cobranza contributors",
    "depends": ["receivables_automation", "account_payment"],
    "data": [
        "security/ir.model.access.csv",
        "security/payment_link_security.xml",
        "data/ir_cron.xml",
        "data/ir_sequence.xml",
        "data/mail_template.xml",
        "views/account_move_views.xml",
        "views/page_templates.xml",
        "wizard/payment_link_revoke_views.xml",
        "views/payment_link_views.xml",
        "views/payment_settlement_views.xml",
        "views/res_config_settings_views.xml",
        "views/payment_links_menus.xml",
    ],
    "assets": {
        "web.assets_frontend": [
            "payment_links/static/src/interactions/**/*",
            "payment_links/static/src/scss/**/*",
        ],
    },
}
