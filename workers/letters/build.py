"""Puts the letters stage together: templates are loaded and tried here, before the first record is read."""

from collections.abc import Callable, Mapping
from datetime import datetime

from channels.contract import Channel, Deployment, Replier
from schemas.names import ChannelName
from workers.letters import templates
from workers.letters.outlet import Outlet
from workers.letters.render import Renderer, sample
from workers.letters.settings import LettersSettings
from workers.letters.stage import Letters


def build_letters_stage(
    settings: LettersSettings,
    deployment: Deployment,
    channels: Mapping[ChannelName, Channel],
    repliers: Mapping[ChannelName, Replier],
    clock: Callable[[], datetime],
) -> Letters:
    """The stage for `run_stage`. `channels` tell which shape a letter takes, `repliers` are the ways out.

    `clock` gives the time in UTC. Raises Misconfigured for a template that does not do, with file and line.
    """
    loaded = templates.load(settings.templates_folder, settings.default_language, sample(deployment))
    return Letters(settings, Renderer(deployment, loaded, channels), Outlet(repliers), clock)
