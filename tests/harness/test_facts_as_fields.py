"""Reports read fields: where every sentence of a run is another one, they differ in nothing but these sentences."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from clausewise import wording
from clausewise.profiles import profile
from clausewise.record import RecordData, merge
from clausewise.report.advice import command, remedy
from clausewise.report.difference import against_another, in_its_place
from clausewise.report.html import page
from clausewise.report.view import ClauseView, RunView, view
from clausewise.session import Session
from clausewise.settings import Settings
from clausewise.target import resolve
from tests.harness.driving import Drive, contract_of
from tests.harness.servers import Call, Mock, Reply, Trap, serving


def flawed() -> Trap:
    """MX, but that members get new names, one field is missing, no token is needed, and OAuth is in progress."""
    seen: list[int] = []

    async def answer(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        if reply.status != 200:
            return replace(reply, status=201) if reply.status == 401 else reply
        seen.append(1)
        body = reply.json()
        body["member"] |= {"name": f"Bank {len(seen)}", "connection_status": "CONNECTED"}
        body["member"].pop("is_managed_by_user")
        return reply.showing(body)

    return answer


def recorded(directory: Path) -> RecordData:
    with serving(flawed(), api="mx") as server:
        target = resolve(contract_of("mx"), server.base_url, server.without("MX_EXPIRED_SESSION_TOKEN"))
        session = Session([contract_of("mx")], Settings({"mx": target}, directory, profile("full", 0)))
        Drive(session.runs["mx"], session.record).sweep()
        return session.finish(1, interrupted=False)


def transformed(sentence: str) -> str:
    """The sentence with everything but its facts turned round and marked."""
    parts = re.split(r"(\{[^}]*\})", sentence)
    return "".join(part if part.startswith("{") or not part else f"⟦{part[::-1]}⟧" for part in parts)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> tuple[RecordData, RecordData]:
    """The record of a run, and that of one in which every sentence is another."""
    plain = recorded(tmp_path_factory.mktemp("plain"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wording, "SENTENCES", {name: transformed(text) for name, text in wording.SENTENCES.items()})
        other = recorded(tmp_path_factory.mktemp("transformed"))
    return plain, other


def substance(run: RunView, clause: ClauseView) -> object:
    verdict = clause.deciding[0] if clause.deciding else None
    shown = clause.evidence[0] if clause.evidence else None
    marked = [line.sign for line in in_its_place(verdict, shown)] if verdict and shown else []
    differing = [line.sign for line in against_another(clause.compared, shown)] if clause.compared and shown else []
    return (
        clause.id,
        clause.outcome,
        clause.depends_on,
        [exchange.id for exchange in clause.exchanges],
        clause.compared and clause.compared.id,
        clause.symptoms,
        [one.exchange for one in clause.unstable],
        [(reason.code, reason.depends_on, reason.variables) for reason in clause.reasons],
        (marked, differing),
        command(run.header, clause),
        [other.id for other in run.consequences(clause)],
    )


def skeleton(run: RunView) -> list[str]:
    """The elements of the page and the places that its links lead to, without any text."""
    elements = BeautifulSoup(page(run), "html.parser").find_all()
    return [f"{element.name} {element.get('href', '')}" for element in elements]


def test_every_sentence_is_another_one(records: tuple[RecordData, RecordData]) -> None:
    plain, other = (
        [verdict.reason for verdict in one.verdicts if verdict.reason and verdict.outcome != "excluded"]
        for one in records
    )

    assert plain
    assert all("⟦" in reason for reason in other)


def test_the_run_shows_every_kind_of_fact(records: tuple[RecordData, RecordData]) -> None:
    clauses = view(records[0]).clauses

    assert any(clause.depends_on for clause in clauses)
    assert any(clause.compared for clause in clauses)
    assert any(clause.deciding and clause.deciding[0].pointer for clause in clauses)
    assert any(reason.variables for clause in clauses for reason in clause.reasons)


@pytest.mark.parametrize("number", [1, 2])
def test_no_report_changes_in_substance(records: tuple[RecordData, RecordData], number: int) -> None:
    """Alone, and where a record is put together with itself of another day."""
    before, after = (view(merge({f"{at}": one for at in range(number)})) for one in records)

    assert [substance(before, clause) for clause in before.clauses] == [
        substance(after, clause) for clause in after.clauses
    ]
    for one, other in zip(before.reasons("untested"), after.reasons("untested"), strict=True):
        assert [clause.id for clause in one.clauses] == [clause.id for clause in other.clauses]
        assert remedy(one) == remedy(other)
    assert skeleton(before) == skeleton(after)
