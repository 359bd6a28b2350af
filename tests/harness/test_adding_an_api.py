"""docs/adding-an-api.md, followed word by word: its files, its commands, and what they are said to show."""

import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest
from markdown_it import MarkdownIt
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from clausewise.mock import serve_app
from clausewise.mock.answers import answer, application, parse_json
from clausewise.record import read, settle
from tests.harness.driving import PROJECT, SUITE, Finished, suite

pytestmark = pytest.mark.whole_run

TEXT = (PROJECT / "docs" / "adding-an-api.md").read_text(encoding="utf-8")
TOKENS = MarkdownIt().parse(TEXT)
PAGE = "example/documents/reserve-a-book.txt"
CLAUSEWISE = [sys.executable, "-c", "from clausewise.cli import main; main()"]


def named_blocks() -> dict[str, str]:
    """The text of each block by the file that the line above it names."""
    found: dict[str, str] = {}
    for above, block in zip(TOKENS[1:], TOKENS[3:], strict=False):  # between the two stands the end of the paragraph
        name = re.match(r"`(example/\S+)`", above.content) if block.type == "fence" else None
        if name:
            assert name[1] not in found
            found[name[1]] = block.content
    return found


def told(beginning: str) -> str:
    """The block that shows what is printed and begins like this."""
    (block,) = [token.content for token in TOKENS if token.type == "fence" and token.content.startswith(beginning)]
    return block


def commands(word: str) -> list[list[str]]:
    """The commands of the document that begin with this word, split as a shell does."""
    lines = [line for token in TOKENS if token.info == "sh" for line in token.content.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith(f"{word} ")]


def arguments(word: str) -> list[str]:
    """Those of the one such command; only the suite stays where it is."""
    (command,) = commands(word)
    assert "tests/conformance" in command
    return [str(SUITE) if argument == "tests/conformance" else argument for argument in command[1:]]


VARIABLES = dict(assignment.split("=", 1) for _, assignment in commands("export"))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file of the document."""
    folder = tmp_path_factory.mktemp("checkout")
    for name, text in named_blocks().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(unnumbered(text) if name == PAGE else text, encoding="utf-8")
    return folder


def unnumbered(text: str) -> str:
    """The page without the line numbers, which must be right."""
    lines = text.splitlines()
    assert [int(line[:2]) for line in lines] == list(range(1, len(lines) + 1))
    assert all(line[2:4] in ("", "  ") for line in lines)
    return "".join(f"{line[4:]}\n" for line in lines)


def audited(folder: Path) -> tuple[int, str]:
    """Exit code and output of the document's audit."""
    command = [*CLAUSEWISE, *arguments("clausewise")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  this Python
    assert done.stderr == ""
    return done.returncode, done.stdout


def run_against(app: ASGIApp, folder: Path) -> Finished:
    """The document's run, with its variables, against an application in the place of its target."""
    with serve_app(app, name="library") as base_url:
        environment = {**VARIABLES, "LIBRARY_BASE_URL": base_url}
        return suite(folder, *arguments("pytest"), environment=environment, reports=False)


def outcomes(folder: Path) -> Mapping[str, str]:
    """The outcome of every clause of the last run."""
    record = read(folder / "reports" / "run.jsonl")
    return {one.clause.id: one.outcome for one in settle(record.header.apis[0].clauses, record.verdicts)}


def library(*, without_book: int = 422) -> ASGIApp:
    """A library that does what its page says, but for the status that a request without bookID may get."""

    async def reserve(request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {VARIABLES['LIBRARY_KEY']}":
            return answer(401)
        if request.path_params["libraryID"] != VARIABLES["LIBRARY_ID"]:
            return answer(404)
        try:
            body = parse_json(await request.body())
        except ValueError:
            return answer(400)
        if isinstance(body, dict) and "bookID" not in body:
            return answer(without_book)
        if not is_reservable(body):
            return answer(422)
        return answer(201, {"id": f"res-{uuid4()}", "status": "waiting"})

    return application(
        {("POST", "/libraries/(?P<libraryID>[^/]+)/reservations"): reserve},
        id_header="X-Request-Id",
        new_id=lambda: str(uuid4()),
    )


def is_reservable(body: object) -> bool:
    """Whether a body names a book that there is, and a reader."""
    if not isinstance(body, dict):
        return False
    return body.get("bookID") == VARIABLES["LIBRARY_BOOK_ID"] and isinstance(body.get("reader"), str)


def test_it_holds_every_file_of_a_contract_and_no_python() -> None:
    names = {name.removeprefix("example/contracts/library/") for name in named_blocks()}
    assert names >= {PAGE, "openapi.yaml", "clauses.yaml", "target.yaml"}
    assert {Path(name).suffix for name in names} == {".txt", ".yaml", ".json"}
    assert commands("sha256sum") == [["sha256sum", PAGE]]


def test_the_contract_is_sound(checkout: Path) -> None:
    code, output = audited(checkout)

    assert (code, output) == (0, "the contracts are sound\n")
    assert f"`{output.strip()}`" in TEXT


def test_after_an_edit_of_the_page_the_audit_names_the_clause_to_reread(checkout: Path) -> None:
    page = checkout / PAGE
    original = page.read_text(encoding="utf-8")
    page.write_text(original.replace("seven days", "six days"), encoding="utf-8")
    try:
        assert audited(checkout) == (1, told("library: reserve-a-book.txt"))
    finally:
        page.write_text(original, encoding="utf-8")


def test_a_library_that_does_what_its_page_says(checkout: Path) -> None:
    finished = run_against(library(), checkout)

    found = outcomes(checkout)
    assert finished.code == 0, finished.output
    assert [name for name, outcome in found.items() if outcome == "observed"] == ["library.body.syntax"]
    assert [name for name, outcome in found.items() if outcome == "excluded"] == ["library.create.kept"]
    counted = Counter(found.values())
    assert counted.keys() == {"kept", "observed", "excluded"}
    assert f"{counted['kept']} clauses are kept, 1 is observed (`library.body.syntax`)" in TEXT


def test_a_library_with_one_defect(checkout: Path) -> None:
    finished = run_against(library(without_book=400), checkout)

    message = told("library.body.refused is broken")
    assert finished.code == 1, finished.output
    assert [name for name, outcome in outcomes(checkout).items() if outcome == "broken"] == ["library.body.refused"]
    assert re.search(r"source: .* lines 13-14, 21\n", message)
    assert message in finished.output
