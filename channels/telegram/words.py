"""What a Telegram message says and carries, type by type. Pure."""

from channels.answers import answers
from channels.geo import place
from channels.lenient import Json, at, objects, spoken
from channels.telegram.keys import CONTENT, ENVELOPE, FILES, SERVICE
from channels.telegram.payload import Said
from schemas.message import MediaReference


def text_of(said: Said, body: Json) -> str:
    """The words: text or caption, else what was filled in, tapped, asked, listed, shared."""
    return said.text or said.caption or _made(body) or "\n".join(_unknown_words(body))


def _made(body: Json) -> str:
    """What people make with the app in place of typing, each part on a line of its own."""
    if isinstance(body.get("contact"), dict):
        return _card(body["contact"])
    answered = filled_in(body)
    lines = [
        at(body, "web_app_data", "button_text"),
        answered if _has_a_sentence(answered) else "",
        at(body, "venue", "title"),
        at(body, "venue", "address"),
    ]
    lines += [
        at(body, "poll", "question"),
        *_options(body.get("poll"), "options"),
        at(body, "poll", "description"),
    ]
    lines += [at(body, "checklist", "title"), *_options(body.get("checklist"), "tasks")]
    lines += [at(body, "game", "title"), at(body, "game", "description"), at(body, "game", "text")]
    lines += [at(body, "invoice", "title"), at(body, "invoice", "description")]
    lines += spoken(body.get("rich_message"))
    if body.get("venue"):
        return ", ".join(line for line in lines if line)
    return "\n".join(dict.fromkeys(line for line in lines if line))


def filled_in(body: Json) -> str:
    """What a web app of the bot's sent for the person, as lines `label: answer`."""
    return answers(at(body, "web_app_data", "data"))


def _has_a_sentence(answered: str) -> bool:
    """A name or an age is a datum; three words in one answer are somebody's words."""
    return any(len(line.partition(": ")[2].split()) >= 3 for line in answered.splitlines())


def _options(value: object, name: str) -> list[str]:
    return [at(one, "text") for one in objects(value.get(name))] if isinstance(value, dict) else []


def _card(contact: Json) -> str:
    """A shared card: name and number."""
    number = at(contact, "phone_number")
    parts = (at(contact, "first_name"), at(contact, "last_name"), f"({number})" if number else "")
    return " ".join(part for part in parts if part)


def unknown_parts(body: Json) -> list[str]:
    """Keys that the Bot API did not have when this was written."""
    return [name for name in body if name not in SERVICE | ENVELOPE | CONTENT]


def _unknown_words(body: Json) -> list[str]:
    return [word for name in unknown_parts(body) for word in spoken(body[name])]


def media_of(body: Json) -> list[MediaReference]:
    """Files by id (the address is asked for by getFile and lives an hour), and places."""
    found = [*_files(body)]
    paid = body.get("paid_media")
    for one in objects(paid.get("paid_media")) if isinstance(paid, dict) else []:
        found += _files(one)
    found += _files({"video": body.get("live_photo")})
    return [one for one in found if one.media_id] + place(
        at(body, "location", "latitude"), at(body, "location", "longitude"), at(body, "venue", "title")
    )


def _files(body: Json) -> list[MediaReference]:
    found: list[MediaReference] = []
    sizes = objects(body.get("photo"))
    if sizes:
        found.append(MediaReference(media_id=at(sizes[-1], "file_id"), media_type="image/jpeg"))
    # an animation comes as a document too
    kinds = [kind for kind in FILES if isinstance(body.get(kind), dict)]
    for kind in kinds if "animation" not in kinds else ["animation"]:
        found.append(
            MediaReference(
                media_id=at(body, kind, "file_id"),
                media_type=at(body, kind, "mime_type") or FILES[kind],
                name=at(body, kind, "file_name")[:255],
            )
        )
    return found


def is_service(body: Json) -> bool:
    """True for what Telegram itself wrote, known or new: nothing in it was written or sent by a person."""
    said = any(name in CONTENT for name in body) or bool(_unknown_words(body))
    return not said and any(name in SERVICE or name not in ENVELOPE for name in body)
