"""Keeps payment links' tokens and webhooks' secret paths out of the server's log."""

import logging

from .core.log_mask import mask_secret_paths


class SecretPathFilter(logging.Filter):
    """Masks a record's text before a handler writes it; lets every record through."""

    def filter(self, record):
        text = record.getMessage()
        # Most lines hold neither word: they keep their arguments as they are.
        masked = mask_secret_paths(text)
        if masked != text:
            record.msg, record.args = masked, None
        return True


def install():
    """Put the filter on every handler of the root logger, once."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(known, SecretPathFilter) for known in handler.filters):
            handler.addFilter(SecretPathFilter())
