def migrate(cr, version):
    """Take the token of the applicant's page out of messages that were stored with it.

    Whoever sells to an applicant reads its messages, and the page shows what was
    granted. A mail that still waits gets its token when it leaves.
    """
    token, page = r"(/my/credit/\d+)\?access_token=[\w-]+", r"\1"
    model = "receivables.credit.application"
    cr.execute(
        """
        UPDATE mail_message SET body = regexp_replace(body, %s, %s, 'g')
         WHERE model = %s AND body LIKE '%%access_token%%'
        """,
        (token, page, model),
    )
    cr.execute(
        """
        UPDATE mail_mail mail
           SET body_html = regexp_replace(mail.body_html, %s, %s, 'g')
          FROM mail_message message
         WHERE message.id = mail.mail_message_id AND message.model = %s
           AND mail.body_html LIKE '%%access_token%%'
        """,
        (token, page, model),
    )
