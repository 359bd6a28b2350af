"""What the reports show of a record: one view, shared by all that write one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clausewise.record import (
    FAILING,
    Api,
    Clause,
    Complaint,
    Coverage,
    Exchange,
    Footer,
    Header,
    Outcome,
    Reason,
    RecordData,
    Section,
    Settled,
    Unstable,
    Verdict,
    count,
    coverage,
    notices,
    settle,
)
from clausewise.report.evidence import compared, deciding, evidence
from clausewise.report.past import ApiPast, Strip, Trend, recent_runs
from clausewise.report.text import harmless
from clausewise.report.words import LEVELS, NO_REASON, counted, level_in_words, lines_in_words, verdict_in_words


@dataclass(frozen=True, slots=True)
class ClauseView:
    """One clause, what became of it, and why."""

    api: Api
    section: Section
    clause: Clause
    outcome: Outcome
    reasons: tuple[Reason, ...]
    unjudged: tuple[str, ...]
    """Why some of its tests could not judge it, where others could."""
    verdicts: tuple[Verdict, ...]
    deciding: tuple[Verdict, ...]
    """The verdicts that have the clause's outcome; of a broken one, that with the smallest request in front."""
    evidence: tuple[Exchange, ...]
    """The few exchanges to show, the first one first."""
    compared: Exchange | None
    """The exchange that the first one should have been like, if the clause is about two."""
    judged: int
    broken: int
    unstable: tuple[Unstable, ...]
    observed: Mapping[str, int]
    strip: Strip | None
    """What became of it over the recent runs, if any are known."""

    @property
    def id(self) -> str:
        """The id of the clause."""
        return self.clause.id

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All exchanges to show, that to compare with last."""
        if self.compared is None or self.compared in self.evidence:
            return self.evidence
        return (*self.evidence, self.compared)

    @property
    def symptoms(self) -> tuple[str, ...]:
        """Status, media type and place of its breaks, as a list of known failures names them."""
        return tuple(dict.fromkeys(one for verdict in self.deciding for one in verdict.symptoms))

    @property
    def since(self) -> str | None:
        """Since when it is broken, if it is and earlier runs tell."""
        return self.strip.since if self.strip else None

    @property
    def level(self) -> str:
        """The level in plain words."""
        return level_in_words(self.clause)

    @property
    def source(self) -> str:
        """Where the document says it: its title, the section and the lines."""
        parts = [self.api.document.title, self.section.title]
        if self.clause.lines:
            parts.append(lines_in_words(self.clause.lines))
        if self.clause.basis != "document":
            parts.append("with supplementary material")
        return ", ".join(parts)

    @property
    def depends_on(self) -> str | None:
        """The clause because of which this one is untested, if that is the only reason."""
        causes = [reason.depends_on for reason in self.reasons] if self.outcome == "untested" else []
        return causes[0] if causes and all(causes) else None

    def message(self, verdict: Verdict) -> str:
        """The whole message of a verdict on this clause: the recorded one, else one made of its parts."""
        if verdict.message is not None:
            return verdict.message
        parts = {
            "source": self.source,
            "reason": verdict.reason,
            "expected": verdict.expected,
            "received": verdict.received,
        }
        said = (f"{name}: {part}" for name, part in parts.items() if part is not None)
        return "\n".join((f"{self.id} ({self.level}): {self.clause.says}", *said))

    def difference(self, verdict: Verdict) -> str:
        """What was expected and what came, on one line; what was promised, where the verdict does not say."""
        if not verdict.expected:
            return self.clause.says
        return f"expected {verdict.expected}, received {verdict.received or 'no answer'}"


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of a document with its clauses."""

    section: Section
    clauses: tuple[ClauseView, ...]


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A reason with all clauses that have it."""

    reason: Reason
    clauses: tuple[ClauseView, ...]


@dataclass(frozen=True, slots=True)
class ApiView:
    """One API: its counts, its verdict in words and its document, section by section."""

    api: Api
    counts: Mapping[str, int]
    coverage: Coverage
    """How much of what the run planned to test it decided."""
    seconds: float
    """How long its requests took, all together."""
    succeeded: bool
    """Whether any request was answered with success."""
    sections: tuple[SectionView, ...]
    trend: Trend | None
    """How many clauses were broken over the recent runs, if any are known."""
    complaints: tuple[Complaint, ...]
    """Why the run failed beside its broken clauses, as far as it is about this API."""

    @property
    def clauses(self) -> tuple[ClauseView, ...]:
        """All clauses in the order of the document."""
        return tuple(clause for section in self.sections for clause in section.clauses)

    @property
    def observed(self) -> tuple[ClauseView, ...]:
        """The clauses for which it is on record what the target chose."""
        return tuple(clause for clause in self.clauses if clause.observed)

    @property
    def tested(self) -> int:
        """The number of clauses that were really tested."""
        return self.counts["kept"] + self.counts["broken"] + self.counts["known"]

    @property
    def state(self) -> Outcome:
        """The outcome of the API as a whole."""
        for outcome in ("broken", "error"):
            if self.counts[outcome]:
                return outcome
        if self.complaints:
            return "error"
        return "kept" if self.tested else "untested"

    @property
    def verdict(self) -> str:
        """The verdict in words, one sentence."""
        said = verdict_in_words(self.counts, self.tested)
        return f"{said} The run failed all the same." if self.complaints and not self.counts["broken"] else said


@dataclass(frozen=True, slots=True)
class RunView:
    """A whole run, its APIs in the order of the record."""

    record: RecordData
    """The record as it is, for those who hand its exchanges on as data. All else is fit to be shown."""
    header: Header
    footer: Footer | None
    notices: tuple[str, ...]
    """What a reader must know before the rest: that the record has no end, that the run was interrupted."""
    waits: str | None
    apis: tuple[ApiView, ...]

    @property
    def clauses(self) -> tuple[ClauseView, ...]:
        """All clauses of all APIs."""
        return tuple(clause for api in self.apis for clause in api.clauses)

    @property
    def broken(self) -> tuple[ClauseView, ...]:
        """The broken clauses, the worst first: `must` before `should`, then by broken exchanges."""
        severity = list(LEVELS)
        found = self.having("broken")
        return tuple(sorted(found, key=lambda one: (severity.index(one.clause.level), -one.broken)))

    @property
    def failing(self) -> tuple[ClauseView, ...]:
        """The broken clauses that fail the run."""
        levels = FAILING[self.header.fail_on]
        return tuple(clause for clause in self.broken if clause.clause.level in levels)

    @property
    def unstable(self) -> tuple[ClauseView, ...]:
        """The clauses that broke once and did not break again."""
        return tuple(clause for clause in self.clauses if clause.unstable)

    @property
    def observed(self) -> tuple[ClauseView, ...]:
        """The clauses of all APIs for which it is on record what the target chose."""
        return tuple(clause for api in self.apis for clause in api.observed)

    def having(self, outcome: Outcome) -> tuple[ClauseView, ...]:
        """The clauses with this outcome, in the order of their documents."""
        return tuple(clause for clause in self.clauses if clause.outcome == outcome)

    def consequences(self, clause: ClauseView) -> tuple[ClauseView, ...]:
        """The clauses that are untested because they depend on this one, directly or by way of others."""
        found: set[str] = set()
        causes = {clause.id}
        while causes:
            causes = {other.id for other in self.clauses if other.depends_on in causes} - found
            found |= causes
        return tuple(other for other in self.clauses if other.id in found)

    def reasons(self, outcome: Outcome) -> tuple[ReasonView, ...]:
        """The clauses with this outcome by reason: each reason once, in the order of the documents."""
        grouped: dict[Reason, list[ClauseView]] = {}
        for clause in self.having(outcome):
            for reason in clause.reasons or (Reason(NO_REASON),):
                grouped.setdefault(reason, []).append(clause)
        return tuple(ReasonView(reason, tuple(clauses)) for reason, clauses in grouped.items())


def view(record: RecordData, earlier: Sequence[RecordData] = ()) -> RunView:
    """What there is to show of a record, and of the earlier ones that are known, the oldest first.

    What is not shown of it is not looked at twice: it may be large.
    """
    header = harmless(record.header)
    apis = tuple(
        _api_view(raw, shown, record, recent_runs(raw, record, earlier))
        for raw, shown in zip(record.header.apis, header.apis, strict=True)
    )
    return RunView(record, header, harmless(record.footer), harmless(notices(record)), _waits(record), apis)


def _api_view(raw: Api, api: Api, record: RecordData, past: ApiPast | None) -> ApiView:
    settled = settle(raw.clauses, (verdict for verdict in record.verdicts if verdict.api == raw.api))
    strips = past.strips if past else {}
    clauses = [_clause_view(api, one, record.exchanges, strips.get(one.clause.id)) for one in settled]
    sections = tuple(
        SectionView(section, tuple(clause for clause in clauses if clause.section is section))
        for section in api.sections
    )
    exchanges = [one for one in record.exchanges.values() if one.api == raw.api]
    return ApiView(
        api=api,
        counts=count(settled),
        coverage=coverage(settled),
        seconds=sum(one.elapsed_ms for one in exchanges) / 1000,
        succeeded=any(one.response and 200 <= one.response.status < 300 for one in exchanges),
        sections=sections,
        trend=past.trend if past else None,
        complaints=harmless(
            tuple(one for one in record.footer.complaints if one.api == raw.api) if record.footer else ()
        ),
    )


def _clause_view(api: Api, raw: Settled, exchanges: Mapping[str, Exchange], strip: Strip | None) -> ClauseView:
    settled = harmless(raw)
    untested = [verdict for verdict in settled.verdicts if verdict.outcome == "untested"]
    unjudged = dict.fromkeys(verdict.reason for verdict in untested if verdict.reason)
    found = deciding(raw, exchanges)
    shown = evidence(raw.outcome, found, exchanges)
    other = compared(found[0], shown[0], exchanges) if shown else None
    return ClauseView(
        api=api,
        section=next(section for section in api.sections if section.id == settled.clause.section),
        clause=settled.clause,
        outcome=settled.outcome,
        reasons=settled.reasons,
        unjudged=() if settled.outcome == "untested" else tuple(unjudged),
        verdicts=settled.verdicts,
        deciding=harmless(found),
        evidence=harmless(shown),
        compared=harmless(other),
        judged=settled.judged,
        broken=settled.broken,
        unstable=settled.unstable,
        observed=settled.observed,
        strip=strip,
    )


def _waits(record: RecordData) -> str | None:
    if not record.waits:
        return None
    seconds = sum(wait.seconds for wait in record.waits)
    return f"{counted(len(record.waits), 'pause')} to keep to the pace of the target, {seconds:.1f} s in all"
