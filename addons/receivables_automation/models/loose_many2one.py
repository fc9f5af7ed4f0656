from odoo import fields


class LooseMany2one(fields.Many2one):
    """A reference that PostgreSQL does not check row by row.

    For tables that are filled by the ten thousand in one query, with ids that the same
    query has just read: the check of a foreign key costs more than the row, and locks
    the record that it points at. The model pointed at empties the reference when a
    record is deleted (`unlink`).
    """

    def update_db_foreign_key(self, model, column):
        """Override: there is none."""
