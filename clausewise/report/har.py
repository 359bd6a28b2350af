"""Writes exchanges.har: all requests and responses as an HTTP Archive, for the tools that show or replay such."""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from http.client import responses
from urllib.parse import parse_qsl

import harfile

from clausewise.record import Exchange, RecordData, Request, Response
from clausewise.report.view import RunView

Headers = tuple[tuple[str, str], ...]

_VERSION = "HTTP/1.1"  # the only one that a run speaks
_PIECE = 2**20  # characters
_NO_RESPONSE = harfile.Response(status=0, statusText="", httpVersion="")


def archive(run: RunView) -> Iterator[bytes]:
    """The archive, piece by piece, because a run may have many exchanges.

    What it holds is as recorded, and so redacted; JSON needs nothing shown otherwise.
    """
    text = io.StringIO()
    harness = harfile.Creator("clausewise", run.header.clausewise)
    clauses = _clauses(run.record)
    with harfile.HarFile(
        text,
        creator=harness,
        browser=harfile.Browser(harness.name, harness.version),
        comment=" ".join(run.notices) or None,
    ) as har:
        for exchange in run.record.exchanges.values():
            har.add_entry(
                startedDateTime=exchange.time or run.header.started,
                time=exchange.elapsed_ms,
                request=_request(exchange.request),
                response=_response(exchange.response),
                timings=harfile.Timings(send=0, wait=exchange.elapsed_ms, receive=0),
                comment=_comment(exchange, clauses[exchange.id]),
            )
            if text.tell() > _PIECE:
                yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    """What was written since it was taken last."""
    taken = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return taken


def _clauses(record: RecordData) -> Mapping[str, list[str]]:
    """For each exchange the clauses for which it is evidence, each with the outcome."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for verdict in record.verdicts:
        for exchange in verdict.exchanges:
            found[exchange].append(f"{verdict.clause} ({verdict.outcome})")
    return found


def _comment(exchange: Exchange, clauses: Iterable[str]) -> str:
    parts = {
        "exchange": exchange.id,
        "case": exchange.case,
        "clauses": ", ".join(dict.fromkeys(clauses)),
        "no response": exchange.failure,
    }
    return "; ".join(f"{name}: {part}" for name, part in parts.items() if part)


def _request(request: Request) -> harfile.Request:
    query = parse_qsl(request.url.partition("#")[0].partition("?")[2], keep_blank_values=True)
    body = None
    if request.body is not None:
        body = harfile.PostData(mimeType=_value(request.headers, "content-type"), text=request.body)
    return harfile.Request(
        method=request.method,
        url=request.url,
        httpVersion=_VERSION,
        headers=_pairs(request.headers),
        queryString=_pairs(query),
        postData=body,
        bodySize=0 if body is None else -1,  # what was sent may have been longer or shorter: it held secrets
    )


def _response(response: Response | None) -> harfile.Response:
    if response is None:
        return _NO_RESPONSE
    content = harfile.Content(
        size=len(response.body.encode()),
        mimeType=_value(response.headers, "content-type"),
        text=response.body,
        comment="only the start of the body was kept" if response.cut else None,
    )
    return harfile.Response(
        status=response.status,
        statusText=responses.get(response.status, ""),
        httpVersion=_VERSION,
        headers=_pairs(response.headers),
        content=content,
        redirectURL=_value(response.headers, "location"),
    )


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[harfile.Record]:
    return [harfile.Record(name, value) for name, value in pairs]


def _value(headers: Headers, wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")
