from . import invoice_payment
from . import payment_link
from . import payment_receipt
