from . import portal_policy
from . import credit_application
