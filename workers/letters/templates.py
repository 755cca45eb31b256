"""The letters as files that an organisation edits: `<language>/<kind>.j2`, each with four blocks.

`subject`, `text` and `html` make a long letter, `short` one for SMS and public networks. Everything is loaded
and tried once at start, so that a mistake stops the start with its file and line and never meets a customer.
Templates run in Jinja2's sandbox and see only the words in `Words`: nothing of what the sender wrote.
"""

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import get_args

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from channels.sms.segments import measure
from schemas.errors import Misconfigured
from schemas.letter import LetterKind

OURS = Path(__file__).parent / "templates"
SETTING = "GATEWAY_LETTERS_TEMPLATES_FOLDER"
SEGMENTS = 2
POST_CHARACTERS = 500
"""What a post on Mastodon holds."""
BLOCKS = ("subject", "text", "html", "short")


@dataclass(frozen=True, slots=True)
class Words:
    """All that a template may say. `private`: nobody else reads it, so a link with the code may be in it.

    `respond_by` is a date in the letter's language or empty; `words` are the organisation's own.
    """

    organisation: str
    reference: str
    status_link: str
    respond_by: str = ""
    private: bool = True
    words: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One letter in one language. `version` names the file and the hash of what it said."""

    version: str
    plain: Template
    markup: Template

    def render(self, block: str, words: Words) -> str:
        """One block with these words filled in."""
        template = self.markup if block == "html" else self.plain
        return "".join(template.blocks[block](template.new_context(asdict(words)))).strip()


class Templates:
    """Every letter there is, by language and kind."""

    def __init__(self, patterns: dict[tuple[str, str], Pattern], default_language: str) -> None:
        self._patterns = patterns
        self._default = default_language

    def find(self, language: str, kind: LetterKind) -> tuple[str, Pattern]:
        """The language that is served for this one (`de-AT` → `de`, else the default) and its letter."""
        served = language.split("-")[0].lower()
        if (served, kind) not in self._patterns:
            served = self._default
        return served, self._patterns[served, kind]


def load(folder: Path | None, default_language: str, sample: Words) -> Templates:
    """Our letters and over them the organisation's; raises Misconfigured with file, line and cure."""
    if folder is not None and not folder.is_dir():
        raise Misconfigured(SETTING, f"{folder} is no folder; make it or leave the setting out")
    files = {name: path for root in (OURS, folder) if root for name, path in _files(root).items()}
    patterns = {name: _load_one(path, sample) for name, path in files.items()}
    missing = [kind for kind in get_args(LetterKind) if (default_language, kind) not in patterns]
    if missing:
        raise Misconfigured(
            "GATEWAY_LETTERS_DEFAULT_LANGUAGE",
            f"there is no {default_language}/{missing[0]}.j2; choose a language that has every letter",
        )
    return Templates(patterns, default_language)


def _files(root: Path) -> dict[tuple[str, str], Path]:
    found = {(path.parent.name, path.stem): path for path in sorted(root.glob("*/*.j2"))}
    for (_, kind), path in found.items():
        if kind not in get_args(LetterKind):
            raise Misconfigured(
                SETTING, f"{path}: {kind} is no letter; there are {', '.join(get_args(LetterKind))}"
            )
    return found


def _load_one(path: Path, sample: Words) -> Pattern:
    try:
        source = path.read_text("utf-8")
        pattern = Pattern(_version(path, source), _compile(source, False), _compile(source, True))
        _try_out(path, pattern, sample)
    except TemplateSyntaxError as error:
        raise Misconfigured(SETTING, f"{path}:{error.lineno}: {error.message}") from error
    except (TemplateError, UnicodeDecodeError, OSError) as error:
        raise Misconfigured(SETTING, f"{path}: {error}") from error
    return pattern


def _version(path: Path, source: str) -> str:
    return f"{path.parent.name}/{path.stem}@{hashlib.sha256(source.encode()).hexdigest()[:12]}"


def _compile(source: str, markup: bool) -> Template:
    environment = SandboxedEnvironment(
        undefined=StrictUndefined, autoescape=markup, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)


def _try_out(path: Path, pattern: Pattern, sample: Words) -> None:
    for block in BLOCKS:
        if block not in pattern.plain.blocks:
            raise Misconfigured(
                SETTING, f"{path}: the block {block} is missing; it needs {', '.join(BLOCKS)}"
            )
        said = pattern.render(block, sample)
        if sample.reference not in said:
            raise Misconfigured(SETTING, f"{path}: the block {block} does not say the {{{{ reference }}}}")
        if block == "subject" and "\n" in said:
            raise Misconfigured(SETTING, f"{path}: the block subject has more than one line")
    _measure(path, pattern, sample)


def _measure(path: Path, pattern: Pattern, sample: Words) -> None:
    segments = measure(pattern.render("short", sample))
    if segments.count > SEGMENTS:
        raise Misconfigured(
            SETTING,
            f"{path}: the block short is {segments.count} SMS ({segments.encoding}) with this organisation's"
            f" name and address, {SEGMENTS} are allowed; shorten it, or do without the characters that make"
            f" it {segments.encoding}",
        )
    public = len(pattern.render("short", replace(sample, private=False)))
    if public > POST_CHARACTERS:
        raise Misconfigured(
            SETTING, f"{path}: the block short has {public} characters in public, {POST_CHARACTERS} fit"
        )
