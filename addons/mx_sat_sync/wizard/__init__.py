from . import mx_sat_import
from . import mx_sat_import_file
