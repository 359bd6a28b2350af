"""A whole run: the chosen APIs, their targets, the record, and the reports at its end."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version

from clausewise import __version__
from clausewise.conclusion import complaints, fails
from clausewise.contract import Clause, Contract, Level, Rate
from clausewise.errors import UsageError
from clausewise.exchanges.conversation import Conversation
from clausewise.record import FORMAT, Api, Complaint, Document, Footer, Header, RecordData, RunRecord, Section, read
from clausewise.record import Clause as RecordedClause
from clausewise.record.write import Tell, tell_nobody
from clausewise.run import Run
from clausewise.settings import Settings
from clausewise.target import Target, resolve

_LIBRARIES = ("schemathesis", "hypothesis", "httpx", "jsonschema", "pytest", "allure-pytest")


class Session:
    """The runs against all chosen APIs, which share one record and one report directory."""

    def __init__(self, contracts: Iterable[Contract], settings: Settings, tell: Tell = tell_nobody) -> None:
        """Resolves the targets (embedded mocks start) and opens the record; ``UsageError`` for what is wrong.

        ``tell`` hears of every test, exchange and wait.
        """
        self.report_directory = settings.report_directory
        self._settings = settings
        self._started = time.monotonic()
        self._resources = ExitStack()
        try:
            targets = {contract.api: (contract, self._target(contract)) for contract in contracts}
            header = _header(targets.values(), settings)
            self.record = self._resources.enter_context(RunRecord(settings.report_directory, header, tell))
            self.runs = {api: self._run(contract, target) for api, (contract, target) in targets.items()}
        except UsageError:
            self._resources.close()
            raise

    def redacted(self, text: str) -> str:
        """The text without any secret of any target."""
        for run in self.runs.values():
            text = run.redacted(text)
        return text

    def complaints(self) -> list[Complaint]:
        """Return what turns the run red beside its broken clauses."""
        succeeded = [api for api, run in self.runs.items() if run.succeeded]
        sent = {api: run.sent for api, run in self.runs.items()}
        return complaints(self._settings, self.record.settled(), succeeded, sent)

    def is_red(self) -> bool:
        """Whether the record alone says that the run failed, whatever pytest makes of its tests."""
        return fails(self._settings, self.record.settled()) or bool(self.complaints())

    def finish(self, exit_code: int, *, interrupted: bool) -> RecordData:
        """Closes everything, completes the record and reads it back."""
        for run in self.runs.values():
            run.finish()
        self.record.finish(
            Footer(
                finished=_now(),
                exit=exit_code,
                interrupted=interrupted,
                requests=self.record.requests,
                seconds=round(time.monotonic() - self._started, 2),
                outcomes=self.record.outcomes(),
                complaints=tuple(self.complaints()),
            )
        )
        self._resources.close()
        return read(self.record.path)

    def _run(self, contract: Contract, target: Target) -> Run:
        settings = self._settings
        conversation = Conversation(contract, target, self.record, settings.terms_for(contract, target))
        known, spares = settings.known.get(contract.api), settings.profile.spares
        return Run(conversation, self.record, settings.failing, known, spares, settings.selection)

    def _target(self, contract: Contract) -> Target:
        target = self._settings.targets[contract.api]
        if target is not None:
            return target
        from clausewise.mock import APIS, serve  # a web server, which takes time to import and is needed here alone

        if contract.api not in APIS:
            raise UsageError(
                f"{contract.api} has no embedded mock: name its target by {contract.base_url_variable} or --base-url"
            )
        mock = self._resources.enter_context(serve(contract.api))
        return resolve(contract, mock.base_url, mock.environment, embedded=True)


def _header(targets: Iterable[tuple[Contract, Target]], settings: Settings) -> Header:
    return Header(
        record=FORMAT,
        started=_now(),
        clausewise=__version__,
        python=platform.python_version(),
        platform=f"{sys.platform} {platform.machine()}",
        libraries={name: version(name) for name in _LIBRARIES},
        profile=settings.profile.name,
        seed=settings.profile.seed,
        fail_on=max(settings.failing, key=list(Level).index).value,
        apis=tuple(_api(contract, target, settings.terms_for(contract, target).rate) for contract, target in targets),
        budget=settings.terms.budget,
        min_tested=settings.min_tested,
    )


def _api(contract: Contract, target: Target, rate: Rate | None) -> Api:
    document = contract.document
    return Api(
        api=contract.api,
        title=contract.title,
        operation=", ".join(f"{entry.method} {entry.path}" for entry in contract.operations.values()),
        base_url=target.base_url,
        embedded=target.embedded,
        contract=contract.digest,
        document=Document(document.title, document.file, document.sha256, document.read),
        variables={name: "set" if name in target.values else "not set" for name in contract.variables},
        sections=tuple(Section(section.id, section.title, section.lines) for section in contract.sections),
        clauses=tuple(_clause(clause) for clause in contract.clauses),
        rate=None if rate is None else rate.says,
    )


def _clause(clause: Clause) -> RecordedClause:
    return RecordedClause(
        id=clause.id,
        section=clause.section,
        level=clause.level.value,
        says=clause.says,
        lines=tuple(source.lines for source in clause.sources),
        basis="supplementary" if clause.supplementary else "document",
        note=clause.note,
        excluded=clause.excluded,
        entry_line=clause.entry_line,
        rests_on=clause.rests_on,
        binds=clause.binds.value,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
