"""Settings: the only reader of the environment and of the user's configuration file.

Order: option of the command line, then ``HEADRACE_*`` in the environment, then
``config.toml`` in the configuration directory, then the default.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from headrace.errors import ConfigError
from headrace.model.plan import Pace
from headrace.model.proxy import Proxy, parse_proxy
from headrace.model.refresh import Refresh, parse_refresh

_DURATION = re.compile(r"(\d+)\s*([smhd]?)")
#: Settings whose value no message repeats.
_SECRETS = {"api_hash", "database", "proxy", "token"}
_UNIT_S = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def config_directory() -> Path:
    """Where accounts and ``config.toml`` lie: ``HEADRACE_CONFIG``, or the user's own place."""
    named = os.environ.get("HEADRACE_CONFIG")
    if named:
        return Path(named).expanduser()
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "headrace"


class Settings(BaseSettings):
    """Every setting, its default, and what it means."""

    model_config = SettingsConfigDict(env_prefix="HEADRACE_", extra="ignore", frozen=True)
    config: Path = Field(default_factory=config_directory, description="configuration directory")
    archive: Path = Field(Path("~/headrace"), description="folder of the archive")
    database: SecretStr | None = Field(
        None, description="PostgreSQL URL for the rows of a new archive"
    )
    account: str = Field("default", description="name of the account to read with")
    server: str = Field("", description="another Telegram server, HOST:PORT")
    dc: int = Field(2, ge=1, le=5000, description="data centre of that server")
    public_key: Path | None = Field(None, description="file with that server's RSA public key")
    session: Path | None = Field(None, description="session file to use instead of an account")
    api_id: int | None = Field(None, description="application id from my.telegram.org")
    api_hash: SecretStr | None = Field(None, description="application hash from my.telegram.org")
    proxy: SecretStr | None = Field(
        None, description="socks5://USER:PASSWORD@HOST:PORT, mtproxy://SECRET@HOST:PORT or its link"
    )
    pace: Pace = Field(Pace.NORMAL, description="gentle, normal or fast")
    media: str = Field("all", description="files that imports fetch: all, none, or kinds of files")
    max_size: str = Field("", description="larger files are left, as 100MB")
    protected: str = Field("", description="skip, text or all, where the owner restricts saving")
    comments: Literal["all", "none"] = Field("all", description="whether comments are read")
    comments_limit: int | None = Field(
        None, ge=1, description="only the newest N comments of each post"
    )
    whole_group: bool = Field(
        False, description="keep all messages of discussion groups, not only comments"
    )
    include_system_messages: bool = Field(
        False, description="show service messages, where nothing else is asked for"
    )
    include_reposts: bool = Field(True, description="show reposts")
    include_polls: bool = Field(True, description="show polls")
    refresh: str = Field(
        "7d", description="stored posts that imports look at again: 7d, 12h, all or none"
    )
    max_wait: float = Field(900, description="longest pause that is waited for, as 15m")
    call_timeout: float = Field(60, gt=0, description="seconds until a call is asked again")
    host: str = Field("127.0.0.1", description="address that the site listens on")
    port: int = Field(8350, ge=0, le=65535, description="port of the site; the next free one")
    host_names: str = Field("", description="more names that the site answers to, with commas")
    token: SecretStr | None = Field(
        None, description="token of the site; without it one is made and kept in web/token"
    )
    resume_jobs: bool = Field(
        False, description="imports that a server left unfinished go on when it is back"
    )
    log_level: str = Field("WARNING", description="DEBUG, INFO, WARNING or ERROR")

    _toml: ClassVar[Path | None] = None

    @property
    def database_url(self) -> str | None:
        """Where a new archive's rows go, if not into its folder."""
        return self.database.get_secret_value() if self.database else None

    @property
    def looks_again(self) -> Refresh:
        """Which stored messages imports look at again."""
        return parse_refresh(self.refresh)

    @property
    def way(self) -> Proxy | None:
        """The proxy through which every connection to Telegram goes."""
        return parse_proxy(self.proxy.get_secret_value()) if self.proxy else None

    @field_validator("archive", "config", "session", "public_key", mode="after")
    @classmethod
    def _expand(cls, path: Path | None) -> Path | None:
        return path.expanduser() if path else path

    @field_validator("max_wait", mode="before")
    @classmethod
    def _seconds(cls, value: Any) -> Any:
        return duration_s(value) if isinstance(value, str) else value

    @field_validator("refresh", mode="after")
    @classmethod
    def _refresh(cls, value: str) -> str:
        parse_refresh(value)
        return value

    @field_validator("log_level", mode="after")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("use DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("server", mode="after")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not (host and port.isdigit()):
            raise ValueError("a server is written HOST:PORT")
        return value

    @field_validator("proxy", mode="after")
    @classmethod
    def _proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        parse_proxy(value.get_secret_value())
        return value

    @field_validator("account", mode="after")
    @classmethod
    def _account(cls, value: str) -> str:
        if not re.fullmatch(r"[\w.-]{1,64}", value) or value.startswith("."):
            raise ValueError("an account name has letters, digits, '-', '_' and '.'")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options, then the environment, then the file; no .env and no secrets folder."""
        del dotenv_settings, file_secret_settings
        file = TomlConfigSettingsSource(settings_cls, config_directory() / "config.toml")
        return init_settings, env_settings, file


def load(options: dict[str, Any]) -> Settings:
    """Settings with the given command line options on top (those that are None are not given).

    Raises:
        ConfigError: a value does not fit; names the setting.
    """
    try:
        return Settings(**{k: v for k, v in options.items() if v is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        reason = first["msg"].removeprefix("Value error, ")
        shown = "" if name in _SECRETS else f" ({first.get('input')!r})"
        raise ConfigError(
            f"The setting {name}{shown} does not fit: {reason}.",
            hint=f"Give it as --{name.replace('_', '-')}, HEADRACE_{name.upper()}, "
            f"or in {config_directory() / 'config.toml'}.",
        ) from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{config_directory() / 'config.toml'} cannot be read: {error}") from None


def duration_s(text: str) -> float:
    """``90``, ``15m``, ``2h``, ``30d`` in seconds.

    Raises:
        ValueError: not of that form.
    """
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError("use seconds, or a number with s, m, h or d, as 15m")
    return int(match[1]) * _UNIT_S[match[2]]
