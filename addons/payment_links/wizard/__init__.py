from . import payment_link_revoke
