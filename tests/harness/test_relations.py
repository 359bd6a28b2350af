"""Two answers put beside each other: those of two cases that are sent for it, or two that came before."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from clausewise.contract import Clause, Contract
from clausewise.errors import Broken, Untested
from clausewise.exchange import Exchange
from tests.harness.builders import clause, with_clauses
from tests.harness.driving import Drive, good
from tests.harness.servers import Call, Mock, Reply, Server, Trap, serving
from tests.harness.variants import driving_by

PAIR = "moov.pair"
ONE = {"data": {"id": "cxn_1", "createdAt": "2026-11-21", "n": 1}}
SAME_BUT_ID = {"data": {"id": "cxn_2", "createdAt": "2026-11-21", "n": 1}}
IN_KEBAB = {"data": {"id": "cxn_1", "created-at": "2026-11-21", "n": 1}}
OTHER = {"data": {"id": 2, "createdAt": "2026-11-22", "n": 1}}
SPARSE = {"data": {"createdAt": "2026-11-22"}}


def saying(*bodies: Any) -> Trap:
    """Answers 201 with these bodies, one after the other, the last of them from then on; a reply stands for itself."""

    async def trap(call: Call, mock: Mock) -> Reply:
        body = bodies[min(call.number, len(bodies)) - 1]
        return body if isinstance(body, Reply) else Reply(201).saying(body)

    return trap


@contextmanager
def pairing(contract: Contract, directory: Path, trap: Trap, about: Clause) -> Iterator[tuple[Server, Drive]]:
    """A run by a contract with this clause about two answers, and one about good requests, in a test that cites it."""
    about_status = clause("status", "moov.status", when=["valid"], expect=[201], inconclusive={"409": "repeat"})
    small = with_clauses(contract, about, about_status)
    with serving(trap) as server, driving_by(small, server, directory) as drive:
        drive.run.start_test("pair", [PAIR])
        yield server, drive


def pair(check: str, **arguments: Any) -> Clause:
    """A clause about two answers."""
    return clause(check, PAIR, **arguments)


def outcome(drive: Drive) -> tuple[str, int]:
    """The outcome of the pair, and how often it broke."""
    drive.run.finish_test(None, error=False)
    [verdict] = drive.verdicts(PAIR)
    return verdict.outcome, verdict.broken


def relate(drive: Drive, one: Exchange, other: Exchange) -> None:
    """What a test does with two answers that came before."""
    drive.run.relate(PAIR, one, other)
    drive.run.raise_broken()
    drive.run.conclude(PAIR)


CHECKS: list[Any] = [
    pytest.param(pair("same-document"), (ONE, ONE), True, id="same document"),
    pytest.param(pair("same-document"), (ONE, SAME_BUT_ID), False, id="another id"),
    pytest.param(
        pair("same-document", values=["/data/n"]),
        (ONE, SAME_BUT_ID),
        True,
        id="an id of which the value does not count",
    ),
    pytest.param(pair("same-document", values=["/data/n"]), (ONE, OTHER), False, id="such an id of another type"),
    pytest.param(pair("same-document"), (ONE, IN_KEBAB), False, id="keys in another casing"),
    pytest.param(pair("same-document", keys="snake"), (ONE, IN_KEBAB), True, id="keys in a casing that is read"),
    pytest.param(pair("same-value", at="/data/n"), (ONE, OTHER), True, id="same value"),
    pytest.param(pair("same-value", at="/data/id"), (ONE, OTHER), False, id="another value"),
    pytest.param(pair("different-value", at="/data/id"), (ONE, OTHER), True, id="different value"),
    pytest.param(pair("different-value", at="/data/n"), (ONE, OTHER), False, id="the same value"),
]


@pytest.mark.parametrize(("about", "bodies", "kept"), CHECKS)
def test_two_answers_that_came_before(
    contract: Contract, tmp_path: Path, about: Clause, bodies: tuple[Any, Any], kept: bool
) -> None:
    with pairing(contract, tmp_path, saying(*bodies), about) as (server, drive):
        one, other = drive.run.send(good()), drive.run.send(good())
        if kept:
            relate(drive, one, other)
        else:
            with pytest.raises(Broken, match=r"^moov\.pair is broken"):
                relate(drive, one, other)
        assert len(server.calls) == 2
        assert outcome(drive) == (("kept", 0) if kept else ("broken", 1))


@pytest.mark.parametrize(("about", "bodies", "kept"), CHECKS)
def test_two_cases_that_are_sent(
    contract: Contract, tmp_path: Path, about: Clause, bodies: tuple[Any, Any], kept: bool
) -> None:
    """A break must show twice, so that the pair is sent again."""
    with pairing(contract, tmp_path, saying(*bodies, *bodies), about) as (server, drive):
        if kept:
            drive.run.compare(PAIR, good(), good())
        else:
            with pytest.raises(Broken, match=r"^moov\.pair is broken"):
                drive.run.compare(PAIR, good(), good())
        assert len(server.calls) == (2 if kept else 4)
        assert outcome(drive) == (("kept", 0) if kept else ("broken", 1))


@pytest.mark.parametrize(
    ("asked", "bodies", "kept"),
    [
        ("createdAt", (ONE, SPARSE), True),
        ("createdAt,colour", (ONE, SPARSE), True),
        ("created-at", (ONE, SPARSE), True),
        ("createdAt,n", (ONE, SPARSE), False),
        ("id", (ONE, SPARSE), False),
        ("createdAt", (ONE, ONE), False),
        ("", (ONE, {"data": {}}), True),
        ("createdAt", (ONE, {"data": {"createdAt": 5}}), False),
    ],
)
def test_the_fields_that_the_second_request_asks_for(
    contract: Contract, tmp_path: Path, asked: str, bodies: tuple[Any, Any], kept: bool
) -> None:
    about = pair("sparse-fieldset", parameter="fields[thing]", at="/data", keys="camel")
    with pairing(contract, tmp_path, saying(*bodies), about) as (_, drive):
        one, other = drive.run.send(good()), drive.run.send(good(query={"fields[thing]": asked}))
        if kept:
            relate(drive, one, other)
        else:
            with pytest.raises(Broken):
                relate(drive, one, other)
        assert outcome(drive)[0] == ("kept" if kept else "broken")


def test_a_difference_that_shows_once_is_unstable(contract: Contract, tmp_path: Path) -> None:
    with pairing(contract, tmp_path, saying(ONE, SAME_BUT_ID, ONE), pair("same-document")) as (server, drive):
        drive.run.compare(PAIR, good(), good())
        assert len(server.calls) == 4
        assert outcome(drive) == ("kept", 0)
        assert list(drive.unstable()) == [PAIR]


CANNOT_TELL: list[Any] = [
    pytest.param((ONE, Reply(409).saying(ONE)), "409", id="a status that says nothing"),
    pytest.param((Reply(409).saying(ONE), ONE), "409", id="... of the first"),
    pytest.param((ONE, Reply(201, body=b"text")), "no success with what is to be compared", id="no JSON"),
    pytest.param((ONE, Reply(201)), "no success with what is to be compared", id="no body"),
]


@pytest.mark.parametrize(("bodies", "reason"), CANNOT_TELL)
@pytest.mark.parametrize(
    "about",
    [
        pair("same-document"),
        pair("same-value", at="/data/id"),
        pair("different-value", at="/data/id"),
        pair("sparse-fieldset", at="/data", parameter="fields"),
    ],
    ids=lambda about: str(about.check),
)
def test_what_cannot_be_compared_is_untested_with_the_reason(
    contract: Contract, tmp_path: Path, about: Clause, bodies: tuple[Any, Any], reason: str
) -> None:
    with pairing(contract, tmp_path / "relate", saying(*bodies), about) as (_, drive):
        one, other = drive.run.send(good()), drive.run.send(good())
        with pytest.raises(Untested, match=reason):
            relate(drive, one, other)
        assert outcome(drive) == ("untested", 0)
    with pairing(contract, tmp_path / "compare", saying(*bodies), about) as (_, drive):
        with pytest.raises(Untested, match=reason):
            drive.run.compare(PAIR, good(), good())
        assert outcome(drive) == ("untested", 0)


def test_the_message_shows_the_second_answer_and_names_the_first(contract: Contract, tmp_path: Path) -> None:
    with pairing(contract, tmp_path, saying(ONE, OTHER), pair("same-value", at="/data/id")) as (_, drive):
        one, other = drive.run.send(good()), drive.run.send(good())
        with pytest.raises(Broken) as raised:
            relate(drive, one, other)
        assert f'the same as in {one.id}: "cxn_1"' in str(raised.value)
        assert "received:      2\n" in str(raised.value)
        assert f"the smallest request is {other.id}" in str(raised.value)


def test_what_cannot_be_told_after_all_keeps_the_break(contract: Contract, tmp_path: Path) -> None:
    """Sent again, the pair says nothing; the difference that was seen still counts."""
    trap = saying(ONE, SAME_BUT_ID, Reply(409).saying(ONE))
    with pairing(contract, tmp_path, trap, pair("same-document")) as (_, drive):
        with pytest.raises(Broken):
            drive.run.compare(PAIR, good(), good())
        assert outcome(drive) == ("broken", 1)


def test_an_answer_that_came_before_spares_a_request(contract: Contract, tmp_path: Path) -> None:
    with pairing(contract, tmp_path, saying(ONE, ONE), pair("same-document")) as (server, drive):
        seen = drive.run.send(good())
        drive.run.compare(PAIR, good(), good(), seen=seen)
        assert len(server.calls) == 2
        assert outcome(drive) == ("kept", 0)


def test_but_a_difference_to_it_must_show_in_fresh_answers(contract: Contract, tmp_path: Path) -> None:
    with pairing(contract, tmp_path, saying(SAME_BUT_ID, ONE), pair("same-document")) as (server, drive):
        seen = drive.run.send(good())
        drive.run.compare(PAIR, good(), good(), seen=seen)
        assert len(server.calls) == 4
        assert outcome(drive) == ("kept", 0)
        assert list(drive.unstable()) == [PAIR]
