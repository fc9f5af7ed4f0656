{
    "name": "Payment Links",
    "summary": "One public link that settles many invoices by card, SPEI or cash",
    "version": "19.0.1.0.0",
    "category": "Accounting/Payment",
    "license": "LGPL-3",
    "author": "Cobranza contributors",
    "depends": ["receivables_automation", "account_payment"],
    "data": ["views/res_config_settings_views.xml"],
}
