"""Keeps tokens of public pages and webhooks' secret paths out of the server's log."""

import logging

from .core.log_mask import mask_secrets


class SecretFilter(logging.Filter):
    """Masks a record's text before a handler writes it; lets every record through."""

    def filter(self, record):
        try:
            text = record.getMessage()
        except (TypeError, ValueError, KeyError):
            # A call with wrong arguments: logging reports it when it writes, whereas
            # an error from here would reach the code that only wanted to log.
            return True
        masked = mask_secrets(text)
        if masked != text:
            record.msg, record.args = masked, None
        return True


def install():
    """Put the filter on every handler of the root logger, once."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(known, SecretFilter) for known in handler.filters):
            handler.addFilter(SecretFilter())
