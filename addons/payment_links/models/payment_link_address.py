import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import str2bool

from odoo.addons.receivables_automation.core.message_text import (
    UnknownPlaceholder,
    find_link_ids,
    placeholder,
    put_in_addresses,
)

from ..core.link_state import LIVE_STATES
from ..core.link_token import TokenRefused, make_token, read_token

_logger = logging.getLogger(__name__)

READERS = "receivables_automation.group_receivables_user,sales_team.group_sale_salesman"


class PaymentLink(models.Model):
    """The address of a link: derived when it is asked for, stored nowhere."""

    _inherit = "payment.link"

    url = fields.Char(
        string="Address",
        compute="_compute_url",
        groups=READERS,
        exportable=False,
        help="Whoever has it sees what the customer owes: send it to the customer"
        " only.",
    )
    address_placeholder = fields.Char(compute="_compute_address_placeholder")

    @api.depends("state", "generation")
    def _compute_url(self):
        addresses = self._addresses()
        for link in self:
            link.url = addresses.get(link.id, "")
        if addresses and not self.env.su:
            _logger.info(
                "Addresses of payment links %s read by user %s.",
                list(addresses),
                self.env.uid,
            )

    def _compute_address_placeholder(self):
        for link in self:
            link.address_placeholder = placeholder(link.id) if link.id else ""

    @api.model
    @api.private
    def _problem(self):
        """Return why no link works here, in the user's words; '' if they do."""
        parameters = self.env["ir.config_parameter"].sudo()
        if str2bool(parameters.get_param("database.is_neutralized"), False):
            return self.env._(
                "This database is a neutralised copy: its payment links do not work."
            )
        return self.env["receivables.secret"]._problem()

    def _token_keys(self):
        """Return the keys of this database's tokens, by version of the secret."""
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return self.env["receivables.secret"]._keys(f"payment_link:{uuid}")

    @api.private
    def _addresses(self):
        """Return {id: full address} of those links whose address works."""
        live = self.filtered(lambda link: link.id and link.state in LIVE_STATES)
        if not live or self._problem():
            return {}
        keys = self._token_keys()
        # The address asks for no more than a right to read the link.
        return {
            link.id: link.get_base_url()
            + "/pay/"
            + make_token(keys, link.id, link.generation)
            for link in live.sudo()
        }

    @api.model
    @api.private
    def _put_in_addresses(self, text, writers):
        """Return a message's text with addresses where its placeholders stood.

        Anybody can type a placeholder; nobody learns by it an address that they may not
        read: such a text, and one that is no placeholder of ours, stays as it is.

        :param text: HTML or plain, as it is about to leave.
        :param writers: the users who wrote it.
        :raises UserError: an address does not work, so that no message leaves with a
            hole in it.
        """
        try:
            links = self.sudo().browse(find_link_ids(text)).exists()
        except UnknownPlaceholder:
            return text
        if not links or not all(
            writer._is_superuser() or links.with_user(writer).has_access("read")
            for writer in writers
        ):
            return text
        if problem := self._problem():
            raise UserError(problem)
        try:
            return type(text)(put_in_addresses(text, links._addresses()))
        except UnknownPlaceholder as error:
            raise UserError(
                self.env._(
                    "This message asks for payment links that do not work (any more):"
                    " %(links)s. Make new ones and write it again.",
                    links=", ".join(error.names),
                )
            ) from error

    @api.model
    @api.private
    def _find_by_token(self, token):
        """Return (link, whether its address is in force) for the text in an address.

        The link is empty for a text that is no token of this database. Superuser mode:
        the token is the visitor's right.
        """
        nothing = self.sudo().browse()
        if self._problem():
            return nothing, False
        try:
            claim = read_token(self._token_keys(), token)
        except TokenRefused as error:
            _logger.info("A payment link's address was refused: %s.", error.reason)
            return nothing, False
        link = nothing.browse(claim.link_id).exists()
        if not link:
            return nothing, False
        is_current = claim.generation == link.generation
        return link, is_current and link._ledger_state() in LIVE_STATES

    def action_show_address(self):
        """Show the address, to be copied by hand; kept in the link's history."""
        self.ensure_one()
        self.check_access("read")
        if problem := self._problem():
            raise UserError(problem)
        if self.state not in LIVE_STATES:
            raise UserError(
                self.env._(
                    "%(link)s is %(state)s: its address does not work.",
                    link=self.name,
                    state=self._state_label(),
                )
            )
        # A note about what this very user does, whatever they may write themselves.
        self.sudo()._message_log(
            body=self.env._("Address shown to %(user)s.", user=self.env.user.name)
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment link"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [
                (
                    self.env.ref("payment_links.payment_link_view_form_address").id,
                    "form",
                )
            ],
            "target": "new",
        }

    def action_send(self):
        """Open the message composer with the link's own template."""
        self.ensure_one()
        if problem := self._problem():
            raise UserError(problem)
        template = self.env.ref(
            "payment_links.mail_template_payment_link", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send payment link"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id if template else False,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "default_partner_ids": self._recipients().ids,
            },
        }

    def _recipients(self):
        """Return whom to write to: the contact for invoices, else the customer."""
        self.ensure_one()
        contact = self.partner_id.address_get(["invoice"])["invoice"]
        return self.env["res.partner"].browse(contact) or self.partner_id
