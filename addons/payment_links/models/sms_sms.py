from odoo import models

from ..sms_addresses import SmsServiceWithAddresses


class SmsSms(models.Model):
    _inherit = "sms.sms"

    def _send_with_api(self, sms_api, **values):
        """Override of `sms`: the stored text keeps the placeholder."""
        return super()._send_with_api(SmsServiceWithAddresses(sms_api, self), **values)
