"""One API's part of a run: what tests ask of it, and the verdicts that come of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from clausewise.cases import Case
from clausewise.cases.expectation import calls_for
from clausewise.cases.wire import planned_tags
from clausewise.cause import Cause, Code, depends_on, unusable
from clausewise.checks import Kind, kind_of
from clausewise.checks.finding import Finding, Outcome
from clausewise.contract import Clause, Contract, Level
from clausewise.errors import Unsendable, Untested
from clausewise.exchange import Exchange, Tags
from clausewise.exchanges.conversation import Conversation
from clausewise.known import KnownFailure
from clausewise.record import RunRecord
from clausewise.run.judge import Judge
from clausewise.run.messages import never_seen, undecided, unstable
from clausewise.run.tallies import Tallies
from clausewise.run.verdicts import accepted, verdict_of_test, verdict_without_test
from clausewise.selection import Selection
from clausewise.wording import phrase


class Run:
    """The run against one API.

    A clause about requests or pairs is concluded in each test that sends such a request; one about answers is
    concluded over the whole run, when the test that cites it asks. ``failing`` are the levels whose breaks raise,
    unless they are ``known`` failures; ``spares`` says that no request is sent for what is implied. Clauses that the
    ``selection`` leaves out are not judged.
    """

    def __init__(
        self,
        conversation: Conversation,
        record: RunRecord,
        failing: Collection[Level] = (Level.MUST, Level.SHOULD),
        known: Mapping[str, KnownFailure] | None = None,
        spares: bool = True,
        selection: Selection | None = None,
    ) -> None:
        self.contract: Contract = conversation.contract
        self._conversation = conversation
        self._record = record
        self._selection = selection or Selection()
        self._tallies = Tallies(self.contract, failing, known or {})
        self._judge = Judge(conversation, record, self._tallies, self._selection)
        self._spares = spares
        self._concluded: set[str] = set()  # the clauses about all answers that a test has looked back at
        self._unsent: list[tuple[Cause, Tags]] = []  # why cases could not be sent, and what they are

    # What tests call

    def send(self, case: Case) -> Exchange:
        """Sends a case and has its answer judged.

        Raises ``Broken`` for a clause about its request, ``Untested`` where the target answers nothing but 429,
        ``Unsendable`` where the case cannot be sent, and ``TargetError`` where no answer comes.
        """
        exchange, broken = self.judge(case)
        self._tallies.raise_broken(broken)
        return exchange

    def judge(self, case: Case) -> tuple[Exchange, list[str]]:
        """Like ``send``, but gives the ids of the broken clauses instead of raising ``Broken``."""
        try:
            self._conversation.assure_room()
            return self._judge.send_and_judge(case)
        except Unsendable as error:
            self._unsent.append((error.cause, planned_tags(self.contract, case)))
            raise

    def expect(self, case: Case) -> None:
        """Sends a case that is about the clauses that the test cites; raises ``Untested`` if its answer is not.

        A case is spared if all of them are implied by clauses that were kept before. Where the run judges none of
        them, the case is sent for what its answer shows of others.
        """
        if self._spares and self._tallies.spare():
            return
        exchange = self.send(case)
        tallies = self._tallies.cited().values()
        if tallies and not any(tally.judged for tally in tallies):
            causes = [tally.cause for tally in tallies if tally.cause]
            cause = undecided(self.contract, exchange) or Cause(Code.NOT_EXERCISED, phrase("not-exercised"))
            raise Untested(causes[0] if causes else cause)

    def compare(self, clause_id: str, one: Case, other: Case, *, seen: Exchange | None = None) -> None:
        """Sends two cases and has their answers compared; a difference must show twice to count.

        ``seen`` is an earlier answer to the first, which spares a request.
        """
        if not self._selection.includes(clause_id):
            for case in (one, other):
                self.judge(case)
            return
        second, finding = self._compared(clause_id, seen or one, other)
        if finding.outcome is Outcome.BROKEN:
            _, again = self._compared(clause_id, one, other)
            if again.outcome is Outcome.KEPT:
                self._tallies.of(clause_id).unstable.append(unstable(second, finding))
                finding = again
        self._tallies.of(clause_id).add(second, finding)
        self.raise_broken()
        if finding.cause is not None:
            raise Untested(finding.cause)

    def relate(self, clause_id: str, first: Exchange, second: Exchange) -> None:
        """Has two answers compared that came before; for what a second sending would change.

        It raises nothing: at its end the test calls ``raise_broken()``, and ``conclude()`` for the clause.
        """
        if self._selection.includes(clause_id):
            self._tallies.of(clause_id).add(second, self._judge.related(clause_id, first, second))

    def conclude(self, clause_id: str) -> None:
        """What all answers of the run so far say about a clause; raises ``Broken`` or ``Untested``."""
        if not self._selection.includes(clause_id):
            return
        clause, tally = self.contract.clause(clause_id), self._tallies.of(clause_id)
        self._concluded.add(clause_id)
        self._judge.blame.finalize(clause, tally)
        self._tallies.raise_broken([clause_id])
        if not tally.judged:
            raise Untested(tally.cause or self._never_seen(clause))

    def _never_seen(self, clause: Clause) -> Cause:
        """Why no answer was about a clause: none was of its kind, or no request that asks for one could be sent."""
        asked = (tags for operation, tags in self._judge.health.asked if operation == clause.operation)
        is_planned = any(calls_for(self.contract, clause, tags) for tags in asked)
        unsent = (cause for cause, tags in self._unsent if calls_for(self.contract, clause, tags))
        if not is_planned and (cause := next(unsent, None)):
            return cause
        return Cause(Code.NEVER_SEEN if is_planned else Code.UNREACHABLE, never_seen(clause))

    def require_baseline(self) -> None:
        """Makes sure, once a run, that known-good requests succeed; raises ``Unusable`` if one does not."""
        self._judge.require_baseline()

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
        self._tallies.start_test([clause_id for clause_id in cited if self._selection.includes(clause_id)])

    def finish_test(self, cause: Cause | None, *, error: bool) -> None:
        """Writes the verdicts of the test: on the clauses that it cites, and on others that its requests were about.

        ``cause`` says why the test did not get to its end, if so; ``error`` that this was a failure and no choice.
        """
        test = self._conversation.test
        reported = {name: tally for name, tally in self._tallies.reported().items() if self._is_told(name)}
        self._judge.blame.note({**self._tallies.in_test, **reported})
        for clause_id, tally in reported.items():
            clause, known = self.contract.clause(clause_id), self._tallies.accepted(clause_id)
            verdict = verdict_of_test(self.contract, clause, tally, test, cause, error=error)
            self._record.verdict(accepted(verdict, known) if known else verdict)
        self._conversation.test = None
        self._tallies.finish_test()

    def _is_told(self, clause_id: str) -> bool:
        """Whether the test may report a clause: a break in what all answers promise waits for the look back."""
        is_about_answers = kind_of(self.contract.clause(clause_id)) is Kind.ANSWER
        return clause_id in self._concluded or not is_about_answers or not self._tallies.of(clause_id).broken

    def finish(self) -> None:
        """Closes the connections and writes the verdicts on the clauses that no test was about."""
        self._conversation.close()
        spoken = {verdict.clause for verdict in self._record.verdicts}
        for clause in self.contract.clauses:
            if clause.id not in spoken:
                why = self._selection.cause(clause.id) or (unusable(self.unusable) if self.unusable else None)
                self._record.verdict(verdict_without_test(self.contract, clause, why))

    def raise_broken(self) -> None:
        """Raises ``Broken`` for whatever the running test has seen broken so far."""
        self._tallies.raise_broken(self._tallies.in_test)

    # What the running test has seen so far, and the run

    def evidence(self) -> list[Exchange]:
        """The exchange to show for each clause that the running test found broken; each exchange once."""
        shown = (tally.evidence[0][0] for tally in self._tallies.reported().values() if tally.evidence)
        return list({exchange.id: exchange for exchange in shown}.values())

    def unstable(self) -> bool:
        """Whether the running test saw something break that did not break again."""
        return any(tally.unstable for tally in self._tallies.reported().values())

    def known_failures(self) -> list[str]:
        """Why breaks that the running test has seen did not fail it, one line for each clause."""
        entries = (self._tallies.accepted(clause_id) for clause_id in self._tallies.reported())
        return [entry.says for entry in entries if entry]

    @property
    def broken_before(self) -> set[str]:
        """The clauses that earlier tests found broken."""
        return self._tallies.broken_before

    @property
    def unusable(self) -> str | None:
        """Why the target cannot be tested, or not any more."""
        return self._judge.health.unusable

    @property
    def succeeded(self) -> bool:
        """Whether any request was answered with success."""
        return self._judge.health.succeeded

    @property
    def sent(self) -> set[str]:
        """The ids of the cases that were sent."""
        return self._judge.health.sent

    def redacted(self, text: str) -> str:
        """The text without any secret of the target."""
        return self._conversation.redacted(text)

    def _compared(self, clause_id: str, one: Case | Exchange, other: Case) -> tuple[Exchange, Finding]:
        first, known = (one, []) if isinstance(one, Exchange) else self.judge(one)
        second, broken = self.judge(other)
        finding = self._judge.related(clause_id, first, second)
        if finding.outcome is Outcome.BROKEN:
            for name in set(broken) - set(known):  # what differs is told by the clause that compares
                self._tallies.of(name).supersede(depends_on(clause_id))
        return second, finding
