"""What pytest would print of a test or a crash, without secrets and without the values of variables."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from _pytest._code.code import ExceptionChainRepr, ReprEntry, ReprExceptionInfo, ReprTraceback
from hypothesis.errors import Flaky

from clausewise.errors import Broken, ClausewiseError, HarnessFailure, TargetError, Unusable

Redact = Callable[[str], str]


@contextmanager
def without_secrets(redacted: Redact) -> Iterator[None]:
    """Whatever else goes wrong is told by a traceback that holds no values, and no secrets in its texts."""
    try:
        yield
    except (Broken, ClausewiseError, Flaky):
        raise
    except Exception as error:
        raise HarnessFailure(redacted("".join(traceback.format_exception(error)))) from None


def redact_report(report: pytest.TestReport, call: pytest.CallInfo[None], redacted: Redact) -> None:
    """Takes secrets out of a test's report, and the traceback where the error's own words say all."""
    if call.excinfo and call.excinfo.errisinstance((Broken, Unusable, TargetError, HarnessFailure)):
        report.longrepr = str(call.excinfo.value)
    elif report.failed:
        text = redacted(report.longreprtext)
        if text != report.longreprtext:
            report.longrepr = text
    report.sections = [(name, redacted(content)) for name, content in report.sections]


def forget_values(crash: ExceptionChainRepr | ReprExceptionInfo) -> None:
    """Takes the values of variables and arguments out of what will be told of a crash: they may hold secrets."""
    for told in _tracebacks(crash):
        for entry in told.reprentries:
            if isinstance(entry, ReprEntry):
                entry.reprlocals = entry.reprfuncargs = None


def _tracebacks(crash: ExceptionChainRepr | ReprExceptionInfo) -> list[ReprTraceback]:
    return [part for part, _, _ in crash.chain] if isinstance(crash, ExceptionChainRepr) else [crash.reprtraceback]
