import io
import logging

from odoo.tests import BaseCase, tagged

from ..log_filter import SecretFilter, install


@tagged("post_install", "-at_install")
class TestLogFilter(BaseCase):
    def _written(self, message, *args):
        """Return what a handler with our filter writes of a log call."""
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.addFilter(SecretFilter())
        record = logging.LogRecord("access", logging.INFO, "", 0, message, args, None)
        handler.handle(record)
        return stream.getvalue()

    def test_token_in_the_arguments_is_masked(self):
        written = self._written('"%s" %s', "GET /pay/s3cr3t-t0k3n HTTP/1.1", 200)

        self.assertNotIn("s3cr3t", written)
        self.assertIn("/pay/***", written)
        self.assertIn("200", written)

    def test_other_lines_stay_as_they_are(self):
        self.assertEqual(self._written("%s of %s", "payments", 3), "payments of 3\n")

    def test_a_log_call_with_wrong_arguments_does_not_stop_its_caller(self):
        record = logging.LogRecord("a", logging.INFO, "", 0, "%d", ("x",), None)

        self.assertTrue(SecretFilter().filter(record))

    def test_every_handler_of_the_server_gets_one_filter(self):
        install()
        install()

        for handler in logging.getLogger().handlers:
            filters = [
                known for known in handler.filters if isinstance(known, SecretFilter)
            ]
            self.assertEqual(len(filters), 1)
