"""hub.config: what is right is read, what is wrong is said in one line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hub.config import Config, ConfigError, load

SOURCE = '[sources.abc]\ntitle = "A"\nconnector = "csv"\nurl = "%s"'


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return path


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    config = load(write(tmp_path, '[store]\nurl = "sqlite:///var/x.db"'), {})
    assert config.store_url == f"sqlite:///{tmp_path}/var/x.db"
    assert config.archive_path == tmp_path / "var/archive"


def test_a_source_has_the_defaults_of_the_contract(tmp_path: Path) -> None:
    text = '[sources.abc]\ntitle = "A"\nconnector = "csv"\nurl = "a.csv"'
    source = load(write(tmp_path, text), {}).sources["abc"]
    assert (source.floor, source.max_drop, source.enabled, source.schedule) == (1, 0.2, True, "daily")


def test_the_environment_beats_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "[server]\nport = 1")
    environ = {
        "HUB_SERVER__PORT": "8001",
        "HUB_NETWORK__ALLOW": '["127.0.0.0/8"]',
        "HUB_STORE__URL": "postgresql://u@h/d",
    }
    config = load(path, environ)
    assert config.server.port == 8001
    assert config.network.allow == ["127.0.0.0/8"]
    assert config.store_url == "postgresql://u@h/d"


def test_a_number_in_the_environment_is_a_text_where_a_text_belongs(tmp_path: Path) -> None:
    path = write(tmp_path, SOURCE % "a.csv" + "\n[sources.abc.options]\nsheet = 1")
    environ = {
        "HUB_SOURCES__ABC__STATE": "30",
        "HUB_SOURCES__ABC__TITLE": "true",
        "HUB_SOURCES__ABC__FLOOR": "3",
        "HUB_SOURCES__ABC__ENABLED": "false",
        "HUB_SOURCES__ABC__MAX_DROP": "0.5",
        "HUB_SOURCES__ABC__OPTIONS__SHEET": "2",
        "HUB_HUB__TITLE": '"2030"',
    }
    config = load(path, environ)
    source = config.sources["abc"]
    assert (source.state, source.title, source.floor, source.enabled) == ("30", "true", 3, False)
    assert (source.max_drop, source.options, config.hub.title) == (0.5, {"sheet": 2}, "2030")


def test_the_variable_that_names_the_file_is_no_setting(tmp_path: Path) -> None:
    assert isinstance(load(write(tmp_path, ""), {"HUB_CONFIG": "elsewhere.toml"}), Config)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[server]\nprot = 1", ["server.prot", '"port"']),
        ("[server]\nport = 70000", ["server.port", "65535"]),
        ('[harvest]\nstale_after = "soon"', ["harvest.stale_after", "30d"]),
        ('[network]\nallow = ["home"]', ["network.allow", "home"]),
        ('[server]\npublic_url = "hub.example.org"', ["server.public_url", "http or https"]),
        ('[server]\ncors = ["example.org"]', ["server.cors.0", "https://example.org"]),
        ('[server]\ncors = ["https://example.org/"]', ["server.cors.0", "without a path"]),
        (SOURCE % "htp:/datos.mx", ["sources.abc.url", '"htp" is not read']),
        (SOURCE % "http://[::1/a.csv", ["sources.abc.url", "whole address"]),
        (SOURCE % "https:///a.csv", ["sources.abc.url", "whole address"]),
        (SOURCE % "https://datos.mx:99999/a.csv", ["sources.abc.url", "whole address"]),
        ("[sources.x]\ntitle = 1", ["sources.x", "3 to 64"]),
        ("[sources.abc]\ntitle = 'A'\nurl = 'a'", ["sources.abc.connector", "required"]),
        (
            "[sources.abc]\ntitle='A'\nurl='a'\nconnector='csv'\nschdule='daily'",
            ["sources.abc.schdule", '"schedule"'],
        ),
        (
            "[sources.abc]\ntitle='A'\nurl='a'\nconnector='csv'\nschedule='often'",
            ["sources.abc.schedule", "five cron"],
        ),
        ("[sources.abc]\ntitle='A'\nurl='ftp://a.mx/b'\nconnector='csv'", ["sources.abc.url", "ftp", "https"]),
        ("sources = 3", ["sources", "table per source"]),
        ("a = [", ["TOML"]),
        ("[serve]\n", ["serve", '"server"']),
        ('[server]\nrate_limit = "viel"', ["server.rate_limit", "1200/minute"]),
        ('[server]\npreview_rate_limit = ""', ["server.preview_rate_limit", "1200/minute"]),
        ("[server]\nport = true", ["server.port", "not true or false"]),
        ('[server]\nhost = ""', ["server.host", "must not be empty"]),
        ('[store]\narchive = " "', ["store.archive", "must not be empty"]),
        ('[store]\nurl = "sqlite:///:memory:"', ["store.url", "names no file", "sqlite:///var/hub.db"]),
        ('[store]\nurl = "sqlite:///"', ["store.url", "names no file"]),
        ("[network]\ntimeout = inf", ["network.timeout", "finite"]),
        ("[harvest]\npace = nan", ["harvest.pace", "finite"]),
        ('[harvest]\ngrace = "99999999999999d"', ["harvest.grace", "at most", "36500d"]),
        ("[harvest]\ngrace = true", ["harvest.grace", "30d"]),
        ('[sources.abc]\ntitle = ""\nconnector = "csv"\nurl = "a.csv"', ["sources.abc.title", "must not be empty"]),
    ],
)
def test_a_mistake_is_one_line_that_names_the_key(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, text), {})
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_a_missing_file_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--config"):
        load(tmp_path / "none.toml", {})


def test_durations_are_read_in_every_unit(tmp_path: Path) -> None:
    config = load(write(tmp_path, '[harvest]\nstale_after = "2w"\ngrace = 30'), {})
    assert config.harvest.stale_after == timedelta(weeks=2)
    assert config.harvest.grace == timedelta(seconds=30)


def test_a_folder_in_place_of_the_file_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Is a directory.*--config"):
        load(tmp_path, {})
