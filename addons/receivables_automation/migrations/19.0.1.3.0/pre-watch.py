from odoo.tools.sql import table_exists


def migrate(cr, version):
    """Make room for what is asked of rules and of the history of segments from now on.

    A debtor may return to a segment on the day it left it. A limit lower by 100 % would
    be 0, which is none at all.
    """
    cr.execute(
        """
        ALTER TABLE IF EXISTS receivables_segment_history
         DROP CONSTRAINT IF EXISTS receivables_segment_history_change_unique
        """
    )
    if table_exists(cr, "receivables_watch_rule"):
        cr.execute("UPDATE receivables_watch_rule SET percent = 99 WHERE percent > 99")
    if table_exists(cr, "receivables_watch"):
        cr.execute(
            """
            UPDATE receivables_watch SET proposal = 'none'
             WHERE proposal <> 'none' AND COALESCE(proposed_amount, 0) <= 0
            """
        )
