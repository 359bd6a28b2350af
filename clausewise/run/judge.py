"""Has every answer judged, sends a break once more, and tells whether the target can be tested at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from clausewise.cases import Case, baseline_case
from clausewise.cause import Cause, Code, unusable
from clausewise.checks import Kind, kind_of, make, make_pair
from clausewise.checks.finding import Finding, Outcome, untested
from clausewise.errors import BudgetSpent, TargetError, Unsendable, Untested, Unusable
from clausewise.exchange import Exchange
from clausewise.exchanges.conversation import Conversation
from clausewise.exchanges.pace import too_fast
from clausewise.record import RunRecord
from clausewise.run.baseline import expired, is_refusal, refusal, refuses_good_credentials, unanswered, unexpected
from clausewise.run.blame import Blame, Findings
from clausewise.run.creations import creation
from clausewise.run.messages import undecided, unstable
from clausewise.run.tallies import Tallies
from clausewise.wording import phrase


class Judge:
    """Hears the target in one run, by the checks of the contract's clauses, and adds up what they say."""

    def __init__(self, conversation: Conversation, record: RunRecord, tallies: Tallies) -> None:
        self.unusable: str | None = None
        """Why the target cannot be tested, or not any more."""
        self.succeeded = False
        """Whether any request was answered with success."""
        self.sent: set[str] = set()
        """The ids of the cases that were sent."""
        self.blame = Blame(conversation.contract)
        self._contract = conversation.contract
        self._conversation = conversation
        self._record = record
        self._tallies = tallies
        self._kinds = {clause.id: kind_of(clause) for clause in self._contract.clauses}
        self._checks = {
            operation: [
                (clause.id, make(self._contract, clause, conversation.target.values))
                for clause in self._contract.clauses
                if clause.operation == operation and self._kinds[clause.id] in (Kind.REQUEST, Kind.ANSWER)
            ]
            for operation in self._contract.operations
        }
        self._baseline_sent = self._in_baseline = False

    def send_and_judge(self, case: Case) -> tuple[Exchange, list[str]]:
        """The answer to a case, and the ids of the clauses about its request that it breaks."""
        exchange, findings = self._answered(case)
        return exchange, self._broken_by_request(self._settled(case, exchange, findings))

    def related(self, clause_id: str, first: Exchange, second: Exchange) -> Finding:
        """What two answers show about a clause."""
        reasons = [reason for answer in (first, second) if (reason := undecided(self._contract, answer))]
        if reasons:
            return untested(reasons[0])
        finding = make_pair(self._contract, self._contract.clause(clause_id))(first, second)
        return self.blame.attribute(second, {clause_id: finding})[clause_id]

    def require_baseline(self) -> None:
        """Makes sure, once a run, that known-good requests succeed; raises ``Unusable`` if one does not."""
        if not self._baseline_sent:
            self._baseline_sent = self._in_baseline = True
            cases = [baseline_case(self._contract, operation=name) for name in self._contract.operations]
            reasons = (self._why_unusable(case) for case in cases)
            self.unusable = next((reason for reason in reasons if reason), None)
            self._in_baseline = False
            self.blame.note_roots(self._tallies.in_test)
        self.unusable = self.unusable or self._conversation.gave_up
        if self.unusable is not None:
            raise Unusable(unusable(self.unusable))

    # How an answer is judged

    def _answered(self, case: Case) -> tuple[Exchange, Findings]:
        """The exchange that a case leads to, and what every check says of it.

        An answer 429 is about pace: only what such answers promise is held against it, at once.
        """
        for exchange in self._exchanges(case):
            findings = self._judged(exchange)
            if exchange.response is None:
                return exchange, self._unanswered(exchange, findings)
            self.succeeded |= 200 <= exchange.response.status < 300
            if not too_fast(exchange.response, case.prefer):
                self._assure_accepted(exchange)
                return exchange, findings
            self._tallies.add(exchange, {n: f for n, f in findings.items() if self._kinds[n] is Kind.ANSWER})
        told = self._told(phrase("throttled"))
        raise TargetError(told) if self.unusable else Untested(Cause(Code.PACE, told))

    def _exchanges(self, case: Case) -> Iterator[Exchange]:
        """Every exchange that a case takes; what it made on the target is written down."""
        for exchange in self._conversation.exchanges(case):
            self.sent.add(case.id)
            if made := creation(self._contract, exchange):
                self._record.creation(made)
            yield exchange

    def _unanswered(self, exchange: Exchange, findings: Findings) -> Findings:
        """What an exchange without an answer shows: something only if known-good requests are answered still.

        Raises ``TargetError`` if they are not, or if no clause is about such a request.
        """
        told = self._told(f"{exchange.id} ({exchange.case}) got no answer, twice: {exchange.failure}")
        if self._in_baseline or self.unusable or not findings:
            raise TargetError(told)
        return findings

    def _judged(self, exchange: Exchange) -> Findings:
        found = {name: finding for name, check in self._checks[exchange.operation] if (finding := check(exchange))}
        return self.blame.attribute(exchange, found)

    def _settled(self, case: Case, exchange: Exchange, findings: Findings) -> Findings:
        """The findings that count, added up. A break that would be shown to a person is sent once more first."""
        doubtful = [name for name, finding in findings.items() if self._is_doubtful(name, exchange, finding)]
        if doubtful:
            try:
                again, repeated = self._answered(case)
            except BudgetSpent as error:
                findings = {
                    **findings,
                    **dict.fromkeys(doubtful, untested(Cause(Code.UNCONFIRMED, phrase("unconfirmed", reason=error)))),
                }
            except Unsendable:
                pass  # the document may forbid to send it twice
            else:
                for name in doubtful:
                    if name in repeated and repeated[name].outcome is Outcome.KEPT:
                        self._tallies.of(name).unstable.append(unstable(exchange, findings.pop(name)))
                self._tallies.add(again, {name: finding for name, finding in repeated.items() if name in doubtful})
        self._tallies.add(exchange, findings)
        return findings

    def _is_doubtful(self, clause_id: str, exchange: Exchange, finding: Finding) -> bool:
        is_break = finding.outcome is Outcome.BROKEN and not finding.is_certain
        return is_break and self._tallies.of(clause_id).would_show(exchange)

    def _broken_by_request(self, findings: Findings) -> list[str]:
        """The clauses about the request that an answer breaks."""
        return [
            name
            for name, finding in findings.items()
            if finding.outcome is Outcome.BROKEN and self._kinds[name] is Kind.REQUEST
        ]

    # Whether the target can be tested at all

    def _why_unusable(self, case: Case) -> str | None:
        """Sends a baseline; the reason why nothing can be tested, if so."""
        base_url = self._conversation.target.base_url
        try:
            exchange, findings = self._answered(case)
            reason = refusal(self._contract, base_url, exchange)
            if reason is None and self._broken_by_request(self._settled(case, exchange, findings)):
                reason = unexpected(self._contract, base_url, exchange)
        except (TargetError, Unsendable, Untested) as error:
            return unanswered(self._contract, base_url, error)
        return reason

    def _assure_accepted(self, exchange: Exchange) -> None:
        """Raises ``TargetError`` if good credentials are refused that were accepted before; the run is over then.

        The known-good request tells, and must be refused twice.
        """
        accepted_before = self._baseline_sent and not self._in_baseline
        if not accepted_before or not refuses_good_credentials(self._contract, exchange):
            return
        case = baseline_case(self._contract)
        with suppress(Unsendable):
            if all(is_refusal(next(self._exchanges(case))) for _ in range(2)):
                self.unusable = expired(self._contract, self._conversation.target.base_url, exchange)
                raise TargetError(self.unusable)

    def _told(self, reason: str) -> str:
        """Why a request got no answer to judge, with a word on whether known-good ones do; if not, the run is over."""
        if self._in_baseline:
            return reason
        case = baseline_case(self._contract)
        try:
            exchange = next(self._exchanges(case))
        except BudgetSpent as error:
            return f"{reason}; {error}"
        except Unsendable as error:
            self.unusable = f"{reason}; the known-good request cannot be sent any more ({error})"
            return self.unusable
        if exchange.response and not too_fast(exchange.response, case.prefer):
            return f"{reason}; the known-good request is still answered"
        self.unusable = f"{reason}; the known-good request fares no better"
        return self.unusable
