"""Signs that an answer comes from something in front of the API: a gateway, a proxy, a login page.

They are worth a note for the person who reads a failure, and are never a verdict.
"""

from __future__ import annotations

import re

from clausewise.exchange import Exchange, Response
from clausewise.text import one_line

HTML = ("text/html", "application/xhtml+xml")

_SHOWN = 100
"""Characters of a body that a note shows."""

# Header fields that gateways, load balancers and content delivery networks add to answers of their own.
_FIELDS = re.compile(r"via|cf-ray|x-amz-cf-id|x-amzn-requestid|x-amz-apigw-id|x-kong-.*|x-envoy-.*|x-azure-ref|x-cache")
_SERVERS = re.compile(
    r"nginx|openresty|cloudflare|awselb|akamai|envoy|istio|varnish|kong|haproxy|traefik|caddy|apache|microsoft-azure",
    re.IGNORECASE,
)
# What they say in place of an API: AWS, Kong, Envoy, Google and Azure, each in a line of its own.
_BODIES = re.compile(
    r'\A\s*\{"message": ?"(Forbidden|Unauthorized|Missing Authentication Token|Internal server error|Limit Exceeded)"\}'
    r'|"message": ?"(no Route matched|name resolution failed|Too many requests|An invalid response was received)'
    r"|upstream (connect error|request timeout)|no healthy upstream|RBAC: access denied"
    r"|(502|504) (Bad Gateway|Gateway Time-?out)|503 Service (Temporarily )?Unavailable",
    re.IGNORECASE,
)


def is_html(response: Response) -> bool:
    """Whether the answer is a page for people."""
    return response.media_type in HTML


def beginning(response: Response) -> str:
    """Return the first characters of a body on one line."""
    return one_line(response.body.decode("utf-8", "replace")[:_SHOWN])


def note(exchange: Exchange) -> str | None:
    """Return a sentence where an answer looks like that of something in front of the API.

    The look of the body alone is too little: headers of a gateway must come with it, or no request id.
    """
    response = exchange.response
    if response is None or not response.body:
        return None
    looks_foreign = is_html(response) or _BODIES.search(response.body.decode("utf-8", "replace")[:2000]) is not None
    has_trace = any(
        _FIELDS.fullmatch(name.lower()) or (name.lower() == "server" and _SERVERS.search(value))
        for name, value in response.headers
    )
    if looks_foreign and (has_trace or exchange.request_id is None):
        return f"the answer looks like that of something in front of the API; it begins {beginning(response)!r}"
    return None
