"""A case and the request that it becomes for a target, and the line for a shell that sends it again."""

import base64
import json
import os
import shlex
import subprocess
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.cases import Case, baseline_case, clause_cases, compose, curl
from clausewise.cases.case import json_body
from clausewise.contract import Contract
from clausewise.errors import Unsendable
from clausewise.exchange import Request
from clausewise.target import Target, resolve
from tests.harness.builders import ACCOUNT, ENVIRONMENT, OPERATION, PRINCIPALS, PROPERTY, URL

SECRETS = [value for name, value in ENVIRONMENT.items() if name.endswith(("TOKEN", "CREDENTIALS"))]


def without(contract: Contract, *names: str) -> Target:
    """A target on which these variables are not set."""
    return resolve(contract, URL, {name: value for name, value in ENVIRONMENT.items() if name not in names})


def sent(contract: Contract, target: Target, **changes: Any) -> Request:
    """The baseline with these changes, as a request."""
    return compose(contract, baseline_case(contract, **changes), target)


# Named cases


def test_the_baseline_is_the_contracts(contract: Contract) -> None:
    case = baseline_case(contract)

    assert (case.id, case.operation, case.credentials) == (f"{OPERATION}/baseline", OPERATION, "bearer")
    assert case.path == {"accountID": "$MOOV_ACCOUNT_ID"}
    assert dict(case.headers) == {"Content-Type": "application/json", "X-Moov-Version": "v2024.01.00"}
    assert json.loads(case.body or b"")["principalAccountID"] == "$MOOV_PRINCIPAL_ACCOUNT_ID"
    assert vars(baseline_case(contract, operation=OPERATION)) == vars(case)
    assert baseline_case(contract, "without a body", text="").id == f"{OPERATION}/without a body"


def test_changes_replace_single_values(contract: Contract) -> None:
    case = baseline_case(
        contract,
        credentials="expired",
        path={"accountID": "other"},
        headers={"X-Moov-Version": "latest", "X-More": "1"},
        query={"a": "1"},
        body={"only": "this"},
        tag="sample/x",
    )

    assert (case.credentials, case.path, case.query) == ("expired", {"accountID": "other"}, {"a": "1"})
    assert dict(case.headers) == {"Content-Type": "application/json", "X-Moov-Version": "latest", "X-More": "1"}
    assert (case.body, case.tag) == (b'{"only": "this"}', "sample/x")


def test_none_leaves_a_header_out(contract: Contract) -> None:
    case = baseline_case(contract, headers={"X-Moov-Version": None, "Content-Type": None})

    assert case.headers == ()


def test_a_body_of_null_is_sent_and_a_text_goes_as_it_stands(contract: Contract) -> None:
    assert baseline_case(contract, body=None).body == b"null"
    assert baseline_case(contract, text="{not json").body == b"{not json"
    assert baseline_case(contract, text="").body == b""


def test_every_case_that_a_clause_tries_has_an_id_of_its_own(contract: Contract) -> None:
    cases = clause_cases(contract)

    assert len(cases) == sum(len(clause.tries) for clause in contract.clauses)
    assert all(case.id.startswith(f"{clause.id}/") for clause, case in cases)
    assert len({case.id for _, case in cases}) == len(cases)


def test_a_case_is_shown_by_its_id(contract: Contract) -> None:
    assert repr(baseline_case(contract)) == f"{OPERATION}/baseline"


@PROPERTY
@given(st.text())
def test_a_json_body_says_what_it_was_made_from(text: str) -> None:
    assert json.loads(json_body({"text": text}).decode("utf-8", "surrogatepass")) == {"text": text}


# The request


def test_a_request_has_the_targets_values(contract: Contract, target: Target) -> None:
    request = sent(contract, target)

    assert request.method == "POST"
    assert request.url == f"{URL}/accounts/{ACCOUNT}/connections"
    assert request.values("Authorization") == [f"Bearer {ENVIRONMENT['MOOV_TOKEN']}"]
    assert json.loads(request.body or b"")["principalAccountID"] == PRINCIPALS[0]


@pytest.mark.parametrize(
    ("account", "escaped"),
    [
        ("no body", "no%20body"),
        ("a/b", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("Kontoführung", "Kontof%C3%BChrung"),
        ("{accountID}", "%7BaccountID%7D"),
        ("100%", "100%25"),
    ],
)
def test_a_path_parameter_stays_one_segment(contract: Contract, target: Target, account: str, escaped: str) -> None:
    assert sent(contract, target, path={"accountID": account}).url == f"{URL}/accounts/{escaped}/connections"


def test_a_query_is_encoded(contract: Contract, target: Target) -> None:
    url = sent(contract, target, query={"fields[a/b]": "x y", "c": "&"}).url

    assert url == f"{URL}/accounts/{ACCOUNT}/connections?fields%5Ba%2Fb%5D=x+y&c=%26"


def test_credentials_are_put_in_by_kind(contract: Contract, target: Target) -> None:
    pair = base64.b64encode(ENVIRONMENT["MOOV_BASIC_CREDENTIALS"].encode()).decode()

    assert sent(contract, target, credentials="basic").values("Authorization") == [f"Basic {pair}"]
    assert sent(contract, target, credentials="no-token").values("Authorization") == ["Bearer"]
    assert sent(contract, target, credentials="missing").values("Authorization") == []


def test_variables_stand_anywhere_in_headers_and_bodies(contract: Contract, target: Target) -> None:
    request = sent(contract, target, headers={"X-Ids": "a $MOOV_ACCOUNT_ID"}, text="<$MOOV_ACCOUNT_ID> costs 5$")

    assert request.values("X-Ids") == [f"a {ACCOUNT}"]
    assert request.body == f"<{ACCOUNT}> costs 5$".encode()


def test_bytes_that_are_not_text_are_sent_as_they_are(contract: Contract, target: Target) -> None:
    case = replace(baseline_case(contract), body=b"\xff $MOOV_ACCOUNT_ID \x80")

    assert compose(contract, case, target).body == b"\xff " + ACCOUNT.encode() + b" \x80"
    assert compose(contract, replace(case, body=None), target).body is None


def test_lists_of_fixtures_take_turns_and_the_last_is_for_requests_that_must_fail(
    contract: Contract, target: Target
) -> None:
    def principal(turn: int = 0, *, must_fail: bool = False) -> str:
        request = compose(contract, baseline_case(contract), target, turn, must_fail=must_fail)
        return str(json.loads(request.body or b"")["principalAccountID"])

    assert [principal(turn) for turn in range(3)] == [PRINCIPALS[0], PRINCIPALS[1], PRINCIPALS[0]]
    assert principal(1, must_fail=True) == PRINCIPALS[2]


def test_a_status_on_demand_is_asked_for_where_the_target_honours_it(contract: Contract, target: Target) -> None:
    assert sent(contract, target, prefer=504).values("Prefer") == ["code=504"]
    assert sent(contract, target).values("Prefer") == []


def test_a_status_on_demand_is_not_asked_for_elsewhere(contract: Contract, target: Target) -> None:
    with pytest.raises(Unsendable, match="MOOV_PREFER_CODE is not set"):
        sent(contract, without(contract, "MOOV_PREFER_CODE"), prefer=504)
    with pytest.raises(Unsendable, match="no way to ask for it"):
        sent(replace(contract, on_demand=None), target, prefer=504)


@pytest.mark.parametrize(
    ("kind", "variable"),
    [
        ("basic", "MOOV_BASIC_CREDENTIALS"),
        ("expired", "MOOV_EXPIRED_TOKEN"),
        ("forbidden", "MOOV_FORBIDDEN_TOKEN"),
    ],
)
def test_a_case_whose_variable_is_not_set_cannot_be_sent(contract: Contract, kind: str, variable: str) -> None:
    with pytest.raises(Unsendable, match=f"{variable} is not set"):
        sent(contract, without(contract, variable), credentials=kind)


# The line for a shell


# Takes the place of curl: says what it was given, and what came to it by a pipe.
CURL = """curl() { printf '%s\\0' "$@"; case "$*" in *@-) cat >&2;; esac; }"""


def read_by_a_shell(line: str) -> tuple[list[bytes], bytes]:
    """What a shell makes of the line: the arguments that curl would get, and what would be piped to it."""
    environment = {**ENVIRONMENT, "PATH": os.environ["PATH"]}
    script = ["sh", "-c", f"{CURL}\n{line}"]
    shell = subprocess.run(script, env=environment, capture_output=True, check=True)  # noqa: S603  our own line
    return shell.stdout.split(b"\0")[:-1], shell.stderr


def body_sent_by(line: str) -> bytes:
    words, piped = read_by_a_shell(line)
    return piped if words[-2:] == [b"--data-binary", b"@-"] else words[words.index(b"--data-raw") + 1]


def told(contract: Contract, target: Target, **changes: Any) -> tuple[Request, str]:
    case = baseline_case(contract, **changes)
    request = compose(contract, case, target)
    return request, curl(contract, case, request)


@pytest.mark.parametrize("kind", ["bearer", "basic", "forbidden", "no-token", "missing"])
def test_the_line_sends_the_same_credentials_without_showing_them(
    contract: Contract, target: Target, kind: str
) -> None:
    request, line = told(contract, target, credentials=kind)

    assert not [secret for secret in SECRETS if secret in line]
    sent_headers = {f"{name}: {value}".encode() for name, value in request.headers}
    assert sent_headers <= set(read_by_a_shell(line)[0])


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "it\'s"}',
        '{"a": "$HOME `id` $(id) \\\\ !x"}',
        "two\nlines\tand a tab",
        "Grüße 😀",
        " leading and trailing ",
        "",
        "@/etc/passwd",
        "-X DELETE",
    ],
)
def test_the_line_sends_the_same_body(contract: Contract, target: Target, text: str) -> None:
    request, line = told(contract, target, text=text)

    assert body_sent_by(line) == request.body == text.encode()


@pytest.mark.parametrize("body", [b"\xff\xfe'\\\n\x01", b"\x00", b"%s%%\x7f", bytes(range(256))])
def test_the_line_sends_bytes_that_are_not_text(contract: Contract, target: Target, body: bytes) -> None:
    case = replace(baseline_case(contract), body=body)

    assert body_sent_by(curl(contract, case, compose(contract, case, target))) == body


def test_the_line_has_the_method_the_url_and_every_header(contract: Contract, target: Target) -> None:
    request, line = told(
        contract, target, path={"accountID": "it's"}, headers={"X-Moov-Version": "", "X-A": "it's $HOME"}
    )
    given_to_curl, _ = read_by_a_shell(line)

    assert line.startswith("curl -i -X POST ")
    assert "\n" not in line
    assert request.url.encode() in given_to_curl
    assert b"X-Moov-Version;" in given_to_curl  # so curl sends a header without a value
    assert b"X-A: it's $HOME" in given_to_curl


def test_the_line_sends_no_media_type_where_the_case_sends_none(contract: Contract, target: Target) -> None:
    _, line = told(contract, target, headers={"Content-Type": None})

    assert "Content-Type:" in shlex.split(line)


def test_the_line_has_no_body_where_the_case_has_none(contract: Contract, target: Target) -> None:
    case = replace(baseline_case(contract), body=None)

    assert "--data-raw" not in curl(contract, case, compose(contract, case, target))


@PROPERTY
@given(value=st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_the_line_is_read_by_a_shell_as_it_is_meant(contract: Contract, target: Target, value: str) -> None:
    case: Case = baseline_case(contract, credentials="missing", headers={"X-Any": value}, text=value)
    words = shlex.split(curl(contract, case, compose(contract, case, target)))

    assert (f"X-Any: {value}" if value else "X-Any;") in words
    assert words[-1] == value
