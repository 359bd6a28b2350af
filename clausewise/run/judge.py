"""Has every answer judged by the clauses, and confirms a break before it counts."""

from __future__ import annotations

from dataclasses import replace

from clausewise.cases import Case, baseline_case
from clausewise.cause import Cause, Code, unusable
from clausewise.checks import Kind, kind_of, make, make_pair
from clausewise.checks.finding import Finding, Outcome, untested
from clausewise.contract import statuses
from clausewise.errors import BudgetSpent, TargetError, Unsendable, Untested, Unusable
from clausewise.exchange import Exchange
from clausewise.exchanges.conversation import Conversation
from clausewise.exchanges.pace import too_fast
from clausewise.record import RunRecord
from clausewise.run.baseline import refusal, unanswered, unexpected
from clausewise.run.blame import Blame, Findings
from clausewise.run.health import Health
from clausewise.run.messages import undecided, unstable
from clausewise.run.tallies import Tallies
from clausewise.selection import Selection
from clausewise.wording import phrase


class Judge:
    """Sends the cases of one run, has every answer judged by the checks, and adds up what they find."""

    def __init__(
        self, conversation: Conversation, record: RunRecord, tallies: Tallies, selection: Selection | None = None
    ) -> None:
        self.health = Health(conversation, record)
        self.blame = Blame(conversation.contract, tallies.turns_red)
        self._contract = conversation.contract
        self._conversation = conversation
        self._tallies = tallies
        self._kinds = {clause.id: kind_of(clause) for clause in self._contract.clauses}
        self._checks = {
            operation: [
                (clause.id, make(self._contract, clause, conversation.target.values))
                for clause in self._contract.clauses
                if clause.operation == operation
                and self._kinds[clause.id] in (Kind.REQUEST, Kind.ANSWER)
                and (selection is None or selection.includes(clause.id))
            ]
            for operation in self._contract.operations
        }
        self._baseline_sent = False

    def send_and_judge(self, case: Case) -> tuple[Exchange, list[str]]:
        """Return the answer to a case, and the ids of the clauses about its request that it breaks."""
        exchange, findings = self._answered(case)
        return exchange, self._broken_by_request(self._settled(case, exchange, findings))

    def related(self, clause_id: str, first: Exchange, second: Exchange) -> Finding:
        """What two answers show about a clause."""
        causes = [cause for answer in (first, second) if (cause := undecided(self._contract, answer))]
        if causes:
            return untested(self._for_want_of_values(second, causes[0]))
        finding = make_pair(self._contract, self._contract.clause(clause_id))(first, second)
        return self.blame.attribute(second, {clause_id: finding})[clause_id]

    def require_baseline(self) -> None:
        """Make sure, once a run, that baseline requests succeed; raise ``Unusable`` if one does not."""
        if not self._baseline_sent:
            self._baseline_sent = self.health.in_baseline = True
            cases = [baseline_case(self._contract, operation=name) for name in self._contract.operations]
            reasons = (self._why_unusable(case) for case in cases)
            self.health.unusable = next((reason for reason in reasons if reason), None)
            self.health.in_baseline = False
            self.health.is_established = self.health.unusable is None
            self.blame.note_roots(self._tallies.in_test)
        self.health.unusable = self.health.unusable or self._conversation.gave_up
        if self.health.unusable is not None:
            raise Unusable(unusable(self.health.unusable))

    # How an answer is judged

    def _answered(self, case: Case) -> tuple[Exchange, Findings]:
        """The exchange that a case leads to, and what every check says of it.

        An answer that may be due to the state of the target counts only while the baseline request is accepted, and
        only if the same request gets it again.
        """
        exchange, findings = self._asked(case)
        if not self.health.is_suspicious(exchange) or not _breaks(findings):
            return exchange, findings
        pause = self.health.wait_until_it_works(exchange)
        self._conversation.pause(pause, phrase("resend-wait", exchange=exchange.id))
        try:
            again, repeated = self._asked(case)
        except Unsendable as error:
            unconfirmed = untested(Cause(Code.UNCONFIRMED, phrase("unconfirmed", reason=error)))
            return exchange, {name: unconfirmed if _is_break(found) else found for name, found in findings.items()}
        if _status(again) == _status(exchange):
            return again, {name: replace(finding, is_certain=True) for name, finding in repeated.items()}
        if pause:
            self.health.note_pace(pause)
        else:
            for name in self._broken_by_request(findings):
                self._tallies.of(name).unstable.append(unstable(exchange, findings[name]))
        return again, repeated

    def _asked(self, case: Case) -> tuple[Exchange, Findings]:
        """The exchange that a case leads to, and what every check says of it.

        An answer 429 is about pace: only what such answers promise is held against it, at once.
        """
        for exchange in self.health.exchanges(case):
            findings = self._judged(exchange)
            if exchange.response is None:
                return exchange, self._unanswered(exchange, findings)
            if not too_fast(exchange.response, case.prefer):
                self.health.require_good_credentials(exchange)
                return exchange, findings
            self._tallies.add(exchange, {n: f for n, f in findings.items() if self._kinds[n] is Kind.ANSWER})
        reason = self.health.explain_no_answer(phrase("throttled"))
        raise TargetError(reason) if self.health.unusable else Untested(Cause(Code.PACE, reason))

    def _unanswered(self, exchange: Exchange, findings: Findings) -> Findings:
        """What an exchange without an answer shows: something only if baseline requests are answered still.

        Raises ``TargetError`` if they are not, or if no clause is about such a request.
        """
        reason = f"{exchange.id} ({exchange.case}) got no answer, twice: {exchange.failure}"
        reason = self.health.explain_no_answer(reason)
        if self.health.in_baseline or self.health.unusable or not findings:
            raise TargetError(reason)
        return findings

    def _judged(self, exchange: Exchange) -> Findings:
        found = {name: finding for name, check in self._checks[exchange.operation] if (finding := check(exchange))}
        return {
            name: untested(self._for_want_of_values(exchange, finding.cause)) if finding.cause else finding
            for name, finding in self.blame.attribute(exchange, found).items()
        }

    @staticmethod
    def _for_want_of_values(exchange: Exchange, cause: Cause) -> Cause:
        """The cause, or that too few values are configured: a refusal is no wonder where each was used before."""
        is_excused = cause.code in (Code.EXCUSED, Code.REFUSED) and exchange.spent
        return replace(cause, code=Code.SPENT, variables=exchange.spent) if is_excused else cause

    def _settled(self, case: Case, exchange: Exchange, findings: Findings) -> Findings:
        """The findings that count, added up. A break that would be shown to a person is sent once more first."""
        doubtful = [name for name, finding in findings.items() if self._is_doubtful(name, exchange, finding)]
        if doubtful and (cause := self._explanation(exchange, doubtful)):
            findings = {**findings, **dict.fromkeys(filter(self._is_about_status, doubtful), untested(cause))}
            doubtful = [name for name in doubtful if not self._is_about_status(name)]
        if doubtful:
            try:
                again, repeated = self._answered(case)
            except BudgetSpent as error:
                unconfirmed = untested(Cause(Code.UNCONFIRMED, phrase("unconfirmed", reason=error)))
                findings = {**findings, **dict.fromkeys(doubtful, unconfirmed)}
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

    def _is_about_status(self, clause_id: str) -> bool:
        return self._contract.clause(clause_id).check == "status"

    def _explanation(self, exchange: Exchange, doubtful: list[str]) -> Cause | None:
        """Why the status of an answer is no break: a credential that aged, or a target that refuses every request now.

        Raises ``TargetError`` where good credentials are refused that only some requests present.
        """
        if not self.health.is_established or not any(map(self._is_about_status, doubtful)):
            return None
        if cause := self.health.doubt_about_credentials(exchange):
            return cause
        response = exchange.response
        is_good = all(
            status < 300
            for name in filter(self._is_about_status, doubtful)
            for status in statuses(self._contract.clause(name).arguments["expect"])
        )
        if response is None or not is_good or not 400 <= response.status < 500:
            return None
        if not self.health.refuses_everything_with(response.status):
            return None
        text = phrase("refused-baseline", status=response.status, baseline=response.status)
        return self._for_want_of_values(exchange, Cause(Code.REFUSED, text))

    def _broken_by_request(self, findings: Findings) -> list[str]:
        """The clauses about the request that an answer breaks."""
        return [
            name
            for name, finding in findings.items()
            if finding.outcome is Outcome.BROKEN and self._kinds[name] is Kind.REQUEST
        ]

    def _why_unusable(self, case: Case) -> str | None:
        """Send a baseline; return the reason why nothing can be tested, if so."""
        base_url = self._conversation.target.base_url
        try:
            exchange, findings = self._asked(case)
            reason = refusal(self._contract, base_url, exchange)
            if reason is None and self._broken_by_request(self._settled(case, exchange, findings)):
                reason = unexpected(self._contract, base_url, exchange)
        except (TargetError, Unsendable, Untested) as error:
            return unanswered(self._contract, base_url, error)
        return reason


def _breaks(findings: Findings) -> bool:
    return any(map(_is_break, findings.values()))


def _is_break(finding: Finding) -> bool:
    return finding.outcome is Outcome.BROKEN


def _status(exchange: Exchange) -> int | None:
    return exchange.response.status if exchange.response else None
