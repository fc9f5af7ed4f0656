from . import account_move_line
from . import account_payment
from . import ir_mail_server
from . import receivables_sample
from . import receivables_secret
from . import res_company
from . import res_config_settings
