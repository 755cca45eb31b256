"""The only place where real things are chosen and put together; everything else is handed what it needs."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from pydantic_settings import BaseSettings

from channels.contract import Channel, Deployment, Door, MediaLocator, Replier, Source, load
from channels.registry import BY_NAME, CHANNELS
from channels.throttle import Throttle
from classifiers.contract import Classifier, Text
from gateway import environment
from gateway.folder import private
from gateway.secrets import secret_of
from gateway.settings import GatewaySettings
from gateway.topics import Wanted, wanted
from schemas.assessment import Assessment
from schemas.errors import Misconfigured
from schemas.names import ChannelName
from workers.fetch.settings import FetchSettings
from workers.letters.settings import LettersSettings
from workers.letters.unset import Unset
from workers.normalise.outcomes import Outcomes
from workers.normalise.stage import Normalise
from workers.overflow.settings import OverflowSettings
from workers.overflow.stage import Overflow
from workers.relate.settings import RelateSettings
from workers.runtime.contract import Stage
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster
from workers.triage.cases import House
from workers.triage.route.rules import DEFAULT_FILE, Rules
from workers.triage.route.rules import load as load_rules

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Late:
    """A classifier that is loaded when it is first asked: where triage only steps, that is never."""

    loaded: Callable[[], Classifier]

    @property
    def pack(self) -> str:
        """The pack's name."""
        return self.loaded().pack

    def assess(self, texts: Iterable[Text]) -> Sequence[Assessment]:
        """As the pack does."""
        return self.loaded().assess(texts)


@dataclass(frozen=True)
class Parts:
    """Everything of one process, made on first use from one set of settings."""

    settings: GatewaySettings

    @cached_property
    def cluster(self) -> Cluster:
        """The Kafka cluster; raises Misconfigured when none is named."""
        settings = self.settings
        if not settings.kafka_bootstrap:
            raise Misconfigured(
                "GATEWAY_KAFKA_BOOTSTRAP", "names no cluster; `gateway up` starts one of its own"
            )
        password = settings.kafka_sasl_password
        return Cluster(
            bootstrap=settings.kafka_bootstrap,
            security_protocol=settings.kafka_security_protocol,
            sasl_mechanism=settings.kafka_sasl_mechanism,
            sasl_username=settings.kafka_sasl_username,
            sasl_password=password.get_secret_value() if password else None,
            ca_file=settings.kafka_ca_file,
            topic_prefix=settings.topic_prefix,
        )

    @cached_property
    def secret(self) -> bytes:
        """Keys identity; see gateway.secrets."""
        return secret_of(self.settings)

    @cached_property
    def deployment(self) -> Deployment:
        """What channels know of the house."""
        settings = self.settings
        return Deployment(
            settings.own_url, settings.organisation, self.secret, folder=settings.data_dir / "channels"
        )

    @cached_property
    def rules(self) -> Rules:
        """The routing rules; raises Misconfigured with file and line."""
        return load_rules(self.settings.routes or DEFAULT_FILE)

    @cached_property
    def blobs(self) -> BlobStore:
        """The content-addressed store."""
        return BlobStore(self.settings.blobs)

    @cached_property
    def classifier(self) -> Classifier:
        """The configured pack; loading it imports spaCy."""
        from classifiers.registry import load as load_pack

        return load_pack(self.settings.pack, self.settings.pack_dir)

    def topics(self) -> list[Wanted]:
        """Every topic of this deployment."""
        return wanted(self.settings, self.rules)

    def channel_settings(self, channel: Channel) -> Any:
        """The settings of one channel; raises Misconfigured."""
        cls: type[BaseSettings] = load(channel.settings)
        return environment.read(cls)

    def enabled(self) -> list[Channel]:
        """The channels that have what they need to run."""
        return [channel for channel in CHANNELS if self.channel_settings(channel).enabled]

    def doors(self) -> Mapping[ChannelName, Door]:
        """The push entrances of the enabled channels."""
        return {
            channel.name: load(channel.door)(self.channel_settings(channel), self.deployment)
            for channel in self.enabled()
            if channel.door
        }

    def sources(self) -> Sequence[tuple[Channel, Source]]:
        """The pull entrances of the enabled channels, one for each account."""
        return [
            (channel, source)
            for channel in self.enabled()
            if channel.sources
            for source in load(channel.sources)(self.channel_settings(channel), self.deployment)
        ]

    def repliers(self) -> Mapping[ChannelName, Replier]:
        """The ways out of the enabled channels; call it in the running event loop.

        A channel that cannot answer as it is set holds back its own letters and nobody else's (`Unset`).
        """
        return {channel.name: self._replier(channel) for channel in self.enabled() if channel.replier}

    def _replier(self, channel: Channel) -> Replier:
        try:
            made: Replier = load(channel.replier)(self.channel_settings(channel), self.deployment)
        except Misconfigured as error:
            _log.error("letters by %s wait: %s", channel.name, error)
            return Unset(error)
        return made

    def stage(self, name: str) -> Stage:
        """One stage of the transactional runtime by its name; raises Misconfigured for another one."""
        if name == "normalise":
            most = environment.read(OverflowSettings).per_person_minute
            return Normalise(BY_NAME, self.blobs, self.secret, share=Throttle(most, 60 / most))
        if name == "overflow":
            return Overflow()
        if name == "outcomes":
            return Outcomes(self.secret)
        if name == "triage":
            from workers.triage.stage import Triage

            scans = bool(environment.read(FetchSettings).clamd)
            return Triage(Late(lambda: self.classifier), House(self.rules, self.secret, scans))
        if name == "letters":
            return self._letters()
        if name == "fetch":
            return self._fetch()
        if name == "relate":
            return self._relate()
        raise Misconfigured("STAGE", f"there is no stage {name!r}")

    def _letters(self) -> Stage:
        from workers.letters.build import build_letters_stage

        settings = environment.read(LettersSettings)
        return build_letters_stage(
            settings, self.deployment, BY_NAME, self.repliers(), lambda: datetime.now(UTC)
        )

    def _relate(self) -> Stage:
        from workers.relate.stage import Relate
        from workers.relate.window import Windows

        settings = environment.read(RelateSettings)
        return Relate(Windows(settings.window), settings.least_likeness)

    def _fetch(self) -> Stage:
        from workers.fetch.build import build_fetch_stage

        locators: dict[ChannelName, MediaLocator] = {
            channel.name: load(channel.media)(self.channel_settings(channel), self.deployment)
            for channel in self.enabled()
            if channel.media
        }
        settings = environment.read(FetchSettings)
        return build_fetch_stage(settings, self.blobs, locators, lambda: datetime.now(UTC))


def assemble() -> Parts:
    """Read the settings once and for all; raises Misconfigured naming the one that is wrong."""
    environment.apply()
    private()
    return Parts(environment.read(GatewaySettings))
