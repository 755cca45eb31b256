"""What an organisation sets: `GATEWAY_…`. Names carry their unit; every default works on one machine."""

import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from channels.loopback import is_loopback
from channels.setting_words import Pairs, Words
from gateway.folder import VIEW
from schemas.errors import Misconfigured

if TYPE_CHECKING:
    from sqlalchemy import URL

_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:(\d{1,5}))?")
_NAME = r"^[A-Za-z0-9._-]*$"


class GatewaySettings(BaseSettings):
    """The house's own settings; each channel has its own under `CHANNEL_<NAME>_`."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder for everything that must survive a restart.")
    settings_file: Path | None = Field(
        None, description="A file with NAME=value lines; the environment wins."
    )
    instance: str = Field(
        "",
        pattern=_NAME,
        max_length=150,
        description="Stable name of this instance, different on each host; the host's name when not set.",
    )
    organisation: str = Field("Your organisation", description="How letters and pages call you.")
    default_language: str = Field(
        "en", description="Language of the pages for readers who ask for none that there is: en, de, es."
    )
    outside_bodies: Pairs = Field(
        default_factory=dict,
        description="Where people may turn besides you, for the public page: Ombudsman=https://…, or JSON.",
    )
    secret: SecretStr | None = Field(
        None, description="Keys references and person keys; made once in the data folder when not set."
    )

    http_host: str = Field("127.0.0.1", description="Address the pages and webhooks listen on.")
    http_port: int = Field(
        8080, ge=0, le=65535, description="Port of pages and webhooks; 0 picks a free one."
    )
    public_url: str = Field(
        "",
        description="How the outside reaches us, https://…; signatures are checked against it, letters link to it.",
    )
    metrics_host: str = Field("127.0.0.1", description="Address the monitor's /metrics listens on.")
    metrics_port: int = Field(
        0, ge=0, le=65535, description="Port of the monitor's /metrics; 0 picks a free one and remembers it."
    )
    operator_token: SecretStr | None = Field(
        None,
        description="Opens /console and /metrics, at least 16 characters; closed without one (`up` makes one).",
    )
    operator_name: str = Field(
        "operator", max_length=80, description="Who holds the token: how log and audit call him."
    )
    body_limit_bytes: int = Field(30 * 1024 * 1024, ge=1024, description="Largest request taken in.")
    trusted_proxies: Words = Field(
        default_factory=list,
        description="Addresses and networks (10.0.0.0/24) of your proxies: their X-Forwarded-For tells who asks.",
    )
    connections_per_address: int = Field(
        256, ge=1, description="Open at once from one address (IPv6: one /64); your proxies are not counted."
    )

    kafka_bootstrap: str = Field("", description="An existing cluster, host:port,…; empty: `up` starts one.")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How the cluster is spoken to."
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "PLAIN", description="How user and password are proven, with a SASL protocol."
    )
    kafka_sasl_username: str | None = Field(None, description="The user, with a SASL protocol.")
    kafka_sasl_password: SecretStr | None = Field(None, description="His password.")
    kafka_ca_file: Path | None = Field(None, description="Certificates that sign the brokers'.")
    topic_prefix: str = Field(
        "", pattern=_NAME, max_length=100, description="Before every topic, group and transactional id."
    )
    partitions: int = Field(
        3, ge=1, le=1000, description="Of every topic; set once, before the first record."
    )
    replication: int = Field(1, ge=1, le=9, description="Copies of every topic; 3 in production.")

    missing_blob_seconds: float = Field(
        3600.0, ge=0, description="So long a missing large delivery is waited for, before its dead letter."
    )
    pack: str = Field("general", description="Classifier pack: general, finance, …")
    pack_dir: Path | None = Field(None, description="Folder of a pack of your own (`gateway train`).")
    routes: Path | None = Field(None, description="Routing rules (YAML); the built-in ones when not set.")
    database_url: str = Field("", description="Case view; SQLite in the data folder when not set.")
    spool: bool = Field(
        True,
        description="Keep pushed complaints on disk while Kafka is away; a data folder in memory (tmpfs) keeps none.",
    )
    doors: Words = Field(
        default_factory=list,
        description="Doors on other hosts, as http://host:port; the monitor counts what waits in their spools.",
    )
    spool_limit_bytes: int = Field(512 * 1024 * 1024, ge=0, description="Most the spool may hold.")
    blob_dir: Path | None = Field(
        None, description="Folder of large things; one for all hosts that run roles, else a start is refused."
    )
    blob_dir_is_new: bool = Field(
        False,
        description="After a loss: take the folder of large things for the cluster's, though it had another before.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="What roles write into their logs, and everything above it."
    )

    @field_validator("kafka_bootstrap")
    @classmethod
    def _addresses(cls, value: str) -> str:
        """host:port,… without anything around it; raises ValueError naming the address."""
        addresses = [address.strip() for address in value.split(",") if address.strip()]
        for address in addresses:
            found = _ADDRESS.fullmatch(address)
            if not found or not 0 < int(found.group(3) or "1") < 1 << 16:
                raise ValueError(f"{address!r} is no address; write host:port, as kafka.example.org:9092")
        return ",".join(addresses)

    @field_validator("public_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        """An absolute address of the web; raises ValueError."""
        if not value:
            return value
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good or re.search(r"\s|[?#]", value):
            raise ValueError(f"{value!r} is no web address; write it as https://complaints.example.org")
        return value

    @model_validator(mode="after")
    def _proves_itself(self) -> Self:
        """Raises Misconfigured for a SASL protocol without a user."""
        if self.kafka_security_protocol.startswith("SASL"):
            for name, value in (
                ("USERNAME", self.kafka_sasl_username),
                ("PASSWORD", self.kafka_sasl_password),
            ):
                if not value:
                    protocol = self.kafka_security_protocol
                    raise Misconfigured(f"GATEWAY_KAFKA_SASL_{name}", f"{protocol} needs it; set it")
        return self

    @property
    def own_instance(self) -> str:
        """The stable name of this instance: as set, else the host's."""
        return self.instance or re.sub(r"[^A-Za-z0-9._-]", "_", socket.gethostname())[:150] or "local"

    @property
    def blobs(self) -> Path:
        """Where large things are kept."""
        return self.blob_dir or self.data_dir / "blobs"

    @property
    def view_url(self) -> "str | URL":
        """SQLAlchemy's address of the case view. A folder's name is not pasted into an address: `?` would end it."""
        if self.database_url:
            return self.database_url
        from sqlalchemy import URL

        return URL.create("sqlite", database=str((self.data_dir / VIEW).resolve()))

    @property
    def own_url(self) -> str:
        """The public address without a trailing slash."""
        return (self.public_url or f"http://{self.http_host}:{self.http_port}").rstrip("/")

    def check_exposure(self) -> None:
        """Raises Misconfigured when others can reach us, but under an address that nobody told us."""
        if not self.public_url and not is_loopback(self.http_host):
            raise Misconfigured(
                "GATEWAY_PUBLIC_URL",
                f"set it to the address under which the outside reaches {self.http_host}:{self.http_port}, as "
                "https://complaints.example.org: webhooks are checked against it and letters link to it",
            )
