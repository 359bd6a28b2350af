"""A whole run: the chosen APIs, their targets, the record, and the reports at its end."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from clausewise import __version__
from clausewise.contract import Clause, Contract, Level
from clausewise.errors import UsageError
from clausewise.exchanges.conversation import Conversation
from clausewise.mock import APIS, serve
from clausewise.profiles import Profile
from clausewise.record import FORMAT, Api, Document, Footer, Header, RecordData, RunRecord, Section, read
from clausewise.record import Clause as RecordedClause
from clausewise.run import Run
from clausewise.target import Target, resolve

_LIBRARIES = ("schemathesis", "hypothesis", "httpx", "jsonschema", "pytest", "allure-pytest")


class Session:
    """The runs against all chosen APIs, which share one record and one report directory."""

    def __init__(
        self,
        contracts: Iterable[Contract],
        *,
        base_url: str | None,
        environment: Mapping[str, str],
        report_directory: Path,
        profile: Profile,
        failing: Collection[Level],
    ) -> None:
        """Resolves the targets (embedded mocks start) and opens the record; ``UsageError`` for what is wrong."""
        self.report_directory = report_directory
        self._started = time.monotonic()
        self._resources = ExitStack()
        try:
            targets = {
                contract.api: (contract, self._target(contract, base_url, environment)) for contract in contracts
            }
            header = _header(targets.values(), profile, failing)
            self.record = self._resources.enter_context(RunRecord(report_directory, header))
        except UsageError:
            self._resources.close()
            raise
        self.runs = {
            api: Run(Conversation(contract, target, self.record), self.record, failing)
            for api, (contract, target) in targets.items()
        }

    def redacted(self, text: str) -> str:
        """The text without any secret of any target."""
        for run in self.runs.values():
            text = run.redacted(text)
        return text

    def nothing_tested(self) -> list[str]:
        """A sentence for each API of which no binding clause was kept or broken, or no request succeeded."""
        outcomes = self.record.outcomes()
        said = []
        for api, run in self.runs.items():
            if not outcomes[api]["kept"] and not outcomes[api]["broken"]:
                said.append(f"{api}: nothing was really tested")
            elif not run.succeeded:
                said.append(
                    f"{api}: no request succeeded, so good requests were not really tested: give fresh fixtures"
                )
        return said

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
            )
        )
        self._resources.close()
        return read(self.record.path)

    def _target(self, contract: Contract, base_url: str | None, environment: Mapping[str, str]) -> Target:
        url = base_url or environment.get(contract.base_url_variable)
        if url:
            return resolve(contract, url, environment)
        if contract.api not in APIS:
            raise UsageError(
                f"{contract.api} has no embedded mock: name its target by {contract.base_url_variable} or --base-url"
            )
        mock = self._resources.enter_context(serve(contract.api))
        return resolve(contract, mock.base_url, mock.environment, embedded=True)


def _header(targets: Iterable[tuple[Contract, Target]], profile: Profile, failing: Collection[Level]) -> Header:
    return Header(
        record=FORMAT,
        started=_now(),
        clausewise=__version__,
        python=platform.python_version(),
        platform=f"{sys.platform} {platform.machine()}",
        libraries={name: version(name) for name in _LIBRARIES},
        profile=profile.name,
        seed=profile.seed,
        fail_on=max(failing, key=list(Level).index).value,
        apis=tuple(_api(contract, target) for contract, target in targets),
    )


def _api(contract: Contract, target: Target) -> Api:
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
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
