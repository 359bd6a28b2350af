"""Whether the target works: the baseline request, and what is asked before a failure is attributed to clauses."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.cases import Case, baseline_case, proof_case
from clausewise.cause import Cause, Code
from clausewise.contract import Contract, CredentialKind
from clausewise.errors import BudgetSpent, TargetError, Unsendable
from clausewise.exchange import Exchange, Tags
from clausewise.exchanges.conversation import Conversation
from clausewise.exchanges.pace import too_fast, wait_for
from clausewise.record import RunRecord
from clausewise.run.baseline import expired, is_refusal, outage, refuses_good_credentials
from clausewise.run.creations import creation
from clausewise.run.front import is_html
from clausewise.wording import phrase

PAUSES = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each probe of a target that may be out of order; after the last one it is taken to be so."""
HURRIED = 3
"""Answers 503 that a pause alone healed, after which a run keeps to that pause between any two requests."""


class Health:
    """Sends requests of one run, and finds out what a failure says: about the request, or about the target.

    Every request counts in the budget, and what it creates is written down, probes included.
    """

    def __init__(self, conversation: Conversation, record: RunRecord) -> None:
        self.unusable: str | None = None
        """Why the target cannot be tested, or not any more."""
        self.succeeded = False
        """Whether any request was answered with success."""
        self.is_established = False
        """Whether the baseline was accepted, so that a failure needs an explanation."""
        self.in_baseline = False
        """Whether the baseline itself is being sent."""
        self.sent: set[str] = set()
        """The ids of the cases that were sent."""
        self.asked: set[tuple[str, Tags]] = set()
        """The kinds of requests that were sent: operations with tags."""
        self._contract: Contract = conversation.contract
        self._conversation = conversation
        self._record = record
        self._proofs: dict[str, Cause | None] = {}
        self._witness: Case | None = None  # what succeeded last, but for the baseline
        self._created: set[str] = set()
        self._hurried = 0

    def exchanges(self, case: Case) -> Iterator[Exchange]:
        """Every exchange that a case takes; what it made on the target is written down."""
        for exchange in self._conversation.exchanges(case):
            self.sent.add(case.id)
            self.asked.add((exchange.operation, exchange.tags))
            if made := creation(self._contract, exchange):
                self._record.creation(made)
                self._created.add(made.id)
            if _is_success(exchange):
                self.succeeded = True
                if case.prefer is None and case.id != baseline_case(self._contract, operation=case.operation).id:
                    self._witness = case
            yield exchange

    # Before a failure is attributed

    def is_suspicious(self, exchange: Exchange) -> bool:
        """Whether an answer may say more about the target's state than about the request."""
        response = exchange.response
        if response is None or not self.is_established or _is_on_demand(exchange):
            return False
        return response.status >= 500 or 300 <= response.status < 400 or is_html(response)

    def wait_until_it_works(self, exchange: Exchange) -> float:
        """Probe the baseline after such an answer until it is accepted, and return the seconds of the last pause.

        Raises:
            TargetError: where it is not accepted in the end, so that the run is over.
        """
        waited, latest = 0.0, exchange
        for attempt, pause in enumerate(PAUSES, start=1):
            seconds = self._pause_before(latest, attempt, pause)
            if not self._conversation.pause(seconds, phrase("outage-wait", exchange=exchange.id)):
                break
            waited += seconds
            try:
                latest = self._probe()
            except BudgetSpent:
                return seconds  # what is left of the budget cannot tell
            if self._is_alive(latest):
                return seconds
        self.unusable = outage(self._contract, self._conversation.target.base_url, exchange, latest, waited)
        raise TargetError(self.unusable)

    def note_pace(self, pause: float) -> None:
        """Slow down after a few requests that were accepted when they were sent again after a pause."""
        self._hurried += 1
        if self._hurried >= HURRIED:
            self._conversation.slow_down(pause)

    def refuses_everything_with(self, status: int) -> bool:
        """Whether the baseline request, accepted before, gets that status now, and what succeeded last fails, too.

        Where that one creates something still, the refusal is due to what distinguishes the two.
        """
        try:
            probe = self._probe()
            if probe.response is None or probe.response.status != status:
                return False
            return self._witness is None or not self._creates(self._witness)
        except Unsendable:
            return False

    def require_good_credentials(self, exchange: Exchange) -> None:
        """Raise ``TargetError`` if good credentials are refused that were accepted before; the run is over then.

        The baseline must be refused twice.
        """
        if not self.is_established or not refuses_good_credentials(self._contract, exchange):
            return
        try:
            is_over = all(is_refusal(self._probe()) for _ in range(2))
        except Unsendable:
            return
        if is_over:
            self.unusable = expired(self._contract, self._conversation.target.base_url, exchange)
            raise TargetError(self.unusable)

    def doubt_about_credentials(self, exchange: Exchange) -> Cause | None:
        """Why an answer 401 may be due to an optional credential that is not valid any more.

        ``None`` where the credential proved itself: a request that must be accepted with it was. Raises
        ``TargetError`` for credentials that were configured as good ones, and are refused.
        """
        kind = self._optional_kind(exchange)
        if exchange.response is None or exchange.response.status != 401 or kind is None:
            return None
        if kind.valid:
            raise TargetError(phrase("renew-valid", variable=_variable(kind), status=401))
        if kind.name not in self._proofs:
            self._proofs[kind.name] = self._proof(kind)
        return self._proofs[kind.name]

    def _creates(self, case: Case) -> bool:
        """Whether the case, sent again, creates something that was not there."""
        before = len(self._created)
        next(self.exchanges(case))
        return len(self._created) > before

    # A request without an answer

    def explain_no_answer(self, reason: str) -> str:
        """Return why a request got no answer to judge, with a word on the baseline; if that fails, the run is over."""
        if self.in_baseline:
            return reason
        try:
            probe = self._probe()
        except BudgetSpent as error:
            return f"{reason}; {error}"
        except Unsendable as error:
            self.unusable = f"{reason}; the baseline request cannot be sent any more ({error})"
            return self.unusable
        if probe.response and not too_fast(probe.response, None):
            return f"{reason}; the baseline request is still answered"
        self.unusable = f"{reason}; the baseline request failed too"
        return self.unusable

    def _probe(self) -> Exchange:
        return next(self.exchanges(baseline_case(self._contract)))

    def _is_alive(self, exchange: Exchange) -> bool:
        """Whether the answer is one of the API: any documented one, a conflict included, that is no failure of it."""
        response = exchange.response
        if response is None or is_html(response) or is_refusal(exchange):
            return False
        return 200 <= response.status < 300 or (400 <= response.status < 500 and response.status not in (404, 429))

    def _pause_before(self, latest: Exchange, attempt: int, pause: float) -> float:
        response = latest.response
        if response is None or response.status != 503:
            return pause
        if response.values("Retry-After"):
            return wait_for(response, attempt)[0]
        return max(pause, PAUSES[1])  # a rate limiter may answer so

    def _optional_kind(self, exchange: Exchange) -> CredentialKind | None:
        """The kind of credentials that a request presented, if a variable behind it is optional."""
        tags = exchange.tags.all()
        for kind in self._contract.credentials.values():
            if f"credentials/{kind.name}" in tags and (name := _variable(kind)):
                return None if self._contract.variables[name].required else kind
        return None

    def _proof(self, kind: CredentialKind) -> Cause | None:
        """Why nothing proves that the credentials are still valid; ``None`` if something does."""
        variable = _variable(kind)
        if kind.proof is None:
            return Cause(Code.RENEW, phrase("unproven-alone", status=401, variable=variable), variables=(variable,))
        case = proof_case(self._contract, kind)
        try:
            answer = next(self.exchanges(case)).response
        except Unsendable as error:
            missing = error.cause.variables
            meaning = self._contract.variables[missing[0]].meaning if missing else str(error)
            text = phrase("unproven", status=401, variable=variable, proof=" and ".join(missing), meaning=meaning)
            return Cause(Code.RENEW, text, variables=missing)
        if answer is not None and 200 <= answer.status < 300:
            return None
        status = answer.status if answer else "none"
        return Cause(Code.RENEW, phrase("proof-refused", variable=variable, status=status), variables=(variable,))


def _is_success(exchange: Exchange) -> bool:
    return exchange.response is not None and 200 <= exchange.response.status < 300


def _is_on_demand(exchange: Exchange) -> bool:
    """Whether the request asked for just this status."""
    return exchange.response is not None and f"on-demand/{exchange.response.status}" in exchange.tags.faults


def _variable(kind: CredentialKind) -> str:
    """The variable behind the credentials; empty if there is none."""
    return next(iter(kind.variables), "")
