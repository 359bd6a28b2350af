"""From cases to requests: fresh fixtures for each, and no more of them than the document and the target allow."""

from __future__ import annotations

import secrets

from clausewise.cases import Case, compose
from clausewise.cases.expectation import expectation
from clausewise.cases.wire import planned_tags
from clausewise.cause import Cause, Code
from clausewise.contract import UNIQUE, Contract, Use
from clausewise.errors import Unsendable
from clausewise.exchange import Request, Response
from clausewise.target import Target
from clausewise.wording import phrase

Serving = frozenset[tuple[str, str]]
"""Variables with the values that a request takes up, of those that may serve once only."""


REFUSALS = frozenset({400, 404, 422})
"""The answers that may be due to the values in a request: nothing was done, and the caller is not in question."""


class Composer:
    """Composes the requests of one run, and remembers what became of them."""

    def __init__(self, contract: Contract, target: Target) -> None:
        self._contract = contract
        self._target = target
        self._run_name = secrets.token_hex(4)
        self._uniques = 0
        self._turn = 0
        self._serving: Serving = frozenset()  # of the latest request
        self._spent: Serving = frozenset()
        self._succeeded: set[tuple[str, str, bytes | None]] = set()
        self._used: Serving = frozenset()  # values of variables that take turns, in requests that succeeded
        self._accepted: set[tuple[str, ...]] = set()  # the faults of what succeeded without a text of its own
        self._refused: dict[str, int] = {}  # the turn of each case that was refused, until it is sent once more
        self._is_first = False  # whether the latest request had fixtures in turn, and was none sent once more

    def unique(self) -> str:
        """A text that no other request holds, in this run or in another."""
        self._uniques += 1
        return f"clausewise-{self._run_name}-{self._uniques}"

    def fixture(self, variable: str) -> str:
        """The next value in turn of a variable; raises ``Unsendable`` where it is not set."""
        self._turn += 1
        return self._target.value(variable, self._turn)

    def request(self, case: Case) -> Request:
        """The request for a case, with fixtures with which it has not succeeded yet, if there are any.

        A case that was refused is sent once more with the same ones, as the refusal may be about them.

        Raises ``Unsendable`` where a variable is not set, and where the document forbids one request more.
        """
        self._serving, self._is_first = frozenset(), False
        self._assure_no_repetition(case)
        if self.must_fail(case):
            return compose(self._contract, case, self._target, must_fail=True, unique=self.unique())
        return self._next(case)

    def must_fail(self, case: Case) -> bool:
        """Whether no reading of the contract lets this case succeed."""
        expected = expectation(self._contract, case.operation, planned_tags(self._contract, case))
        return bool(expected.statuses) and not any(status < 300 for status in expected.statuses)

    def succeeded(self, request: Request) -> bool:
        """Whether this very request has succeeded before."""
        return _content(request) in self._succeeded

    def spent(self, request: Request) -> tuple[str, ...]:
        """The variables with a value in the request of which every value was in one that succeeded before."""
        names = sorted({name for name, _ in self._values_in(request)})
        return tuple(n for n in names if {(n, value) for value in self._target.turns(n)} <= self._used)

    def note(self, case: Case, request: Request, response: Response | None) -> None:
        """Remembers what the latest request came to; an answer 429 says that nothing was done."""
        if response is None or response.status != 429:
            self._spent |= self._serving
        if self._is_first and response is not None and response.status in REFUSALS:
            self._refused[case.id] = self._turn
        if response is not None and 200 <= response.status < 300:
            self._succeeded.add(_content(request))
            self._used |= self._values_in(request)
            if UNIQUE not in case.variables():
                self._accepted |= {planned_tags(self._contract, case).faults} - {()}

    def _assure_no_repetition(self, case: Case) -> None:
        """Where the document forbids it, no request without a text of its own that is like one which succeeded."""
        if self._contract.operations[case.operation].repeatable or UNIQUE in case.variables():
            return
        if planned_tags(self._contract, case).faults in self._accepted:
            raise Unsendable(Cause(Code.FORBIDDEN, phrase("accepted-before")))

    def _values_in(self, request: Request) -> Serving:
        """The values that take turns and stand in a request, each with its variable."""
        text = request.url + (request.body or b"").decode("utf-8", "replace")
        turning = (name for name, variable in self._contract.variables.items() if variable.list is Use.TURNS)
        return frozenset((name, value) for name in turning for value in self._target.turns(name) if value in text)

    def _next(self, case: Case) -> Request:
        """The request with the next fixtures in turn; those with which it succeeded come last, spent ones never."""
        once = [name for name, variable in self._contract.variables.items() if variable.list is Use.ONCE]
        needed = [name for name in once if name in case.variables()]
        unique, found = self.unique(), None
        self._is_first = case.id not in self._refused
        self._turn = self._refused.pop(case.id, self._turn + 1) - 1
        for _ in range(max(map(len, self._target.values.values()), default=1)):
            self._turn += 1
            serving = frozenset((name, self._target.value(name, self._turn)) for name in needed)
            if serving & self._spent:
                continue
            self._serving = serving
            found = compose(self._contract, case, self._target, self._turn, unique=unique)
            if not self.succeeded(found):
                break
        if found is None:
            text = phrase("spent", variables=" or ".join(needed))
            raise Unsendable(Cause(Code.SPENT, text, variables=tuple(needed)))
        return found


def _content(request: Request) -> tuple[str, str, bytes | None]:
    return request.method, request.url, request.body
