"""The run record: the one raw output of a run, from which every report is derived."""

from clausewise.record.data import (
    FORMAT,
    Api,
    Clause,
    Complaint,
    Creation,
    Document,
    Exchange,
    Footer,
    Header,
    Level,
    Outcome,
    Reason,
    RecordData,
    Request,
    Response,
    Section,
    Unstable,
    Verdict,
    Wait,
)
from clausewise.record.lines import RecordError
from clausewise.record.merge import merge, part
from clausewise.record.notices import notices
from clausewise.record.read import read, schema
from clausewise.record.settle import FAILING, PRECEDENCE, Coverage, Settled, count, coverage, settle
from clausewise.record.write import FILE_NAME, RunRecord, assure_directory, write_record, writing_to

__all__ = [
    "FAILING",
    "FILE_NAME",
    "FORMAT",
    "PRECEDENCE",
    "Api",
    "Clause",
    "Complaint",
    "Coverage",
    "Creation",
    "Document",
    "Exchange",
    "Footer",
    "Header",
    "Level",
    "Outcome",
    "Reason",
    "RecordData",
    "RecordError",
    "Request",
    "Response",
    "RunRecord",
    "Section",
    "Settled",
    "Unstable",
    "Verdict",
    "Wait",
    "assure_directory",
    "count",
    "coverage",
    "merge",
    "notices",
    "part",
    "read",
    "schema",
    "settle",
    "write_record",
    "writing_to",
]
