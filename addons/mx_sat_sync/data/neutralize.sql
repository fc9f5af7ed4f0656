-- a copied database never calls SAT: no job of this add-on runs in it
UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id
         FROM ir_model_data
        WHERE model = 'ir.cron'
          AND module = 'mx_sat_sync'
);
