from . import models
from .hooks import uninstall_hook
from .log_filter import install as post_load
