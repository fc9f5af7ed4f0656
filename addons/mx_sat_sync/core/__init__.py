"""Rules and arithmetic without Odoo: no database, no clock, no input or output."""
