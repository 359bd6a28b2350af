"""Talking to a target: a case goes out, an exchange comes back, redacted, tagged and written to the record."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from clausewise.cases import Case, curl
from clausewise.cases.wire import tags
from clausewise.contract import Contract
from clausewise.errors import TargetError, Unsendable
from clausewise.exchange import Exchange, Request, Tags
from clausewise.exchanges import pace
from clausewise.exchanges.client import Client, sent
from clausewise.exchanges.composer import Composer
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
        self._composer = Composer(contract, target)
        self._minds_repetition = any(REPEATED in clause.when for clause in contract.clauses)
        self._sent = 0

    def redacted(self, text: str) -> str:
        """The text without any secret of the target."""
        return self._redactor.text(text)

    def fixture(self, variable: str) -> str:
        """The next value in turn of a variable; raises ``Unsendable`` where it is not set."""
        return self._composer.fixture(variable)

    def unique(self) -> str:
        """A text that no other request holds, in this run or in another."""
        return self._composer.unique()

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def exchanges(self, case: Case) -> Iterator[Exchange]:
        """Sends a case; every exchange that it takes, the last one being the answer to judge.

        Answers 429 are waited out as the target asks, within bounds. A request that gets no answer is sent once more,
        and the last exchange has none if that is in vain. Raises ``Unsendable`` where the case cannot be sent.
        """
        request = self._composer.request(case)
        for attempt in range(1, pace.MOST_ATTEMPTS + 1):
            exchange = self._exchange(case, request)
            if exchange.response is None:
                request = self._once_more(case, exchange)
                exchange = self._exchange(case, request)
            yield exchange
            response = exchange.response
            if response is None or not pace.too_fast(response, case.prefer):
                return
            seconds, reason = pace.wait_for(response, attempt)
            if seconds > pace.LONGEST_WAIT or attempt == pace.MOST_ATTEMPTS:
                return
            self._record.wait(Wait(self.contract.api, seconds, reason, _now()))
            self._sleep(seconds)

    def _once_more(self, case: Case, lost: Exchange) -> Request:
        """The request to send after one without an answer: composed anew, as nobody knows what became of the first."""
        try:
            return self._composer.request(case)
        except Unsendable as error:
            raise Unsendable(f"{lost.id} got no answer ({lost.failure}), and cannot be sent again: {error}") from error

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
        self._composer.note(case, request, response)
        self._record.exchange(exchange)
        return exchange

    def _tags(self, case: Case, request: Request) -> Tags:
        found = tags(self.contract, case, request, self.target)
        if self._minds_repetition and self._composer.succeeded(request) and not self._composer.must_fail(case):
            found = replace(found, faults=(*found.faults, REPEATED))
        return found

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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
