"""Give a copied database its own identity and secrets."""

env["ir.config_parameter"].init(force=True)
env.cr.commit()
