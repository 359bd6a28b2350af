"""Bodies laid out for reading, and the place of each line in them."""

import json

import pytest

from clausewise.report.body import laid_out, lines


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"a":1,"a":2}', ["{", '  "a": 1,', '  "a": 2', "}"]),
        ('{"n":1.50e+2,"s":"\\u0041{,:]"}', ["{", '  "n": 1.50e+2,', '  "s": "\\u0041{,:]"', "}"]),
        ("[[],{},[0]]", ["[", "  [],", "  {},", "  [", "    0", "  ]", "]"]),
        ('"text"', ['"text"']),
        ("", [""]),
        ('{"a":', ['{"a":']),
        ("a=1&b=2", ["a=1&b=2"]),
    ],
)
def test_json_is_laid_out_and_otherwise_unchanged(body: str, expected: list[str]) -> None:
    assert laid_out(body, 500_000).split("\n") == expected


def test_json_too_deep_to_read_is_left_alone() -> None:
    body = "[" * 200_000 + "]" * 200_000

    assert laid_out(body, 500_000) == body


def test_of_a_long_body_the_first_characters_are_shown() -> None:
    assert laid_out("x" * 30, 30) == "x" * 30
    assert laid_out("x" * 30, 20) == "x" * 20 + "… (30 characters in all)"
    assert laid_out('{"a":1,"b":2}', 12) == '{\n  "a": 1,\n… (13 characters in all)'


def test_every_line_knows_its_place() -> None:
    body = '{"a":{"b":[1,{"c/d":2},[]]},"e~":{},"e~":null}'

    assert [(line.pointer, line.text.strip()) for line in lines(body)] == [
        ("", "{"),
        ("/a", '"a": {'),
        ("/a/b", '"b": ['),
        ("/a/b/0", "1,"),
        ("/a/b/1", "{"),
        ("/a/b/1/c~1d", '"c/d": 2'),
        ("/a/b/1", "},"),
        ("/a/b/2", "[]"),
        ("/a/b", "]"),
        ("/a", "},"),
        ("/e~0", '"e~": {},'),
        ("/e~0", '"e~": null'),
        ("", "}"),
    ]


@pytest.mark.parametrize("body", ['"text"', "12", "", "a=1&b=2\nc"])
def test_what_has_no_parts_is_one_place(body: str) -> None:
    assert {line.pointer for line in lines(body)} == {""}


def test_nothing_but_space_changes() -> None:
    value = {"a": [{"b": "c, d: [e] {f}", "g": [[], {}, [[1.5, -2e9]]]}, True, None], "": {"": '\\"'}}

    shown = laid_out(json.dumps(value), 10_000)

    assert json.loads(shown) == value
    assert "".join(shown.split()) == "".join(json.dumps(value).split())
