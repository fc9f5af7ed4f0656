from . import test_access
from . import test_create_applied
from . import test_log_filter
from . import test_mail_server
from . import test_open_items
from . import test_same_money
from . import test_sample
from . import test_secret
