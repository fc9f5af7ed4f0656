"""Every sentence that the import of CFDI can say to a bookkeeper, by its code.

Codes are stable: models translate by code, tests and stored reasons compare them.
Each sentence says what is wrong, which value, and what to do; values come by name.
"""

from collections.abc import Mapping


# The function below is a mark, not Odoo's: this layer knows no Odoo.
# pylint: disable=prefer-env-translation
def _(sentence: str) -> str:
    """Mark a sentence for the translators; models translate it when it is shown."""
    return sentence


ARCHIVE = {
    "archive_damaged": _("%(file)s is a damaged or incomplete ZIP. Download it again."),
    "archive_empty": _("%(file)s holds no files. Check that it is the right ZIP."),
    "archive_encrypted": _(
        "%(file)s is protected by a password. Send it without a password."
    ),
    "archive_ignored": _("%(file)s is not an XML, so it was left out."),
    "archive_method": _(
        "%(file)s is compressed in a way that is not read here. Make the ZIP again with"
        " the usual compression (deflate)."
    ),
    "archive_nested": _(
        "%(file)s is a ZIP inside a ZIP. Unpack it and send the inner file by itself."
    ),
    "archive_not_zip": _(
        "%(file)s is called ZIP, but it is none. Check that the download finished."
    ),
    "archive_overlap": _(
        "The files inside %(file)s lie on top of each other, as in a ZIP bomb. Nothing"
        " was read; ask whoever sent it for another one."
    ),
    "archive_ratio": _(
        "%(file)s unpacks to more than %(limit)s times its size, as in a ZIP bomb, so"
        " it was not read."
    ),
    "archive_too_many": _(
        "%(file)s holds more than %(limit)s files. Split it into smaller ones."
    ),
    "archive_too_big": _(
        "%(file)s unpacks to more than %(limit)s bytes in all. The rest was not read;"
        " split it into smaller ones."
    ),
    "file_too_big": _(
        "%(file)s is larger than %(limit)s bytes, too much for a CFDI. Check that it"
        " is the right file."
    ),
}

XML = {
    "xml_dtd": _(
        "The file declares a document type (DTD). A CFDI never does, and it can be used"
        " to attack the reader, so the file was not read."
    ),
    "xml_empty": _("The file is empty. Download the XML again."),
    "xml_encoding": _(
        "The file says that its text is %(encoding)s, but a CFDI is UTF-8. Ask the"
        " issuer for the original XML."
    ),
    "xml_encoding_broken": _(
        "Line %(line)s holds characters that are not in the encoding that the file"
        " declares; it was changed after it was stamped. Ask for the original XML."
    ),
    "xml_malformed": _(
        "The XML is incomplete or damaged at line %(line)s (%(detail)s). Download it"
        " again."
    ),
    "xml_too_big": _(
        "The XML is larger than %(limit)s bytes, too much for a CFDI. Check that it is"
        " the right file."
    ),
    "xml_too_complex": _(
        "The XML has more than %(limit)s elements and attributes, too much for a CFDI."
        " Check that it is the right file."
    ),
    "xml_too_deep": _(
        "At line %(line)s the XML is nested deeper than a CFDI ever is, so it was not"
        " read."
    ),
}

CFDI = {
    "cfdi_acknowledgement": _(
        "This is an acknowledgement of a cancellation, not a CFDI. Import the CFDI"
        " itself; its state is asked from SAT."
    ),
    "cfdi_not": _(
        "The XML is no CFDI: its first element is %(element)s. Import the XML that the"
        " PAC or SAT gave."
    ),
    "cfdi_retention": _(
        "This is a certificate of withholdings (CFDI de retenciones), which is no"
        " invoice and no payment. Keep it with the tax papers."
    ),
    "cfdi_type": _(
        "TipoDeComprobante is %(value)s, but it is one of I, E, P, N, T. Ask the issuer"
        " for a correct CFDI."
    ),
    "cfdi_unstamped": _(
        "The CFDI %(document)s has no stamp (TimbreFiscalDigital), so it has no fiscal"
        " effect. Import the stamped XML."
    ),
    "cfdi_stamped_twice": _(
        "The CFDI holds %(count)s stamps (TimbreFiscalDigital): %(uuids)s. It has to"
        " have one; ask the issuer for the original XML."
    ),
    "cfdi_version": _(
        "The CFDI's version is %(version)s; 3.3 and 4.0 are read. Enter the invoice"
        " by hand."
    ),
    "element_foreign": _(
        "%(element)s holds %(child)s, which SAT's schema does not know there. Ask the"
        " issuer for a correct CFDI."
    ),
    "element_missing": _(
        "%(element)s has no %(child)s, which a CFDI must have. Ask the issuer for a"
        " correct CFDI."
    ),
    "element_repeated": _(
        "%(element)s has more than one %(child)s. Ask the issuer for a correct CFDI."
    ),
    "payments_missing": _(
        "The CFDI is of type P, but it holds no payment complement. Ask the issuer for"
        " a correct CFDI."
    ),
    "payments_version": _(
        "The payment complement's version is %(version)s; 1.0 and 2.0 are read. Enter"
        " the payment by hand."
    ),
    "payments_unexpected": _(
        "The CFDI is of type %(type)s, but it holds a payment complement, which only"
        " type P may have. Ask the issuer for a correct CFDI."
    ),
    "value_amount": _(
        "%(attribute)s of %(element)s is %(value)s, which is no amount of a CFDI"
        " (positive, at most 18 digits and 10 decimals). Ask the issuer for a correct"
        " CFDI."
    ),
    "value_date": _(
        "%(attribute)s of %(element)s is %(value)s, which is no date and time like"
        " 2026-01-31T12:00:00. Ask the issuer for a correct CFDI."
    ),
    "value_code": _(
        "%(attribute)s of %(element)s is %(value)s, which is no value that SAT's"
        " catalogues can have. Ask the issuer for a correct CFDI."
    ),
    "value_missing": _(
        "%(element)s has no %(attribute)s, which a CFDI must have. Ask the issuer for a"
        " correct CFDI."
    ),
    "value_rfc": _(
        "%(attribute)s of %(element)s is %(value)s, which is no RFC (12 or 13"
        " characters). Ask the issuer for a correct CFDI."
    ),
    "value_too_long": _(
        "%(attribute)s of %(element)s has %(length)s characters; at most %(limit)s are"
        " allowed. Ask the issuer for a correct CFDI."
    ),
    "value_uuid": _(
        "%(attribute)s of %(element)s is %(value)s, which is no fiscal folio (UUID)."
        " Ask the issuer for a correct CFDI."
    ),
    "value_zero": _(
        "%(attribute)s of %(element)s is 0, but amounts are divided or multiplied by"
        " it. Ask the issuer for a correct CFDI."
    ),
}

CHECKS = {
    "concept_amount_differs": _(
        "Concept %(position)s: %(quantity)s × %(price)s is not the amount %(stated)s."
    ),
    "concept_discount_exceeds": _(
        "Concept %(position)s: the discount %(discount)s is more than the amount"
        " %(stated)s."
    ),
    "concept_tax_differs": _(
        "Concept %(position)s: %(tax)s on %(base)s is not %(stated)s."
    ),
    "discount_differs": _(
        "The concepts' discounts add up to %(computed)s; Descuento says %(stated)s."
    ),
    "document_tax_differs": _(
        "The concepts' %(tax)s adds up to %(computed)s; the CFDI's summary says"
        " %(stated)s."
    ),
    "exchange_rate_missing": _(
        "The CFDI is in %(currency)s, but it has no exchange rate (TipoCambio)."
    ),
    "exchange_rate_not_one": _(
        "The CFDI is in MXN, but its exchange rate (TipoCambio) is %(rate)s."
    ),
    "local_total_differs": _(
        "The local taxes add up to %(computed)s; the complement's total says"
        " %(stated)s."
    ),
    "method_form_differ": _(
        "The payment method is %(method)s, but the form of payment (FormaPago) is"
        " %(form)s."
    ),
    "payment_amount_exceeded": _(
        "Payment %(position)s is of %(stated)s %(currency)s, but its documents add up"
        " to %(computed)s."
    ),
    "payment_balance_differs": _(
        "Payment %(position)s, document %(uuid)s: %(before)s − %(paid)s is not the"
        " balance %(after)s that it says."
    ),
    "payment_document_repeated": _(
        "Payment %(position)s pays installment %(installment)s of document %(uuid)s"
        " more than once."
    ),
    "payment_equivalence_differs": _(
        "Payment %(position)s, document %(uuid)s: both are in %(currency)s, but the"
        " equivalence is %(rate)s instead of 1."
    ),
    "payment_overpays": _(
        "Payment %(position)s, document %(uuid)s: %(paid)s is paid on a balance of"
        " %(before)s."
    ),
    "payment_rate_missing": _(
        "Payment %(position)s is in %(currency)s, but it has no exchange rate"
        " (TipoCambioP)."
    ),
    "payment_total_not_zero": _(
        "A payment complement has a total of 0, but this one says %(stated)s."
    ),
    "stamped_late": _(
        "The CFDI is dated %(issued)s, but it was stamped on %(stamped)s, more than 72"
        " hours later."
    ),
    "stamped_before_issue": _(
        "The CFDI is dated %(issued)s, but it was already stamped on %(stamped)s."
    ),
    "subtotal_differs": _(
        "The concepts add up to %(computed)s; SubTotal says %(stated)s."
    ),
    "tax_total_differs": _(
        "The taxes add up to %(computed)s; %(attribute)s says %(stated)s."
    ),
    "total_differs": _(
        "Subtotal, discount and taxes give %(computed)s; Total says %(stated)s."
    ),
}

ROLES = {
    "role_issued": _("Issued by the company."),
    "role_not_ours": _(
        "Neither the issuer %(issuer)s nor the receiver %(receiver)s is this company"
        " (%(company)s). Import the file in the company it belongs to."
    ),
    "role_payroll": _(
        "Payroll (type N) is no receivable; it is kept and nothing more."
    ),
    "role_received": _(
        "Issued by %(issuer)s to the company: a purchase, not a receivable; it is kept"
        " and nothing more."
    ),
    "role_self": _(
        "The company issued it to itself: nobody owes anything; it is kept and nothing"
        " more."
    ),
    "role_transfer": _(
        "Goods in transit (type T) are no receivable; it is kept and nothing more."
    ),
}

SCHEMA = {
    "schema_invalid": _(
        "%(path)s does not follow SAT's schema: %(rule)s. Ask the issuer for a correct"
        " CFDI."
    ),
}

LEDGER = {
    "ledger_total_differs": _(
        "The lines and taxes of %(folio)s add up to %(computed)s %(currency)s, but the"
        " CFDI says %(stated)s, so nothing was posted. Ask the issuer for a correct"
        " CFDI."
    ),
    "ledger_payment_exceeded": _(
        "The documents of a payment of %(amount)s %(currency)s add up to %(computed)s,"
        " which is more than was paid, so nothing was posted. Ask the issuer for a"
        " correct CFDI."
    ),
    "ledger_refused": _(
        "%(document)s was not posted: %(error)s Remove the cause and choose Process"
        " again."
    ),
    "ledger_date": _(
        "%(document)s is dated %(date)s, but that period is closed in the ledger."
        " Open it, or enter the document by hand, and choose Process again."
    ),
    "ledger_currency": _(
        "%(document)s is in %(currency)s, which is not active in this database."
        " Activate the currency and choose Process again."
    ),
    "ledger_rate_missing": _(
        "%(document)s is in %(currency)s without an exchange rate (TipoCambio), so its"
        " value in pesos is not known. Ask the issuer for a correct CFDI."
    ),
    "ledger_no_journal": _(
        "%(company)s has no journal of type %(kind)s, so %(document)s was not posted."
        " Create the journal and choose Process again."
    ),
    "ledger_internal": _(
        "%(document)s could not be processed (%(error)s). The log says more; choose"
        " Process again once the cause is removed."
    ),
    "uuid_differs": _(
        "The folio %(uuid)s is already here with other contents (%(document)s). One of"
        " both files was changed: compare them and keep SAT's own."
    ),
    "document_posted": _("Posted as %(document)s."),
    "document_linked": _("It was already in the ledger as %(document)s."),
    "payment_posted": _("%(count)s payments are in the ledger."),
    "credit_open": _(
        "The credit note names no invoice that it belongs to: it is the customer's open"
        " credit."
    ),
    "waits_for_documents": _(
        "Posted. Its application waits for %(uuids)s, which is not here yet; import it"
        " and the rest happens by itself."
    ),
    "waits_for_choice": _(
        "A payment of %(amount)s on %(date)s could be %(payments)s. Open it below and"
        " say which one it is."
    ),
    "applied_in_part": _(
        "Only %(applied)s of %(amount)s fitted on %(document)s, which owed no more: the"
        " rest is the customer's open credit."
    ),
    "related_of_another": _(
        "%(document)s belongs to %(customer)s or is in another currency, so nothing was"
        " applied to it: the money is the customer's open credit. Apply it by hand."
    ),
}

MESSAGES: Mapping[str, str] = ARCHIVE | XML | CFDI | CHECKS | ROLES | SCHEMA | LEDGER


def describe(code: str, values: Mapping[str, object]) -> str:
    """Return the English sentence of a code with its values put in.

    >>> describe("xml_empty", {})
    'The file is empty. Download the XML again.'
    """
    return MESSAGES[code] % values
