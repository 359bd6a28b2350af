"""Talking to a target: a case goes out, an exchange comes back, redacted, tagged and written to the record."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from clausewise.cases import Case, compose, curl
from clausewise.cases.expectation import expectation
from clausewise.cases.wire import planned_tags, tags
from clausewise.contract import Contract, Use
from clausewise.errors import TargetError, Unsendable
from clausewise.exchange import Exchange, Request, Response, Tags
from clausewise.exchanges import pace
from clausewise.exchanges.client import Client, sent
from clausewise.record import RunRecord, Wait
from clausewise.redact import Redactor
from clausewise.target import Target
from clausewise.target import secrets as secrets_of

REPEATED = "repeated"
"""The fault of a request that might succeed, and did so before in this run; where a clause is about such requests."""


class Conversation:
    """All requests of one API go through here, one after the other.

    ``test`` is the id of the test that sends. ``sleep`` is what waits when the target asks for patience.
    """

    def __init__(
        self, contract: Contract, target: Target, record: RunRecord, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.contract = contract
        self.target = target
        self.test: str | None = None
        self._record = record
        self._redactor = Redactor(secrets_of(contract, target))
        self._client = Client(target.base_url, self._redactor)
        self._sleep = sleep
        self._succeeded: set[tuple[str, str, bytes | None]] = set()
        self._accepted: set[tuple[str, ...]] = set()  # the faults of what succeeded
        self._minds_repetition = any(REPEATED in clause.when for clause in contract.clauses)
        self._serving: set[tuple[str, str]] = set()  # values that may serve once, in the latest request
        self._spent: set[tuple[str, str]] = set()
        self._run_name = secrets.token_hex(4)
        self._uniques = 0
        self._sent = 0
        self._turn = 0

    def redacted(self, text: str) -> str:
        """The text without any secret of the target."""
        return self._redactor.text(text)

    def fixture(self, variable: str) -> str:
        """The next value in turn of a variable; raises ``Unsendable`` where it is not set."""
        self._turn += 1
        return self.target.value(variable, self._turn)

    def unique(self) -> str:
        """A text that no other request holds, in this run or in another."""
        self._uniques += 1
        return f"clausewise-{self._run_name}-{self._uniques}"

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def exchanges(self, case: Case) -> Iterator[Exchange]:
        """Sends a case; every exchange that it takes, the last one being the answer to judge.

        Answers 429 are waited out as the target asks, within bounds. A request that gets no answer is sent once more,
        and the last exchange has none if that is in vain. Raises ``Unsendable`` where the case cannot be sent.
        """
        request = self._fresh(case)
        for attempt in range(1, pace.MOST_ATTEMPTS + 1):
            exchange = self._exchange(case, request)
            if exchange.response is None:
                with suppress(Unsendable):  # nobody knows what became of the first one: the second is composed anew
                    request = self._fresh(case)
                    exchange = self._exchange(case, request)
            yield exchange
            response = exchange.response
            if response is None or response.status != 429 or case.prefer == 429:
                return
            seconds, reason = pace.wait_for(response, attempt)
            if seconds > pace.LONGEST_WAIT or attempt == pace.MOST_ATTEMPTS:
                return
            self._record.wait(Wait(self.contract.api, seconds, reason, _now()))
            self._sleep(seconds)

    def _exchange(self, case: Case, request: Request) -> Exchange:
        prepared = self._client.prepare(request)
        on_the_wire = sent(prepared)
        found = self._tags(case, on_the_wire)
        response, failure, started = None, None, time.perf_counter()
        try:
            response = self._client.send(prepared)
        except TargetError as error:
            failure = str(error)
        exchange = Exchange(
            id=self._next_id(),
            api=self.contract.api,
            operation=case.operation,
            case=case.id,
            test=self.test,
            request=self._redacted(on_the_wire),
            response=response,
            tags=found,
            curl=self._redactor.text(curl(self.contract, case, request)),
            time=_now(),
            elapsed_ms=round((time.perf_counter() - started) * 1000, 2),
            failure=failure,
        )
        self._note(case, request, response)
        self._record.exchange(exchange)
        return exchange

    def _fresh(self, case: Case) -> Request:
        """The request for a case, with fixtures with which it has not succeeded yet, if there are any.

        Raises ``Unsendable`` where it needs a value that may serve once only, and none is left.
        """
        unique, self._serving = self.unique(), set()
        if self._must_fail(case):
            if self._faults(case) in self._accepted and not self.contract.operations[case.operation].repeatable:
                raise Unsendable("such a request was accepted before in this run, and the document forbids a second")
            return compose(self.contract, case, self.target, must_fail=True, unique=unique)
        return self._next(case, unique)

    def _next(self, case: Case, unique: str) -> Request:
        """The request with the next fixtures in turn; those with which it succeeded come last, spent ones never."""
        once = [name for name, variable in self.contract.variables.items() if variable.list is Use.ONCE]
        needed = [name for name in once if name in case.variables()]
        found = None
        for _ in range(max(map(len, self.target.values.values()), default=1)):
            self._turn += 1
            serving = {(name, self.target.value(name, self._turn)) for name in needed}
            if serving & self._spent:
                continue
            self._serving = serving
            found = compose(self.contract, case, self.target, self._turn, unique=unique)
            if _content(found) not in self._succeeded:
                break
        if found is None:
            raise Unsendable(f"every value of {' or '.join(needed)} has served, and none may twice: configure more")
        return found

    def _must_fail(self, case: Case) -> bool:
        """Whether no reading of the contract lets this case succeed."""
        expected = expectation(self.contract, case.operation, planned_tags(self.contract, case))
        return bool(expected.statuses) and not any(status < 300 for status in expected.statuses)

    def _faults(self, case: Case) -> tuple[str, ...]:
        return planned_tags(self.contract, case).faults

    def _tags(self, case: Case, request: Request) -> Tags:
        found = tags(self.contract, case, request, self.target)
        if self._minds_repetition and _content(request) in self._succeeded and not self._must_fail(case):
            found = replace(found, faults=(*found.faults, REPEATED))
        return found

    def _note(self, case: Case, request: Request, response: Response | None) -> None:
        """Remembers what succeeded, and what has served once; an answer 429 says that nothing was done."""
        if response is None or response.status != 429:
            self._spent |= self._serving
        if response is not None and 200 <= response.status < 300:
            self._succeeded.add(_content(request))
            self._accepted.add(self._faults(case))

    def _redacted(self, request: Request) -> Request:
        return Request(
            request.method,
            self._redactor.text(request.url),
            tuple((name, self._redactor.text(value)) for name, value in request.headers),
            None if request.body is None else self._redactor.data(request.body),
        )

    def _next_id(self) -> str:
        self._sent += 1
        return f"{self.contract.api}-{self._sent:04d}"


def _content(request: Request) -> tuple[str, str, bytes | None]:
    return request.method, request.url, request.body


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
