"""Talking to a target: a case goes out, an exchange comes back, redacted, tagged and written to the record."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from clausewise.cases import Case, curl
from clausewise.cases.wire import tags
from clausewise.cause import Cause, Code
from clausewise.contract import Contract
from clausewise.errors import BudgetSpent, TargetError, Unsendable
from clausewise.exchange import Exchange, Request, Tags
from clausewise.exchanges.client import Client, sent
from clausewise.exchanges.composer import Composer
from clausewise.exchanges.pace import Pace, too_fast
from clausewise.exchanges.terms import Terms
from clausewise.record import RunRecord, Wait
from clausewise.redact import Redactor
from clausewise.target import Target
from clausewise.target import secrets as secrets_of
from clausewise.wording import phrase

REPEATED = "repeated"
"""The fault of a request that might succeed, and did so before in this run; where a clause is about such requests."""


class Conversation:
    """All requests of one API go through here, one after the other.

    ``test`` is the id of the test that sends, ``sleep`` is what waits.
    """

    def __init__(
        self,
        contract: Contract,
        target: Target,
        record: RunRecord,
        terms: Terms | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.contract = contract
        self.target = target
        self.test: str | None = None
        self.gave_up: str | None = None
        """Why nothing is sent any more, if so."""
        self._record = record
        self._redactor = Redactor(secrets_of(contract, target))
        terms = terms or Terms()
        self._limits = terms.limits
        self._client = Client(target.base_url, self._redactor, limits=terms.limits, ca_bundle=terms.ca_bundle)
        self._sleep = sleep
        self._pace = Pace(terms.rate, self._wait)
        self._budget = terms.budget
        self._composer = Composer(contract, target)
        self._minds_repetition = any(REPEATED in clause.when for clause in contract.clauses)
        self._sent = 0
        self._lost = 0

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
        and the last exchange has none if that is in vain. Raises ``Unsendable`` where the case cannot be sent,
        ``BudgetSpent`` where no request may be, and ``TargetError`` where too many of the run got no answer.
        """
        request = self._composer.request(case)
        for attempt in itertools.count(1):
            exchange = self._exchange(case, request)
            if exchange.response is None:
                request = self._once_more(case, exchange)
                exchange = self._exchange(case, request)
            yield exchange
            response = exchange.response
            if response is None or not too_fast(response, case.prefer):
                return
            if not self._pace.wait_out(response, attempt):
                return

    def pause(self, seconds: float, reason: str) -> bool:
        """Wait that long; false, without waiting, where the waits of the run would take too long."""
        return self._pace.pause(seconds, reason)

    def slow_down(self, seconds: float) -> None:
        """From now on leave at least that much time between two requests."""
        self._pace.slow_down(seconds)

    def assure_room(self) -> None:
        """Raises ``BudgetSpent`` where a case could not be sent, and once more if what it shows must show twice."""
        self._assure_budget(2)

    def _once_more(self, case: Case, lost: Exchange) -> Request:
        """The request to send after one without an answer: composed anew, as nobody knows what became of the first."""
        try:
            return self._composer.request(case)
        except Unsendable as error:
            text = phrase("lost", exchange=lost.id, failure=lost.failure, reason=error)
            raise Unsendable(replace(error.cause, text=text)) from error

    def _exchange(self, case: Case, request: Request) -> Exchange:
        self._assure_budget(1)
        if self.gave_up:
            raise TargetError(self.gave_up)
        prepared = self._client.prepare(request)
        on_the_wire = sent(prepared)
        found = self._tags(case, on_the_wire)
        self._pace.take_turn()
        response, failure, started = None, None, time.perf_counter()
        try:
            response = self._client.send(prepared)
        except TargetError as error:
            failure = str(error)
            self._note_lost(failure)
        seconds = time.perf_counter() - started
        if response is not None:
            self._pace.note(response)
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
            elapsed_ms=round(seconds * 1000, 2),
            failure=failure,
            spent=self._composer.spent(request),
        )
        self._composer.note(case, request, response)
        self._record.exchange(exchange)
        return exchange

    def _note_lost(self, failure: str) -> None:
        self._lost += 1
        if self._lost == self._limits.lost:
            self.gave_up = f"{self._lost} requests of this run got no answer, so no more are sent (the last: {failure})"

    def _assure_budget(self, requests: int) -> None:
        if self._budget is not None and self._sent + requests > self._budget:
            raise BudgetSpent(Cause(Code.BUDGET, phrase("budget", budget=self._budget, sent=self._sent)))

    def _wait(self, seconds: float, reason: str) -> None:
        self._record.wait(Wait(self.contract.api, round(seconds, 6), reason, _now()))
        self._sleep(seconds)

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
