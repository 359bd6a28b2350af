"""What a request is, read off the wire: one test for each tag, with Moov's contract."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.cases import baseline_case, compose
from clausewise.cases.wire import planned_tags, tags
from clausewise.contract import Contract, Parameter
from clausewise.exchange import Tags
from clausewise.target import Target, resolve
from tests.harness.builders import ACCOUNT, ENVIRONMENT, OPERATION, PRINCIPALS, PROPERTY, URL, Wire, spellings

UNKNOWN = "00000000-0000-4000-8000-00000000c1a5"
GOOD = {"principalAccountID": PRINCIPALS[0], "allowScopes": ["accounts.read", "ping.read"]}

# vYYYY.QQ.BB as the document has it (lines 251 to 255), and what is one step away from it.
WELL_FORMED = st.from_regex(r"\Av[0-9]{4}\.(01|04|07|10)\.[0-9]{2}\Z")
NEAR_MISSES = st.one_of(
    st.from_regex(r"\Av[0-9]{4}\.(00|02|03|05|06|08|09|11|12|13|99)\.[0-9]{2}\Z"),
    st.from_regex(r"\Av[0-9]{1,3}\.(01|04|07|10)\.[0-9]{2}\Z"),
    st.from_regex(r"\Av[0-9]{5}\.(01|04|07|10)\.[0-9]{2}\Z"),
    st.from_regex(r"\Av[0-9]{4}\.(01|04|07|10)\.([0-9]|[0-9]{3,4})\Z"),
    st.from_regex(r"\A[Vuwx]?[0-9]{4}\.(01|04|07|10)\.[0-9]{2}\Z"),
    st.from_regex(r"\Av[0-9]{4}[-_/ ](01|04|07|10)[-_/ ][0-9]{2}\Z"),
    st.sampled_from(["", " ", "LATEST", "Latest", "latest ", "latest.01", "v2024.01", "v2024.01.00.00"]),
)


def test_a_good_request_has_no_fault(wire: Wire) -> None:
    assert wire.told() == Tags((), frozenset({"credentials/bearer", "header/value:X-Moov-Version=v2024.01.00"}))


# Faults


def test_on_demand(wire: Wire) -> None:
    assert wire.told(headers=(*wire.request.headers, ("Prefer", "code=504"))).faults == ("on-demand/504",)
    assert wire.told(headers=(*wire.request.headers, ("Prefer", "respond-async"))).faults == ()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (f"Bearer {ENVIRONMENT['MOOV_FORBIDDEN_TOKEN']}", "forbidden"),
        (f"Bearer {ENVIRONMENT['MOOV_EXPIRED_TOKEN']}", "expired"),
        ("Bearer", "no-token"),
        ("Bearer some-other-token", "unrecognised"),
        (ENVIRONMENT["MOOV_TOKEN"], "unrecognised"),
        (f"Basic {ENVIRONMENT['MOOV_BASIC_CREDENTIALS']}", "unrecognised"),
        ("", "unrecognised"),
    ],
)
def test_credentials_that_are_not_valid(wire: Wire, value: str, kind: str) -> None:
    assert wire.header("Authorization", value).faults == (f"credentials/{kind}",)


def test_credentials_that_are_missing_or_given_twice(wire: Wire) -> None:
    good = f"Bearer {ENVIRONMENT['MOOV_TOKEN']}"

    assert wire.header("Authorization").faults == ("credentials/missing",)
    assert wire.header("Authorization", good, good).faults == ("credentials/unrecognised",)


def test_credentials_whose_variable_is_not_set_are_recognised_by_nobody(contract: Contract) -> None:
    poor = resolve(contract, URL, {k: v for k, v in ENVIRONMENT.items() if k != "MOOV_EXPIRED_TOKEN"})
    wire = Wire(contract, poor)

    told = wire.header("Authorization", f"Bearer {ENVIRONMENT['MOOV_EXPIRED_TOKEN']}")

    assert told.faults == ("credentials/unrecognised",)


def test_path_unknown(wire: Wire) -> None:
    assert wire.account(UNKNOWN).faults == ("path/unknown:accountID",)
    assert wire.account(PRINCIPALS[0]).faults == ("path/unknown:accountID",)
    assert wire.account(ACCOUNT).faults == ()


@pytest.mark.parametrize("raw", ["nobody", "0", UNKNOWN + "0", UNKNOWN[:-1], "no%20body", "%7BaccountID%7D", "%2F"])
def test_path_odd(wire: Wire, raw: str) -> None:
    assert wire.account(raw).faults == ("path/odd:accountID",)


def test_an_escaped_path_is_the_same_path(wire: Wire) -> None:
    assert wire.account(ACCOUNT.replace("-", "%2D")).faults == ()


@PROPERTY
@given(version=NEAR_MISSES)
def test_header_malformed(wire: Wire, version: str) -> None:
    assert wire.header("X-Moov-Version", version).faults == ("header/malformed:X-Moov-Version",)


def test_a_header_given_twice_is_malformed(wire: Wire) -> None:
    told = wire.header("X-Moov-Version", "v2024.01.00", "v2024.01.00")

    assert told.faults == ("header/malformed:X-Moov-Version",)


@PROPERTY
@given(version=WELL_FORMED.filter(lambda version: version != "v2024.01.00"))
def test_header_unlisted(wire: Wire, version: str) -> None:
    assert wire.header("X-Moov-Version", version).faults == ("header/unlisted:X-Moov-Version",)


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ([], ("content-type/missing",)),
        (["text/plain"], ("content-type/other:text/plain",)),
        (["application/x-www-form-urlencoded"], ("content-type/other:application/x-www-form-urlencoded",)),
        (["application/jsonp"], ("content-type/other:application/jsonp",)),
        ([""], ("content-type/other:",)),
        (["application/json; charset=utf-8"], ("content-type/parameter",)),
        (["application/json;charset=latin1"], ("content-type/parameter",)),
        (["Text/HTML; charset=utf-8"], ("content-type/other:text/html",)),
        ([" text/plain ; x=1"], ("content-type/other:text/plain",)),
        (["Application/JSON"], ()),
        (["application/json"], ()),
    ],
)
def test_content_type(wire: Wire, values: list[str], faults: tuple[str, ...]) -> None:
    assert wire.header("Content-Type", *values).faults == faults


# Parameters that Moov does not have: of the query, and required ones


@pytest.mark.parametrize(
    ("query", "fault", "trait"),
    [
        ("", None, "query/absent:sort"),
        ("?other=up", None, "query/absent:sort"),
        ("?sort=up", None, "query/value:sort=up"),
        ("?sort=%75p", None, "query/value:sort=up"),
        ("?sort=left", "query/unlisted:sort", None),
        ("?sort=UP", "query/malformed:sort", None),
        ("?sort=", "query/malformed:sort", None),
        ("?sort=up&sort=up", "query/malformed:sort", None),
    ],
)
def test_a_parameter_of_the_query(wire: Wire, query: str, fault: str | None, trait: str | None) -> None:
    sort = Parameter(
        "sort", "query", required=False, schema={"pattern": "^[a-z]+$"}, known=("up", "down"), listing=False
    )

    told = with_parameter(wire, sort).told(url=wire.request.url + query)

    assert told.faults == ((fault,) if fault else ())
    assert [name for name in told.traits if name.startswith("query/")] == ([trait] if trait else [])


@pytest.mark.parametrize("location", ["query", "header"])
def test_a_required_parameter_that_is_absent_is_a_fault(wire: Wire, location: str) -> None:
    needed = Parameter("X-Needed", location, required=True, schema={}, known=(), listing=False)

    assert with_parameter(wire, needed).told().faults == (f"{location}/absent:X-Needed",)


@pytest.mark.parametrize(
    ("values", "fault", "trait"),
    [
        ([], None, "header/absent:X-Key"),
        (["any"], None, "header/present:X-Key"),
        (["any other"], None, "header/present:X-Key"),
        ([""], "header/malformed:X-Key", None),
        (["one", "two"], "header/malformed:X-Key", None),
    ],
)
def test_a_parameter_of_which_no_value_is_known_is_there_or_not(
    wire: Wire, values: list[str], fault: str | None, trait: str | None
) -> None:
    key = Parameter("X-Key", "header", required=False, schema={"minLength": 1}, known=(), listing=False)

    told = with_parameter(wire, key).header("X-Key", *values)

    assert told.faults == ((fault,) if fault else ())
    assert [name for name in told.traits if name.endswith("X-Key")] == ([trait] if trait else [])


@pytest.mark.parametrize(
    ("query", "fault", "trait"),
    [
        ("", None, "query/absent:fields[thing]"),
        ("?fields[thing]=id", None, "query/value:fields[thing]=id"),
        ("?fields%5Bthing%5D=id", None, "query/value:fields[thing]=id"),
        ("?fields[thing]=id,name", None, "query/value:fields[thing]=id,name"),
        ("?fields[thing]=name%2Cid", None, "query/value:fields[thing]=name,id"),
        ("?fields[thing]=id,colour", "query/unlisted:fields[thing]", None),
        ("?fields[thing]=colour", "query/unlisted:fields[thing]", None),
        ("?fields[thing]=ID", "query/malformed:fields[thing]", None),
        ("?fields[thing]=id&fields[thing]=name", "query/malformed:fields[thing]", None),
        ("?fields=id&fields[other]=id", None, "query/absent:fields[thing]"),
    ],
)
def test_a_parameter_whose_values_are_lists(wire: Wire, query: str, fault: str | None, trait: str | None) -> None:
    fields = Parameter(
        "fields[thing]",
        "query",
        required=False,
        schema={"pattern": "^[a-z]*(,[a-z]*)*$"},
        known=("id", "name"),
        listing=True,
    )

    told = with_parameter(wire, fields).told(url=wire.request.url + query)

    assert told.faults == ((fault,) if fault else ())
    assert [name for name in told.traits if name.startswith("query/")] == ([trait] if trait else [])


def test_a_comma_is_part_of_a_value_that_is_no_list(wire: Wire) -> None:
    sort = Parameter("sort", "query", required=False, schema={}, known=("up", "down"), listing=False)

    assert with_parameter(wire, sort).told(url=f"{wire.request.url}?sort=up,down").faults == ("query/unlisted:sort",)


def with_parameter(wire: Wire, parameter: Parameter) -> Wire:
    """The same good request to an operation that has one more parameter."""
    operation = wire.contract.operations[OPERATION]
    more = replace(operation, parameters=(*operation.parameters, parameter))
    return Wire(replace(wire.contract, operations={OPERATION: more}), wire.target)


# All of it together


@PROPERTY
@given(data=st.data())
@pytest.mark.parametrize("name", ["X-Moov-Version", "Content-Type", "Authorization"])
def test_the_letter_case_of_header_names_does_not_matter(wire: Wire, name: str, data: st.DataObject) -> None:
    (value,) = wire.request.values(name)

    assert wire.header(data.draw(spellings(name)), value) == wire.told()


def test_faults_come_in_the_order_in_which_a_server_would_look(wire: Wire) -> None:
    headers = (("Prefer", "code=500"), ("X-Moov-Version", "x"), ("Content-Type", "text/plain"))

    assert wire.told(url=f"{URL}/accounts/{UNKNOWN}/connections", headers=headers, body=b"{").faults == (
        "on-demand/500",
        "credentials/missing",
        "path/unknown:accountID",
        "header/malformed:X-Moov-Version",
        "content-type/other:text/plain",
        "body/syntax",
    )


def test_a_fault_is_told_once(wire: Wire) -> None:
    twice = {**GOOD, "allowScopes": ["ping.read", "ping.read"], "colour": 1}

    assert len(set(wire.body(twice).faults)) == len(wire.body(twice).faults)


def test_planned_tags_are_the_tags_of_any_target(contract: Contract, target: Target) -> None:
    case = baseline_case(contract, credentials="expired", headers={"X-Moov-Version": "x"})
    sent = tags(contract, case, compose(contract, case, target), target)

    assert planned_tags(contract, case).faults == sent.faults


def test_all_tags_are_faults_first_and_then_the_traits_in_order() -> None:
    assert Tags(("z", "a"), frozenset({"y", "b"})).all() == ("z", "a", "b", "y")
