"""Compile what the first screen needs, so that whoever opens it does not wait."""

bundles = env["ir.qweb"]
bundles._get_asset_bundle("web.assets_web", css=False, js=True).js()
for name in ("web.assets_web", "web.assets_web_print"):
    bundles._get_asset_bundle(name, css=True, js=False).css()
env.cr.commit()
