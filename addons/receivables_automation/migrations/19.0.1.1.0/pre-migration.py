from odoo.tools.sql import column_exists


def migrate(cr, version):
    """Keep each policy's payment term, which moves to its first version."""
    if not column_exists(cr, "receivables_policy", "payment_term_id"):
        return
    cr.execute(
        """
        ALTER TABLE receivables_policy ADD COLUMN IF NOT EXISTS version_id int;
        ALTER TABLE receivables_policy RENAME COLUMN payment_term_id TO old_term_id;
        CREATE TABLE receivables_policy_version (
            id serial PRIMARY KEY, policy_id int, number int, state varchar,
            date_from date, credit varchar, payment_term_id int,
            create_uid int, create_date timestamp, write_uid int, write_date timestamp
        );
        INSERT INTO receivables_policy_version
               (policy_id, number, state, date_from, credit, payment_term_id,
                create_uid, create_date, write_uid, write_date)
        SELECT id, 1, 'confirmed', COALESCE(create_date, now())::date, 'unlimited',
               old_term_id, create_uid, create_date, write_uid, write_date
          FROM receivables_policy;
        UPDATE receivables_policy policy SET version_id = first.id
          FROM receivables_policy_version first WHERE first.policy_id = policy.id;
        ALTER TABLE receivables_policy DROP COLUMN old_term_id;
        """
    )
