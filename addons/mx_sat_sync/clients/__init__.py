"""What reads the world outside for the rules in ``core``; no Odoo here."""
