"""How X writes posts and direct messages down: in its API v2, and in the Account Activity webhook."""

from datetime import datetime
from typing import Any

from starlette.requests import Request

from deploy.sandbox.x.world import OURS, Said

PICTURES = "/1.1/ton/data/dm"
Json = dict[str, Any]


def v2(said: Said) -> Json:
    """A post or direct message as API v2 shows it."""
    told: Json
    if said.to:
        told = {
            "event_type": "MessageCreate",
            "sender_id": said.author,
            "dm_conversation_id": f"{said.to}-{OURS}",
        }
    else:
        told = {"author_id": said.author, "edit_history_tweet_ids": [said.id], "lang": "en"}
    answered = [{"type": "replied_to", "id": said.answers}] if said.answers else []
    about: Json = {"referenced_tweets": answered} if answered else {}
    if said.picture:
        about["attachments"] = {"media_keys": [key(said)]}
    return {"id": said.id, "text": said.text, "created_at": said.at, **told, **about}


def key(said: Said) -> str:
    """X's media keys begin with the kind; 3 is a photo."""
    return f"3_{said.id}"


def origin(request: Request) -> str:
    """Where we are, for addresses of ours."""
    return str(request.base_url).rstrip("/")


def activity(said: Said, origin: str) -> Json:
    """The same as the Account Activity webhook tells it."""
    name, moment = said.name, datetime.fromisoformat(said.at)
    if said.to:
        data: Json = {"text": said.text}
        if said.picture:
            address = f"{origin}{PICTURES}/{said.id}"
            photo = {"id_str": said.id, "type": "photo", "media_url_https": address}
            data["attachment"] = {"type": "media", "media": photo}
        made = {"target": {"recipient_id": OURS}, "sender_id": said.author, "message_data": data}
        event = {
            "type": "message_create",
            "id": said.id,
            "created_timestamp": str(int(moment.timestamp() * 1000)),
            "message_create": made,
        }
        user = {"name": name.title(), "screen_name": name}
        return {"direct_message_events": [event], "users": {said.author: user}}
    user = {"id_str": said.author, "name": name.title(), "screen_name": name}
    post = {
        "created_at": moment.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "id_str": said.id,
        "text": said.text,
        "user": user,
    }
    return {"tweet_create_events": [post]}
