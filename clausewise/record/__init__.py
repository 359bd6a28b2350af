"""The run record: the one raw output of a run, from which every report is derived."""

from clausewise.record.data import (
    FORMAT,
    Api,
    Clause,
    Document,
    Exchange,
    Footer,
    Header,
    Level,
    Outcome,
    RecordData,
    Request,
    Response,
    Section,
    Verdict,
    Wait,
)
from clausewise.record.merge import merge
from clausewise.record.notices import notices
from clausewise.record.read import RecordError, read, schema
from clausewise.record.settle import NO_TEST, PRECEDENCE, Settled, count, settle
from clausewise.record.write import FILE_NAME, RunRecord, assure_directory, writing_to

__all__ = [
    "FILE_NAME",
    "FORMAT",
    "NO_TEST",
    "PRECEDENCE",
    "Api",
    "Clause",
    "Document",
    "Exchange",
    "Footer",
    "Header",
    "Level",
    "Outcome",
    "RecordData",
    "RecordError",
    "Request",
    "Response",
    "RunRecord",
    "Section",
    "Settled",
    "Verdict",
    "Wait",
    "assure_directory",
    "count",
    "merge",
    "notices",
    "read",
    "schema",
    "settle",
    "writing_to",
]
