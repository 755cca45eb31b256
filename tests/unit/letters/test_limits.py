"""A letter fits into its channel, whatever the organisation writes into it, and always says its reference."""

from pathlib import Path

import pytest

from channels.contract import Channel, Deployment
from channels.registry import BY_NAME, CHANNELS
from schemas.message import Address, ReplyRoute
from tests.unit.letters.desk import NOON, REFERENCE, SECRET, due
from workers.letters import templates
from workers.letters.render import Renderer, sample

LIMITED = [channel for channel in CHANNELS if channel.letter_limit]
WORDS = """{% block subject %}{{ reference }}{% endblock %}{% block text %}{{ reference }} {{ words }}{% endblock %}
{% block html %}{{ reference }}{% endblock %}
{% block short %}{{ organisation }}: {{ words }} {{ reference }} {{ status_link }}{% endblock %}"""


def rendered(folder: Path, channel: Channel, words: str, organisation: str = "Example & Sons") -> str:
    for kind in ("information", "decision"):
        path = folder / "en" / f"{kind}.j2"
        path.parent.mkdir(exist_ok=True)
        path.write_text(WORDS)
    house = Deployment("https://complaints.example.org", "Example & Sons", SECRET)
    loaded = templates.load(folder, "en", sample(house))
    renderer = Renderer(Deployment(house.public_url, organisation, SECRET), loaded, BY_NAME)
    route = ReplyRoute(channel=channel.name, address=Address(kind="account", value="1"), visibility="private")
    return renderer.render(due(route, kind="information", words=words), "recipient", NOON).letter.text


@pytest.mark.parametrize("channel", LIMITED, ids=lambda channel: channel.name)
@pytest.mark.parametrize("size", [0, 100, 250, 270, 1000, 20_000])
def test_long_words_are_cut_and_the_reference_stays(tmp_path: Path, channel: Channel, size: int) -> None:
    said = rendered(tmp_path, channel, "so " * (size // 3))
    assert len(said) <= channel.letter_limit
    assert REFERENCE in said


@pytest.mark.parametrize("channel", LIMITED, ids=lambda channel: channel.name)
def test_what_still_does_not_fit_is_the_reference_and_where_to_look(tmp_path: Path, channel: Channel) -> None:
    said = rendered(tmp_path, channel, "words", organisation="x" * 5000)
    assert said.startswith(REFERENCE)
    assert len(said) <= channel.letter_limit
