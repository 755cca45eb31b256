"""What an organisation sets: `GATEWAY_…`. Names carry their unit; every default works on one machine."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewaySettings(BaseSettings):
    """The house's own settings; each channel has its own under `CHANNEL_<NAME>_`."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder for everything that must survive a restart.")
    settings_file: Path | None = Field(
        None, description="A file with NAME=value lines; the environment wins."
    )
    instance: str = Field("local", pattern=r"^[A-Za-z0-9_]+$", description="Stable name of this instance.")
    organisation: str = Field("Your organisation", description="How letters and pages call you.")
    secret: SecretStr | None = Field(
        None, description="Keys references and person keys; made once in the data folder when not set."
    )

    http_host: str = Field("127.0.0.1", description="Address the pages and webhooks listen on.")
    http_port: int = Field(
        8080, ge=0, le=65535, description="Port of pages and webhooks; 0 picks a free one."
    )
    public_url: str = Field("", description="How the outside reaches us; signatures are checked against it.")
    metrics_host: str = Field("127.0.0.1", description="Address the monitor's /metrics listens on.")
    metrics_port: int = Field(
        0, ge=0, le=65535, description="Port of the monitor's /metrics; 0 picks a free one and remembers it."
    )
    operator_token: SecretStr | None = Field(None, description="Opens /console from beyond this machine.")
    body_limit_bytes: int = Field(30 * 1024 * 1024, ge=1024, description="Largest request taken in.")
    trusted_proxies: list[str] = Field(
        default_factory=list,
        description="Addresses and networks (10.0.0.0/24) of your proxies: their X-Forwarded-For tells who asks.",
    )
    connections_per_address: int = Field(
        256, ge=1, description="Open at once from one address (IPv6: one /64); your proxies are not counted."
    )

    kafka_bootstrap: str = Field("", description="An existing cluster, host:port,…; empty: `up` starts one.")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    kafka_sasl_username: str | None = None
    kafka_sasl_password: SecretStr | None = None
    kafka_ca_file: Path | None = Field(None, description="Certificates that sign the brokers'.")
    topic_prefix: str = Field("", description="Before every topic, group and transactional id.")
    partitions: int = Field(
        3, ge=1, le=1000, description="Of every topic; set once, before the first record."
    )
    replication: int = Field(1, ge=1, le=9, description="Copies of every topic; 3 in production.")

    pack: str = Field("general", description="Classifier pack: general, finance, …")
    pack_dir: Path | None = Field(None, description="Folder of a pack of your own (`gateway train`).")
    routes: Path | None = Field(None, description="Routing rules (YAML); the built-in ones when not set.")
    database_url: str = Field("", description="Case view; SQLite in the data folder when not set.")
    spool: bool = Field(True, description="Keep pushed complaints on disk while Kafka is away.")
    spool_limit_bytes: int = Field(512 * 1024 * 1024, ge=0, description="Most the spool may hold.")
    blob_dir: Path | None = Field(None, description="Large things; must be shared when roles run on hosts.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def blobs(self) -> Path:
        """Where large things are kept."""
        return self.blob_dir or self.data_dir / "blobs"

    @property
    def view_url(self) -> str:
        """SQLAlchemy's address of the case view."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'view.sqlite').resolve()}"

    @property
    def own_url(self) -> str:
        """The public address without a trailing slash."""
        return (self.public_url or f"http://{self.http_host}:{self.http_port}").rstrip("/")
