{
    "name": "Receivables Automation",
    "summary": "Who owes what, how they pay, and what to do next",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "Cobranza contributors",
    "depends": ["account", "mail", "portal", "sale", "sms"],
    "data": [
        "security/receivables_automation_groups.xml",
        "security/account_move_security.xml",
        "security/ir.model.access.csv",
        "views/account_move_line_views.xml",
        "views/res_config_settings_views.xml",
        "views/receivables_automation_menus.xml",
    ],
    "application": True,
    "uninstall_hook": "uninstall_hook",
}
