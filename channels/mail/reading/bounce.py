"""Delivery status notifications (RFC 3464) and the many mails that stand for one."""

import re
from dataclasses import dataclass, field

from channels.mail.reading.structure import Part

_FAILED = re.compile(
    rb"^(?:final-recipient|original-recipient|x-failed-recipients?)[ \t]*:(?:[^;\r\n]*;)?[ \t]*<?([^\s<>]+@[^\s<>,]+)",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS = re.compile(rb"^status[ \t]*:[ \t]*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(rb"^action[ \t]*:[ \t]*([a-z-]{1,20})", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class Report:
    """What a bounce says."""

    recipients: list[str] = field(default_factory=list)
    status: str = ""
    action: str = ""
    original_ids: list[str] = field(default_factory=list)
    """Message-IDs that the report names: one may be a letter of ours."""


def read(top: Part, subject: str, sender: str, text: str) -> Report | None:
    """The report, None when this is no bounce."""
    statuses = [
        part
        for part in top.walk()
        if part.media_type in ("message/delivery-status", "message/global-delivery-status")
    ]
    if not statuses and not (
        top.media_type == "multipart/report"
        and "delivery-status" in top.parameters.get("report-type", "").lower()
    ):
        return None
    report = Report()
    for part in statuses:
        data = part.content()
        report.recipients += [match.decode("utf-8", "replace") for match in _FAILED.findall(data)]
        status, action = _STATUS.search(data), _ACTION.search(data)
        report.status = report.status or (status.group(1).decode() if status else "")
        report.action = report.action or (action.group(1).decode().lower() if action else "")
    report.recipients = list(dict.fromkeys(report.recipients))
    return report
