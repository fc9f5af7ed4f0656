from . import portal_policy
