-- a copied database asks nobody for money: no job of this add-on runs in it
UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id
         FROM ir_model_data
        WHERE model = 'ir.cron'
          AND module = 'receivables_automation'
);

-- nor does a notice or an answer that the original planned or queued leave from the copy
UPDATE mail_mail
   SET state = 'cancel'
 WHERE state IN ('outgoing', 'exception')
   AND mail_message_id IN (
       SELECT id
         FROM mail_message
        WHERE model IN ('receivables.dunning.notice', 'receivables.credit.application')
);

UPDATE receivables_dunning_notice_line
   SET is_live = false
 WHERE notice_id IN (
       SELECT id
         FROM receivables_dunning_notice
        WHERE state IN ('planned', 'queued', 'failed')
);

UPDATE receivables_dunning_notice
   SET state = 'cancelled'
 WHERE state IN ('planned', 'queued', 'failed');

UPDATE receivables_dunning_run
   SET state = 'cancelled'
 WHERE state IN ('previewed', 'running');

UPDATE res_company
   SET receivables_dunning_automatic = false;
