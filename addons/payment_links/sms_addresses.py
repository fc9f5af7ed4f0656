"""Sending text messages whose links' addresses are put in on the way out."""


class SmsServiceWithAddresses:
    """An SMS service that puts payment links' addresses in as it sends."""

    def __init__(self, service, messages):
        self._service = service
        self._messages = messages

    def __getattr__(self, name):
        return getattr(self._service, name)

    def _send_sms_batch(self, messages, **values):
        links = self._messages.env["payment.link"]
        by_text = self._messages.grouped("body")
        ready = []
        for message in messages:
            records = by_text[message["content"]]
            writers = records.create_uid | records.mail_message_id.author_id.user_ids
            text = links._put_in_addresses(message["content"] or "", writers)
            ready.append(message | {"content": text})
        return self._service._send_sms_batch(ready, **values)
