import base64
import stat

from cobranza.secret_file import secret_file, set_up


def test_secret_is_made_once_and_for_its_owner_only(settings):
    settings.home.mkdir()

    set_up(settings)
    first = secret_file(settings).read_text()
    set_up(settings)

    version, _, secret = first.strip().partition(":")
    assert version == "1"
    assert len(base64.b64decode(secret)) == 32
    assert secret_file(settings).read_text() == first
    assert stat.S_IMODE(secret_file(settings).stat().st_mode) == 0o600


def test_a_file_of_your_own_is_used_as_it_is(settings, tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.write_text("7:mine")
    monkeypatch.setenv("COBRANZA_SECRET_FILE", str(own))

    set_up(settings)

    assert secret_file(settings) == own
    assert own.read_text() == "7:mine"
