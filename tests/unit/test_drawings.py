"""A drawing from outside: what is allowed is written anew, what isn't is refused by its name, and nothing else is served."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citycoin.platform.cities.domain.drawings import (
    ALLOWED,
    DEEPEST,
    LARGEST_BYTES,
    MOST_ELEMENTS,
    DrawingWrong,
    painted,
    rewritten,
)
from citycoin.runtime.domain.addresses import ROOT

SHIPPED = sorted((ROOT / "seeds" / "cities").glob("*.svg"))
OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"'
DOT = '<circle cx="24" cy="24" r="9"/>'


def svg(inside: str = DOT, attributes: str = "", before: str = "") -> bytes:
    return f"{before}{OPEN}{attributes}>{inside}</svg>".encode()


LAUGHS = '<!DOCTYPE svg [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {each} "{10 * f"&{before};"}">' for before, each in zip("abcdefgh", "bcdefghi", strict=True)
)
# Each as somebody would send it to run, load, hide or exhaust something; with what the refusal says.
HOSTILE = {
    "billion laughs": (svg("<g>&i;</g>", before=f"{LAUGHS}]>"), "a DOCTYPE or an entity"),
    "external entity": (
        svg("<g>&x;</g>", before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "a DOCTYPE or an entity",
    ),
    "external subset": (svg(before='<!DOCTYPE svg SYSTEM "http://127.0.0.1/a.dtd">'), "a DOCTYPE or an entity"),
    "script": (svg(f"{DOT}<script>alert(1)</script>"), "the element <script> is not allowed"),
    "event": (svg(attributes=' onload="alert(1)"'), "the attribute onload of <svg> is not allowed"),
    "event of a shape": (svg('<path d="M0 0h1" onclick="alert(1)"/>'), "the attribute onclick of <path>"),
    "link that runs": (svg(f'<a href="javascript:alert(1)">{DOT}</a>'), "the element <a> is not allowed"),
    "foreign object": (
        svg('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'),
        "the element <foreignObject> is not allowed",
    ),
    "style that imports": (
        svg(f"<style>@import url(http://127.0.0.1/a.css);</style>{DOT}"),
        "the element <style> is not allowed",
    ),
    "style attribute": (svg('<path d="M0 0h1" style="fill:url(http://127.0.0.1/)"/>'), "the attribute style of <path>"),
    "remote use": (svg('<use href="http://127.0.0.1/a.svg#x"/>'), "the element <use> is not allowed"),
    "image of data": (svg('<image href="data:image/png;base64,AAAA"/>'), "the element <image> is not allowed"),
    "link of another namespace": (
        svg('<g xmlns:x="http://www.w3.org/1999/xlink" x:href="#a"/>'),
        "the attribute {http://www.w3.org/1999/xlink}href of <g> is not allowed",
    ),
    "script of another namespace in an inner svg": (
        svg(f'{DOT}<svg><h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script></svg>'),
        "the element <svg> is not allowed in <svg>",
    ),
    "script of another namespace": (
        svg('<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>'),
        "the element <{http://www.w3.org/1999/xhtml}script> is not of SVG's namespace",
    ),
    "animation that sets": (svg(f'{DOT}<set attributeName="href" to="javascript:1"/>'), "the element <set>"),
    "paint from elsewhere": (svg('<path d="M0 0h1" fill="url(http://127.0.0.1/a#b)"/>'), "fill of <path>: #rrggbb"),
    "paint of what is not there": (svg('<path d="M0 0h1" fill="url(#a)"/>'), "url(#a) names no gradient"),
    "stylesheet": (svg(before='<?xml-stylesheet href="a.css"?>'), "the instruction <?xml-stylesheet?>"),
    "huge number": (svg('<rect width="999999999999" height="1"/>'), "width of <rect>: a number up to 100000"),
    "endless number": (svg('<rect width="1e400" height="1"/>'), "width of <rect>: a number of plain digits"),
    "no number": (svg('<circle r="NaN"/>'), "r of <circle>: a number of plain digits"),
    "no number in a path": (svg('<path d="M0 0L1 NaN"/>'), "d of <path>: the command l takes 2 numbers, not 1"),
    "digits of another script": (svg('<circle r="١"/>'), "r of <circle>: a number of plain digits"),
    "text": (svg("<g>가</g>"), "text stands in <g>"),
    "text element": (svg("<text>가</text>"), "the element <text> is not allowed"),
    "65 kB": (svg(DOT * (65_000 // len(DOT) + 20)), "65536 are the most"),
    "too many": (svg("<g/>" * MOST_ELEMENTS + DOT), f"more than {MOST_ELEMENTS} elements"),
    "too deep": (svg("<g>" * 5_000 + "</g>" * 5_000), f"more than {DEEPEST} deep"),
    "utf-16": (svg().decode().encode("utf-16"), "it is not UTF-8"),
    "utf-16 without a mark": (svg("<g>\u00e9</g>").decode().encode("utf-16-le"), "it is "),
    "another encoding by its own word": (
        svg(before='<?xml version="1.0" encoding="utf-7"?>'),
        "it calls itself 'utf-7'",
    ),
    "nul": (svg(f"{DOT}\0"), "it is no XML"),
    "cut off": (svg()[:-6], "it is no XML"),
    "two of one id": (
        svg(f'<defs><linearGradient id="a"/><linearGradient id="a"/></defs>{DOT}'),
        "the id a stands there twice",
    ),
    "nothing": (b"", "it is no XML"),
    "no shape": (svg(""), "it draws nothing"),
    "no size": (b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1"/></svg>', "the viewBox of <svg> is missing"),
    "no svg": (b"<html/>", "the element <html> is not of SVG's namespace"),
}
NUMBERS = st.decimals(-9_999, 9_999, places=4).map("{:f}".format)
STEPS = st.one_of(
    st.tuples(st.sampled_from("MmLlTt"), st.lists(NUMBERS, min_size=2, max_size=2)),
    st.tuples(st.sampled_from("HhVv"), st.lists(NUMBERS, min_size=1, max_size=3)),
    st.tuples(st.sampled_from("Cc"), st.lists(NUMBERS, min_size=6, max_size=6)),
    st.tuples(st.sampled_from("SsQq"), st.lists(NUMBERS, min_size=4, max_size=4)),
    st.tuples(st.just("Z"), st.just([])),
)


class TestHostile:
    @pytest.mark.parametrize("which", HOSTILE)
    def test_drawing_that_is_hostile_is_refused_by_what_is_wrong_in_it(self, which):
        file, says = HOSTILE[which]

        with pytest.raises(DrawingWrong) as refusal:
            rewritten(file)

        assert says in str(refusal.value)
        assert len(str(refusal.value)) < 300

    @settings(max_examples=50)
    @given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode) | st.text(max_size=40).map(svg))
    def test_drawing_of_any_bytes_is_refused_or_written(self, file):
        try:
            written = rewritten(file)
        except DrawingWrong:
            return
        assert written.startswith(OPEN)

    @given(st.sampled_from(sorted({key for keys in ALLOWED.values() for key in keys})), st.text(max_size=30))
    def test_drawing_with_any_value_in_an_attribute_holds_nothing_that_was_not_read(self, key, value):
        escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        element = next(each for each, keys in ALLOWED.items() if key in keys)
        inside = f'<{element} {key}="{escaped}"/>'
        file = svg(DOT, f' {key}="{escaped}"') if element == "svg" else svg(f"<defs>{inside}</defs>{inside}{DOT}")
        try:
            written = rewritten(file)
        except DrawingWrong:
            return
        assert re.fullmatch(r"(</?[A-Za-z]+( [A-Za-z-]+(:[a-z]+)?=\"[A-Za-z0-9#%().:/ -]*\")*/?>)+", written)


class TestRewritten:
    @pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
    def test_drawing_that_is_written_is_read_as_itself(self, file):
        written = rewritten(file.read_bytes())

        assert rewritten(written.encode()) == written

    @given(st.lists(STEPS, max_size=6))
    def test_path_that_is_written_is_read_as_itself(self, steps):
        path = "M0,0" + "".join(command + ",".join(numbers) for command, numbers in steps)

        written = rewritten(svg(f'<path d="{path}"/>'))

        assert rewritten(written.encode()) == written
        assert re.sub("[^A-Za-z]", "", written.split(' d="')[1].split('"')[0]) == re.sub("[^A-Za-z]", "", path)

    def test_drawing_with_comments_spaces_and_capitals_is_written_in_one_form(self):
        file = svg(
            "\n  <!-- made by a tool -->\n"
            '<defs><linearGradient id="a"><stop offset="50%" stop-color="#ABC"/></linearGradient></defs>'
            '<g><path  fill="url(#a)" d="M 1.0000,-.5 l+2-3 a5 5 0 01.5.5 z" /></g>',
            before='\ufeff<?xml version="1.0" encoding="UTF-8"?>\n',
        )

        assert rewritten(file) == (
            f'{OPEN}><defs><linearGradient id="a"><stop offset="50%" stop-color="#aabbcc"/></linearGradient></defs>'
            '<g><path d="M1 -0.5l2 -3a5 5 0 0 1 0.5 0.5z" fill="url(#a)"/></g></svg>'
        )

    def test_drawing_of_64_kb_is_read(self):
        room = LARGEST_BYTES - len(svg(f'{DOT}<path d="M0 0"/>'))

        assert rewritten(svg(f'{DOT}<path d="M0 0{" " * room}"/>'))

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ('<path d="L0 0"/>', "a path's command is needed"),
            ('<path d="M0 0a1 1 0 2 0 1 1"/>', "an arc's flag is 0 or 1"),
            ('<path d="M0 0z1"/>', "the command z takes 0 numbers"),
            ('<path d="M"/>', "the command m takes 2 numbers, not 0"),
            ('<polygon points="1 2 3"/>', "pairs of numbers are needed"),
            ('<rect width="-1"/>', "a number from zero up is needed"),
            ('<path d="M0 0h1" opacity="2"/>', "a number from 0 to 1 is needed"),
            ('<path d="M0 0h1" fill="red"/>', "#rrggbb, none, currentColor"),
            ('<path d="M0 0h1" class="big"/>', "pop is needed"),
            ('<path d="M0 0h1" stroke-linecap="flat"/>', "butt or round or square is needed"),
            ('<path d="M0 0h1" stroke-dasharray="-1"/>', "lengths from zero up are needed"),
            ('<g transform="rotate(1 2)"/>', "rotate takes another count of numbers"),
            ('<g transform="url(x)"/>', "translate, scale, rotate"),
            ('<defs><linearGradient id="a b"/></defs>', "1 to 40 plain letters"),
            ('<linearGradient id="a"/>', "the element <linearGradient> is not allowed in <svg>"),
            ("<g><stop/></g>", "the element <stop> is not allowed in <g>"),
        ],
    )
    def test_value_of_an_attribute_that_is_none_of_its_kind_is_refused(self, wrong, says):
        with pytest.raises(DrawingWrong, match=re.escape(says)):
            rewritten(svg(wrong + DOT))

    @pytest.mark.parametrize("box", ["", "0 0 48", "0 0 0 48", "0 0 48 -1", "a b c d"])
    def test_drawing_without_a_size_is_refused(self, box):
        with pytest.raises(DrawingWrong, match="viewBox of <svg>"):
            rewritten(svg().replace(b"0 0 48 48", box.encode()))


class TestPainted:
    def test_drawing_is_painted_in_a_colour_and_its_light_point_in_another(self):
        drawing = rewritten(svg('<g fill="currentColor"><path d="M0 0h1"/><path class="pop" d="M0 0h2"/></g>'))

        assert painted(drawing, ink="#ffffff", pop="#ffb547") == (
            '<svg color="#ffffff" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><g fill="currentColor">'
            '<path d="M0 0h1"/><path d="M0 0h2" color="#ffb547"/></g></svg>'
        )
