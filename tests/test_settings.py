import pytest
from paperhouse.settings import REPO, SettingInvalid, load_settings


def test_relative_data_folder_is_relative_to_the_repository(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERHOUSE_DATA_DIR", "elsewhere")
    assert load_settings().data_dir == REPO / "elsewhere"


def test_hosts_have_their_own_pace_and_loopback_none(monkeypatch):
    settings = load_settings()
    assert settings.interval_for("https://huggingface.co/api/daily_papers") == 0.6
    assert settings.interval_for("https://arxiv.org/html/2512.20557") == 15
    assert settings.interval_for("http://127.0.0.1:8642/api/daily_papers") == 0
    monkeypatch.setenv("PAPERHOUSE_REQUEST_INTERVALS", "127.0.0.1=0.25, huggingface.co=2")
    settings = load_settings()
    assert settings.interval_for("http://127.0.0.1:8642/") == 0.25
    assert settings.interval_for("https://huggingface.co/") == 2


@pytest.mark.parametrize("text", ["huggingface.co", "huggingface.co=fast", "huggingface.co=-1", "=1"])
def test_broken_interval_shows_the_right_form(monkeypatch, text):
    monkeypatch.setenv("PAPERHOUSE_REQUEST_INTERVALS", text)
    with pytest.raises(SettingInvalid, match=r"host=seconds.*huggingface\.co=0\.6"):
        load_settings()


def test_broken_address_is_named(monkeypatch):
    monkeypatch.setenv("PAPERHOUSE_HF_URL", "huggingface.co")
    with pytest.raises(SettingInvalid, match=r"PAPERHOUSE_HF_URL='huggingface\.co' is not a web address"):
        load_settings()


def test_token_is_not_shown(monkeypatch):
    monkeypatch.setenv("PAPERHOUSE_HF_TOKEN", "hf_secret")
    settings = load_settings()
    assert settings.hf_token == "hf_secret"
    assert "hf_secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PAPERHOUSE_TARGET", "cloud", "write local or lake"),
        ("PAPERHOUSE_TARGET", "lake", "PAPERHOUSE_LAKE_CATALOG and PAPERHOUSE_LAKE_DATA"),
        ("PAPERHOUSE_LAKE_CATALOG", "mysql://user:opensesame@host/name", "postgresql://user:password@host/name"),
        ("PAPERHOUSE_LAKE_DATA", "gs://bucket", "s3://bucket/prefix"),
        ("PAPERHOUSE_LANDING", "s3://", "s3://bucket/prefix"),
        ("PAPERHOUSE_LANDING", "s3://key:opensesame@bucket", "s3://bucket/prefix"),
        ("PAPERHOUSE_LANDING", "https://example.org/landing", "s3://bucket/prefix"),
    ],
)
def test_place_that_cannot_be_meant_is_named_with_its_form(monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingInvalid, match=rf"{name}.*{words}") as refused:
        load_settings()
    assert "opensesame" not in str(refused.value)


def test_places_of_several_hosts_and_a_catalog_that_is_not_shown(monkeypatch, tmp_path):
    for name, value in {
        "TARGET": "lake",
        "LAKE_CATALOG": "postgresql://paperhouse:opensesame@host/name",
        "LAKE_DATA": "s3://bucket/lake/",
        "LANDING": str(tmp_path / "landing"),
    }.items():
        monkeypatch.setenv(f"PAPERHOUSE_{name}", value)
    settings = load_settings()
    assert (settings.target, settings.lake_data) == ("lake", "s3://bucket/lake")
    assert settings.landing_dir == tmp_path / "landing"
    assert settings.readings_dir == tmp_path / "landing" / "readings"
    assert "opensesame" not in repr(settings) + settings.mask("cannot reach postgresql://paperhouse:opensesame@host")
    monkeypatch.setenv("PAPERHOUSE_LANDING", "shared")
    assert load_settings().landing_dir == REPO / "shared"


def test_one_machine_lands_among_its_data(monkeypatch, tmp_path):
    monkeypatch.setenv("PAPERHOUSE_LANDING", "")
    settings = load_settings()
    assert (settings.target, settings.landing_dir) == ("local", settings.data_dir / "landing")
