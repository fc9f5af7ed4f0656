"""Load the sample company into the database's own company."""

env.company._receivables_load_sample()
env.cr.commit()
