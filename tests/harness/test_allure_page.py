"""What is made of Allure's page, and what is told where there is none to make; no Node is needed for that."""

import sys
from pathlib import Path

import pytest

from clausewise import cli
from clausewise.allure.page import self_contained
from clausewise.errors import UsageError

TAG = """
    <script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
    <script>
        window.dataLayer = window.dataLayer || [];
        gtag('config', 'G-1', {"report": "awesome"});
    </script>"""
PAGE = f"""<!DOCTYPE html>
<html>
<head>
    <meta charset="utf-8">
    <script>window.allureReportOptions = {{}};</script>
</head>
<body>
    <svg xmlns="http://www.w3.org/2000/svg"></svg>
    <script src="data:text/javascript;base64,AA//bb=="></script>{TAG}
    <script async>window.allureReportDataReady = false;</script>
</body>
</html>"""


def test_the_analytics_are_taken_out_and_nothing_else() -> None:
    page = self_contained(PAGE)

    policy = next(line for line in page.splitlines() if "Content-Security-Policy" in line)
    assert page.replace(f"\n{policy}", "") == PAGE.replace(TAG, "\n    ")


def test_the_policy_stands_before_all_scripts_and_names_no_place_on_the_network() -> None:
    page = self_contained(PAGE)

    before, _, after = page.partition('<meta http-equiv="Content-Security-Policy" content="')
    policy = after.partition('"')[0]
    assert "<script" not in before
    assert policy == "default-src 'unsafe-inline' data: blob:; form-action 'none'"


@pytest.mark.parametrize(
    "page",
    [PAGE.replace(TAG, ""), PAGE.replace(TAG, TAG + TAG), PAGE.replace(TAG, TAG.replace("dataLayer", "layers"))],
    ids=["without a tag", "with two tags", "with another tag"],
)
def test_a_page_that_is_not_as_it_is_known_is_refused(page: str) -> None:
    with pytest.raises(UsageError, match="another page than the one that is known"):
        self_contained(page)


@pytest.mark.parametrize(
    ("element", "address"),
    [
        ('<link rel="stylesheet" href="https://cdn.example/a.css">', "https://cdn.example/a.css"),
        ('<img src="//cdn.example/a.png">', "//cdn.example/a.png"),
        ("<style>@import url(http://cdn.example/a.css);</style>", "http://cdn.example/a.css"),
        ("<script>fetch('wss://cdn.example/live')</script>", "wss://cdn.example/live"),
    ],
)
def test_a_page_that_names_an_address_on_the_network_is_refused(element: str, address: str) -> None:
    with pytest.raises(UsageError, match=f"names an address on the network, {address}"):
        self_contained(PAGE.replace("</body>", f"{element}</body>"))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        ([], "there is no Allure in node_modules: `tox -e allure` installs it, and so does `npm ci` in node/"),
        (
            ["node_modules/allure/cli.js"],
            "there are no results of a run in results: make some with `tox -e conformance`",
        ),
        (
            ["node_modules/allure/cli.js", "results/a-result.json", "results/categories.json"],
            "results/categories.json is not JSON (Expecting value: line 1 column 1 (char 0)): mend it, or take it away",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_told_in_a_sentence(
    make: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in make:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        sys, "argv", ["clausewise", "allure", "results", "--modules", "node_modules", "--output", "out"]
    )

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 4
    assert capsys.readouterr().err == f"error: {sentence}\n"
