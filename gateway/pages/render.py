"""Pages from templates: always escaped, in the reader's language, without a script or style in the page."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from gateway.pages import words

_TEMPLATES = Path(__file__).parent / "templates"


def wants_html(request: Request) -> bool:
    """Whether a person with a browser asks: only browsers name text/html."""
    return "text/html" in request.headers.get("accept", "")


def page(
    request: Request,
    template: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **given: object,
) -> HTMLResponse:
    """Render one page; `t` in a template is the catalogue of the reader's language."""
    options = request.app.state.front.options
    language = words.language_of(request, options.default_language)
    context = {
        "t": words.catalogue(language),
        "language": language,
        "languages": words.names(),
        "organisation": options.organisation,
        "clerks": options.clerks,
        "path": request.url.path,
        "base": options.base_path,
        "embedded": request.query_params.get("embed") == "1",
        **given,
    }
    return HTMLResponse(_environment().get_template(template).render(context), status, dict(headers or {}))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
