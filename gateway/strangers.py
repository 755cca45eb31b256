"""Names in our environment that are not ours, and how to tell them from a misspelt setting.

Kubernetes puts the address of each Service of the namespace into every pod, under the Service's name: one called
`gateway`, `gateway-http` or `channel-mail` gives names with our prefixes, `gateway-http` even a setting's own name with
another value (https://kubernetes.io/docs/concepts/containers/container-environment/). Docker's links did the same.
"""

import difflib
import re
from collections.abc import Collection, Mapping

_PREFIX = re.compile(r"^(GATEWAY|CHANNEL)_")
_SERVICE = re.compile(
    r"^(GATEWAY|CHANNEL)(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?"
    r"|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$"
)
_ADDRESS = re.compile(r"^(tcp|udp|sctp)://", re.IGNORECASE)
_LIKE = 0.75
"""From this likeness on a name is one of ours, misspelt (difflib's ratio, without the prefix)."""


def is_one(name: str, value: str, known: Collection[str]) -> bool:
    """Whether `name`, with our prefix, was set by somebody else and says nothing to us.

    A known name is a stranger's when its value is a Service's address; an unknown one when it is not like any of
    ours and does not begin as a group of ours does.
    """
    if not _PREFIX.match(name):
        return False
    if _SERVICE.match(name):
        return name not in known
    if name.endswith("_PORT") and _ADDRESS.match(value.strip()):
        return True
    return name not in known and not _means_ours(name, known)


def among(environ: Mapping[str, str], known: Collection[str]) -> list[str]:
    """Their names, sorted."""
    return sorted(name for name, value in environ.items() if is_one(name, value, known))


def hint(name: str, known: Collection[str]) -> str:
    """What to write instead of an unknown name."""
    near = difflib.get_close_matches(name, known, 1)
    return f"did you mean {near[0]}?" if near else "`gateway doctor` lists the settings there are"


def _means_ours(name: str, known: Collection[str]) -> bool:
    rest, others = _rest(name), [_rest(one) for one in known]
    if name.startswith("CHANNEL_"):
        groups = {_rest(one).split("_")[0] for one in known if one.startswith("CHANNEL_")}
    else:
        first = [one.split("_")[0] for one in others if "_" in one]
        groups = {one for one in first if first.count(one) > 1}
    grouped = "_" in rest and rest.split("_")[0] in groups
    return grouped or bool(difflib.get_close_matches(rest.removesuffix("_FILE"), others, 1, _LIKE))


def _rest(name: str) -> str:
    return _PREFIX.sub("", name)
