"""One API's part of a run: has every answer judged, sends a break once more, and keeps what was found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress

from clausewise.cases import Case, baseline_case
from clausewise.cases.expectation import matches
from clausewise.cases.wire import planned_tags
from clausewise.checks import Kind, kind_of, make, make_pair
from clausewise.checks.finding import KEPT, Finding, Outcome, untested
from clausewise.contract import Contract, Level
from clausewise.errors import Broken, BudgetSpent, TargetError, Unsendable, Untested, Unusable
from clausewise.exchange import Exchange
from clausewise.exchanges.conversation import Conversation
from clausewise.exchanges.pace import too_fast
from clausewise.known import KnownFailure
from clausewise.record import RunRecord
from clausewise.run.baseline import expired, is_refusal, refusal, refuses_good_credentials, unanswered, unexpected
from clausewise.run.blame import Blame, Findings, depends_on
from clausewise.run.creations import creation
from clausewise.run.messages import broken_message, never_seen, undecided, unstable
from clausewise.run.tally import Tally
from clausewise.run.verdicts import accepted, verdict_of_test, verdict_without_test


class Run:
    """The run against one API.

    A clause about requests or pairs is concluded in each test that sends such a request; one about answers is
    concluded over the whole run, when the test that cites it asks. ``failing`` are the levels whose breaks raise,
    unless they are ``known`` failures; ``spares`` says that no request is sent for what is implied.
    """

    def __init__(
        self,
        conversation: Conversation,
        record: RunRecord,
        failing: Collection[Level] = (Level.MUST, Level.SHOULD),
        known: Mapping[str, KnownFailure] | None = None,
        spares: bool = True,
    ) -> None:
        self.contract: Contract = conversation.contract
        self.unusable: str | None = None
        self.succeeded = False
        self.broken_before: set[str] = set()
        self.sent: set[str] = set()
        """The ids of the cases that were sent."""
        self._conversation = conversation
        self._record = record
        self._blame = Blame(self.contract)
        self._failing = failing
        self._known = known or {}
        self._spares = spares
        self._kept: dict[str, Exchange] = {}
        self._clauses = {clause.id: clause for clause in self.contract.clauses}
        self._kinds = {clause.id: kind_of(clause) for clause in self.contract.clauses}
        self._checks = [
            (clause, make(self.contract, clause))
            for clause in self.contract.clauses
            if self._kinds[clause.id] in (Kind.REQUEST, Kind.ANSWER)
        ]
        self._unsent: dict[str, set[str]] = {}  # why cases could not be sent, and what they are
        self._over_run: dict[str, Tally] = {}
        self._in_test: dict[str, Tally] = {}
        self._cited: Collection[str] = ()
        self._baseline_sent = self._in_baseline = False

    # What tests call

    def send(self, case: Case) -> Exchange:
        """Sends a case and has its answer judged.

        Raises ``Broken`` for a clause about its request, ``Untested`` where the target answers nothing but 429,
        ``Unsendable`` where the case cannot be sent, and ``TargetError`` where no answer comes.
        """
        exchange, broken = self.judge(case)
        self._raise_broken(broken)
        return exchange

    def judge(self, case: Case) -> tuple[Exchange, list[str]]:
        """Like ``send``, but gives the ids of the broken clauses instead of raising ``Broken``."""
        try:
            self._conversation.assure_room()
            exchange, findings = self._answered(case)
        except Unsendable as error:
            self._unsent.setdefault(str(error), set()).update(planned_tags(self.contract, case).all())
            raise
        return exchange, self._broken_by_request(self._settled(case, exchange, findings))

    def expect(self, case: Case) -> None:
        """Sends a case that is about the clauses that the test cites; raises ``Untested`` if its answer is not.

        A case is spared if all of them are implied by clauses that were kept before.
        """
        if self._spares and (implied := self._implied()):
            for clause_id, exchange in implied.items():
                self._tally(clause_id).add(exchange, KEPT)
            return
        exchange = self.send(case)
        tallies = [self._tally(clause_id) for clause_id in self._cited]
        if not any(tally.judged for tally in tallies):
            reasons = [tally.reason for tally in tallies if tally.reason]
            reason = undecided(self.contract, exchange) or "what was sent turned out not to be about the clause"
            raise Untested(reasons[0] if reasons else reason)

    def compare(self, clause_id: str, one: Case, other: Case, *, seen: Exchange | None = None) -> None:
        """Sends two cases and has their answers compared; a difference must show twice to count.

        ``seen`` is an earlier answer to the first, which spares a request.
        """
        second, finding = self._compared(clause_id, seen or one, other)
        if finding.outcome is Outcome.BROKEN:
            _, again = self._compared(clause_id, one, other)
            if again.outcome is Outcome.KEPT:
                self._tally(clause_id).unstable.append(unstable(second, finding))
                finding = again
        self._tally(clause_id).add(second, finding)
        self.raise_broken()
        if finding.outcome is Outcome.UNTESTED:
            raise Untested(finding.reason)

    def relate(self, clause_id: str, first: Exchange, second: Exchange) -> None:
        """Has two answers compared that came before; for what a second sending would change.

        It raises nothing: at its end the test calls ``raise_broken()``, and ``conclude()`` for the clause.
        """
        self._tally(clause_id).add(second, self._related(clause_id, first, second))

    def conclude(self, clause_id: str) -> None:
        """What all answers of the run so far say about a clause; raises ``Broken`` or ``Untested``."""
        tally = self._tally(clause_id)
        self._blame.settle(self._clauses[clause_id], tally)
        self._raise_broken([clause_id])
        if not tally.judged:
            clause = self._clauses[clause_id]
            unsent = (reason for reason, tags in self._unsent.items() if matches(clause.when, tags))
            raise Untested(tally.reason or next(unsent, never_seen(clause)))

    def require_baseline(self) -> None:
        """Makes sure, once a run, that known-good requests succeed; raises ``Unusable`` if one does not."""
        if not self._baseline_sent:
            self._baseline_sent = self._in_baseline = True
            cases = [baseline_case(self.contract, operation=name) for name in self.contract.operations]
            reasons = (self._why_unusable(case) for case in cases)
            self.unusable = next((reason for reason in reasons if reason), None)
            self._in_baseline = False
            self._blame.note_roots(self._in_test)
        self.unusable = self.unusable or self._conversation.gave_up
        if self.unusable is not None:
            raise Unusable(self.unusable)

    def fixture(self, variable: str) -> str:
        """The next value in turn of one of the target's variables; raises ``Unsendable`` where it is not set."""
        return self._conversation.fixture(variable)

    def unique(self) -> str:
        """A text that no other request holds, in this run or in another."""
        return self._conversation.unique()

    # What the plugin calls

    def start_test(self, test: str, cited: Collection[str]) -> None:
        """From now on this test sends, which cites these clauses."""
        self._conversation.test = test
        self._cited = cited
        self._in_test = {}

    def evidence(self) -> list[Exchange]:
        """The exchange to show for each clause that the running test found broken; each exchange once."""
        shown = (tally.evidence[0][0] for tally in self._tallies_of_test() if tally.evidence)
        return list({exchange.id: exchange for exchange in shown}.values())

    def unstable(self) -> bool:
        """Whether the running test saw something break that did not break again."""
        return any(tally.unstable for tally in self._tallies_of_test())

    def finish_test(self, reason: str | None, *, error: bool) -> None:
        """Writes the verdicts of the test: on the clauses that it cites, and on others that its requests were about.

        ``reason`` says why the test did not get to its end, if so; ``error`` that this was a failure and no choice.
        """
        test = self._conversation.test
        judged = [name for name, tally in self._in_test.items() if tally.judged or tally.unstable]
        self.broken_before |= {name for name, tally in self._in_test.items() if tally.broken}
        self._kept |= {name: tally.sample for name, tally in self._in_test.items() if tally.sample and not tally.broken}
        self._blame.note({**self._in_test, **{name: self._tally(name) for name in self._cited}})
        for clause_id in dict.fromkeys([*self._cited, *judged]):
            clause, tally = self._clauses[clause_id], self._tally(clause_id)
            verdict = verdict_of_test(self.contract, clause, tally, test, reason, error=error)
            known = self._accepted(clause_id)
            self._record.verdict(accepted(verdict, known) if known else verdict)
        self._conversation.test = None
        self._cited, self._in_test = (), {}

    def finish(self) -> None:
        """Closes the connections and writes the verdicts on the clauses that no test was about."""
        self._conversation.close()
        spoken = {verdict.clause for verdict in self._record.verdicts}
        for clause in self.contract.clauses:
            if clause.id not in spoken:
                self._record.verdict(verdict_without_test(self.contract, clause, self.unusable))

    def raise_broken(self) -> None:
        """Raises ``Broken`` for whatever the running test has seen broken so far."""
        self._raise_broken(self._in_test)

    def known_failures(self) -> list[str]:
        """Why breaks that the running test has seen did not fail it, one line for each clause."""
        entries = (self._accepted(clause_id) for clause_id in dict.fromkeys([*self._in_test, *self._cited]))
        return [entry.says for entry in entries if entry]

    def redacted(self, text: str) -> str:
        """The text without any secret of the target."""
        return self._conversation.redacted(text)

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
            self._add(exchange, {n: f for n, f in findings.items() if self._kinds[n] is Kind.ANSWER})
        raise Untested(self._told("the target kept answering 429"))

    def _exchanges(self, case: Case) -> Iterator[Exchange]:
        """Every exchange that a case takes; what it made on the target is written down."""
        for exchange in self._conversation.exchanges(case):
            self.sent.add(case.id)
            if made := creation(self.contract, exchange):
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
        found = (
            (clause.id, check(exchange)) for clause, check in self._checks if clause.operation == exchange.operation
        )
        return self._blame.sifted(exchange, {name: finding for name, finding in found if finding is not None})

    def _settled(self, case: Case, exchange: Exchange, findings: Findings) -> Findings:
        """The findings that count, added up. A break that would be shown to a person is sent once more first."""
        doubtful = [name for name, finding in findings.items() if self._is_doubtful(name, exchange, finding)]
        if doubtful:
            try:
                again, repeated = self._answered(case)
            except BudgetSpent as error:
                findings = {**findings, **dict.fromkeys(doubtful, untested(f"broken once, and unconfirmed: {error}"))}
            except Unsendable:
                pass  # the document may forbid to send it twice
            else:
                for name in doubtful:
                    if name in repeated and repeated[name].outcome is Outcome.KEPT:
                        self._tally(name).unstable.append(unstable(exchange, findings.pop(name)))
                self._add(again, {name: finding for name, finding in repeated.items() if name in doubtful})
        self._add(exchange, findings)
        return findings

    def _is_doubtful(self, clause_id: str, exchange: Exchange, finding: Finding) -> bool:
        is_break = finding.outcome is Outcome.BROKEN and not finding.certain
        return is_break and self._tally(clause_id).would_show(exchange)

    def _add(self, exchange: Exchange, findings: Findings) -> None:
        for clause_id, finding in findings.items():
            self._tally(clause_id).add(exchange, finding)

    def _implied(self) -> dict[str, Exchange]:
        """What shows the clauses that the test cites, if clauses that imply all of them were kept before."""
        implying = {clause_id: self._clauses[clause_id].implied_by for clause_id in self._cited}
        found = {name: self._kept[other] for name, other in implying.items() if other in self._kept}
        return found if len(found) == len(implying) else {}

    def _accepted(self, clause_id: str) -> KnownFailure | None:
        """The known failure that all breaks of a clause fall under, if there are any."""
        entry, tally = self._known.get(clause_id), self._tally(clause_id)
        return entry if entry and tally.broken and entry.accepts(tally.breaking) else None

    def _tally(self, clause_id: str) -> Tally:
        kept_in = self._over_run if self._kinds[clause_id] is Kind.ANSWER else self._in_test
        return kept_in.setdefault(clause_id, Tally())

    def _tallies_of_test(self) -> list[Tally]:
        return [self._tally(name) for name in dict.fromkeys([*self._cited, *self._in_test])]

    def _compared(self, clause_id: str, one: Case | Exchange, other: Case) -> tuple[Exchange, Finding]:
        first, known = (one, []) if isinstance(one, Exchange) else self.judge(one)
        second, broken = self.judge(other)
        finding = self._related(clause_id, first, second)
        if finding.outcome is Outcome.BROKEN:
            for name in set(broken) - set(known):  # what differs is told by the clause that compares
                self._tally(name).give_way(depends_on(clause_id))
        return second, finding

    def _related(self, clause_id: str, first: Exchange, second: Exchange) -> Finding:
        reasons = [reason for answer in (first, second) if (reason := undecided(self.contract, answer))]
        if reasons:
            return untested(reasons[0])
        finding = make_pair(self.contract, self._clauses[clause_id])(first, second)
        return self._blame.sifted(second, {clause_id: finding})[clause_id]

    def _broken_by_request(self, findings: Findings) -> list[str]:
        """The clauses about the request that an answer breaks."""
        return [
            name
            for name, finding in findings.items()
            if finding.outcome is Outcome.BROKEN and self._kinds[name] is Kind.REQUEST
        ]

    def _raise_broken(self, clause_ids: Iterable[str]) -> None:
        broken = [clause_id for clause_id in clause_ids if self._tally(clause_id).broken]
        failing = [
            self._clauses[clause_id]
            for clause_id in broken
            if self._clauses[clause_id].level in self._failing and not self._accepted(clause_id)
        ]
        if failing:
            raise Broken("\n\n".join(broken_message(self.contract, c, self._tally(c.id)) for c in failing))

    # Whether the target can be tested at all

    def _why_unusable(self, case: Case) -> str | None:
        """Sends a baseline; the reason why nothing can be tested, if so."""
        base_url = self._conversation.target.base_url
        try:
            exchange, findings = self._answered(case)
            reason = refusal(self.contract, base_url, exchange)
            if reason is None and self._broken_by_request(self._settled(case, exchange, findings)):
                reason = unexpected(self.contract, base_url, exchange)
        except (TargetError, Unsendable, Untested) as error:
            return unanswered(self.contract, base_url, error)
        return reason

    def _assure_accepted(self, exchange: Exchange) -> None:
        """Raises ``TargetError`` if good credentials are refused that were accepted before; the run is over then.

        The known-good request tells, and must be refused twice.
        """
        accepted_before = self._baseline_sent and not self._in_baseline
        if not accepted_before or not refuses_good_credentials(self.contract, exchange):
            return
        case = baseline_case(self.contract)
        with suppress(Unsendable):
            if all(is_refusal(next(self._exchanges(case))) for _ in range(2)):
                self.unusable = expired(self.contract, self._conversation.target.base_url, exchange)
                raise TargetError(self.unusable)

    def _told(self, reason: str) -> str:
        """Why a request got no answer to judge, with a word on whether known-good ones do; if not, the run is over."""
        if self._in_baseline:
            return reason
        case = baseline_case(self.contract)
        try:
            exchange = next(self._exchanges(case))
        except Unsendable as error:
            self.unusable = f"{reason}; the known-good request cannot be sent any more ({error})"
            return self.unusable
        if exchange.response and not too_fast(exchange.response, case.prefer):
            return f"{reason}; the known-good request is still answered"
        self.unusable = f"{reason}; the known-good request fares no better"
        return self.unusable
