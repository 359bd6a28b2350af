"""No secret gets through, in whatever encoding a server hands it back, and nothing else is touched."""

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clausewise.redact import SHORTEST_SECRET, Redactor
from tests.harness.builders import PROPERTY

TOKEN = 'tök/en+with "every" <kind> & of=sign\\'


def every_character(text: str, escape: Callable[[str], str]) -> str:
    return "".join(escape(character) for character in text)


def percent_lower(text: str) -> str:
    return every_character(text, lambda c: "".join(f"%{byte:02x}" for byte in c.encode()))


def json_inside(text: str) -> str:
    """The text as it stands between the quotes of a JSON string."""
    return json.dumps(text)[1:-1]


def json_units(text: str) -> str:
    r"""Every character as ``\uXXXX``, in UTF-16 as JSON has it."""
    units = text.encode("utf-16-be").hex()
    return "".join(rf"\u{units[at : at + 4]}" for at in range(0, len(units), 4))


ENCODERS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "URL": lambda text: quote(text, safe=""),
    "URL, slashes kept": quote,
    "URL, lower case": percent_lower,
    "URL, upper case": lambda text: every_character(text, lambda c: "".join(f"%{byte:02X}" for byte in c.encode())),
    "URL, twice": lambda text: quote(quote(text, safe=""), safe=""),
    "URL, three times": lambda text: quote(quote(quote(text, safe=""), safe=""), safe=""),
    "URL, four times": lambda text: quote(quote(quote(quote(text, safe=""), safe=""), safe=""), safe=""),
    "form": quote_plus,
    "JSON": json_inside,
    "JSON, not ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON, slashes escaped": lambda text: json_inside(text).replace("/", r"\/"),
    "JSON, every character": json_units,
    "JSON, upper case": lambda text: json_units(text).upper().replace("\\U", "\\u"),
    "JSON in JSON": lambda text: json_inside(json_inside(text)),
    "hex": lambda text: text.encode().hex(),
    "hex, upper case": lambda text: text.encode().hex().upper(),
    "hex escapes": lambda text: every_character(text, lambda c: rf"\x{ord(c):02x}" if ord(c) < 256 else c),
    "HTML": html.escape,
    "HTML, twice": lambda text: html.escape(html.escape(text)),
    "HTML, named": lambda text: html.escape(text, quote=False).replace('"', "&quot;").replace("'", "&apos;"),
    "HTML, decimal": lambda text: every_character(text, lambda c: f"&#{ord(c)};"),
    "HTML, hexadecimal": lambda text: every_character(text, lambda c: f"&#x{ord(c):X};"),
    "HTML, leading zeros": lambda text: every_character(text, lambda c: f"&#0{ord(c)};"),
    "HTML, hexadecimal with leading zeros": lambda text: every_character(text, lambda c: f"&#X00{ord(c):x};"),
    "HTML in JSON": lambda text: json_inside(html.escape(text)),
}
BASE64: dict[str, Callable[[bytes], bytes]] = {
    "standard": base64.b64encode,
    "URL-safe": base64.urlsafe_b64encode,
    "without padding": lambda data: base64.b64encode(data).rstrip(b"="),
}

PRINTABLE = st.characters(min_codepoint=33, max_codepoint=126)
# A secret that is hardly more than one character again and again could stand in a text by chance.
SECRETS = st.text(PRINTABLE | st.sampled_from(" éß€😀"), min_size=SHORTEST_SECRET, max_size=40).filter(
    lambda text: text == text.strip() and len(set(text)) > 3
)


@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=list(ENCODERS))
def test_one_secret_in_a_sentence(encoder: Callable[[str], str]) -> None:
    text = f"before {encoder(TOKEN)} after"

    assert Redactor({"MOOV_TOKEN": TOKEN}).text(text) == "before [MOOV_TOKEN] after"


@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=list(ENCODERS))
def test_characters_at_the_edges_of_what_an_escape_can_say(encoder: Callable[[str], str]) -> None:
    edges = "\x7f\x80\xff\u0100\u07ff\u0800\uffff\U00010000\U0010ffff"

    assert Redactor({"A": edges}).text(f"before {encoder(edges)} after") == "before [A] after"


@PROPERTY
@given(SECRETS, st.sampled_from(list(ENCODERS)), st.text(), st.text())
def test_no_encoded_secret_survives(secret: str, encoding: str, before: str, after: str) -> None:
    encoded = ENCODERS[encoding](secret)

    told = Redactor({"A": secret}).text(before + encoded + after)

    assert encoded not in told
    assert secret not in told
    assert "[A]" in told


def test_what_cannot_be_cut_out_takes_the_text_with_it() -> None:
    encoded = every_character(quote("secret/value", safe=""), lambda c: f"&#{ord(c)};")

    assert Redactor({"A": "secret/value"}).text(f"before {encoded} after") == "[withheld: this held [A]]"


@PROPERTY
@given(SECRETS, st.sampled_from(list(BASE64)), st.binary(max_size=20), st.binary(max_size=20))
def test_no_secret_survives_inside_base64(secret: str, alphabet: str, before: bytes, after: bytes) -> None:
    data = secret.encode()
    encoded = BASE64[alphabet](before + data + after).decode()
    # the characters whose six bits come from the secret alone
    first, end = -(-len(before) * 8 // 6), (len(before) + len(data)) * 8 // 6

    told = Redactor({"A": secret}).data(b"<" + encoded.encode() + b">").decode()

    assert told == f"<{encoded[:first]}[A]{encoded[end:]}>"


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
def test_base64_that_is_encoded_again(before: str) -> None:
    encoded = base64.b64encode(f"{before}>>>???>>>???>>>".encode()).decode()

    told = Redactor({"A": ">>>???>>>???>>>"}).text(quote(encoded, safe="") + " " + encoded.replace("/", r"\/"))

    assert told.count("[A]") == 2
    assert "Pz8%2FPj4" not in told


def test_the_header_of_basic_authentication() -> None:
    redactor = Redactor({"BASIC": "public-key:secret-key"})

    assert redactor.text("Basic " + base64.b64encode(b"public-key:secret-key").decode()) == "Basic [BASIC]"


def test_the_longest_secret_is_found_first() -> None:
    redactor = Redactor({"SHORT": "part-of-it", "LONG": "part-of-it-and-more"})

    assert redactor.text("part-of-it-and-more, part-of-it") == "[LONG], [SHORT]"


def test_a_secret_with_escapes_of_its_own_is_found_where_the_rest_of_it_is_escaped() -> None:
    secret = "key %41%42 <token>"

    assert Redactor({"A": secret}).text(f"before {quote(secret, safe='%')} after") == "before [A] after"


@pytest.mark.parametrize(
    ("secret", "told"),
    [("%41%42%43", "the&#32;ABC and the&#32;ABCD"), ("%41%42%43%44", "[withheld: this held [A]]")],
)
def test_what_is_left_of_such_a_secret_is_looked_for_if_it_is_no_short_word(secret: str, told: str) -> None:
    assert Redactor({"A": secret}).text("the&#32;ABC and the&#32;ABCD") == told


@pytest.mark.parametrize("beyond", ["&#1114112;", "&#x110000;", "&#999999999999;"])
def test_a_number_that_is_no_characters_stays(beyond: str) -> None:
    assert Redactor({"A": "secret-value"}).text(f"secret{beyond}-value") == f"secret{beyond}-value"
    assert Redactor({"A": "secret-value"}).text(f"{beyond} secret%2dvalue") == f"{beyond} [A]"


@pytest.mark.parametrize("character", ["Ā", "ā", "€"])
def test_more_than_two_figures_are_no_hex_escape_of_one_character(character: str) -> None:
    code = ord(character)
    other = rf"\x{code:x}-secret-value"

    assert Redactor({"A": f"{character}-secret-value"}).text(f"&#{code};-secret-value {other}") == f"[A] {other}"


def test_every_occurrence_goes() -> None:
    assert Redactor({"A": "secret-value"}).text("secret-value secret%2dvalue secret-value") == "[A] [A] [A]"


def test_bytes_that_are_not_text_are_kept() -> None:
    assert Redactor({"A": "secret-value"}).data(b"\xff\xfe secret-value \x80") == b"\xff\xfe [A] \x80"


@PROPERTY
@given(st.text() | st.text(alphabet='%25\\u0065/&#x;amp"'))
def test_text_without_secrets_is_unchanged(text: str) -> None:
    secret = "a-secret-that-no-example-holds"
    assume(secret not in text)

    assert Redactor({"A": secret}).text(text) == text


@PROPERTY
@given(st.binary())
def test_bytes_without_secrets_are_unchanged(data: bytes) -> None:
    assert Redactor({"A": "a-secret-that-no-example-holds"}).data(data) == data


def test_the_beginning_of_a_secret_is_no_secret() -> None:
    assert Redactor({"A": "secret-value"}).text("secret-valu secret%2Dvalu e") == "secret-valu secret%2Dvalu e"


def test_nothing_to_hide() -> None:
    redactor = Redactor({})

    assert redactor.text("any %20 text") == "any %20 text"
    assert redactor.longest == 0


@pytest.mark.parametrize(
    "hostile",
    ["\\", "%", "%25", "&", "&#", "&#0", "&amp;", "\\u", "\\u00", "m\\", "m%25", "m&#x", "&#x", "1", "mock-toke\\"],
)
def test_a_long_hostile_text_is_read_to_its_end(hostile: str) -> None:
    text = "%41 &#" + hostile * (200_000 // len(hostile))

    told = Redactor({"A": "mock-token", "B": "key\\of&the%owner"}).text(f"mock-token {text} mock-token {text}")

    assert told == f"[A] {text} [A] {text}"


@pytest.mark.parametrize("encoding", list(ENCODERS))
def test_no_encoded_form_is_longer_than_the_redactor_tells(encoding: str) -> None:
    secret = "owner-token <&> for/tests"

    assert len(ENCODERS[encoding](secret)) <= Redactor({"A": secret, "B": "shorter-secret"}).longest
