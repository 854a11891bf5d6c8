"""What a reader sees of a web page."""

import pytest

from knowledge.extraction.webpage import invisible, seen


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>X</script>",
        "<style>X</style>",
        "<!-- X -->",
        "<![CDATA[X]]>",
        "<template>X</template>",
        "<noscript>X</noscript>",
        "<p hidden>X</p>",
        "<p aria-hidden='TRUE'>X</p>",
        "<p style='display: none'>X</p>",
        "<div style='color:red;visibility:hidden'><p>X</p></div>",
        "<p style='font-size:0'>X</p>",
        "<p style='opacity: 0.0;'>X</p>",
        "<p style='position:absolute;left:-9999px'>X</p>",
        "<p style='height:0;overflow:hidden'>X</p>",
        "<p class='big gone'>X</p>",
        "<p id='trick'>X</p>",
        "<p class='lost'>X</p>",
        "<input type='hidden' value='X'>",
        "<svg><text>X</text></svg>",
    ],
)
def test_what_is_out_of_sight_is_dropped(hidden: str) -> None:
    sheet = "@import url(x.css); .gone, #trick{display:none} /* .open{display:none} */ p.lost{font-size:0px}"
    page = f"<html><head><style>{sheet}</style></head><body><p>Seen</p>{hidden}<p class=open>Too</p></body></html>"
    _, html = seen(page.encode())
    assert "X" not in html
    assert "Seen" in html
    assert "Too" in html


@pytest.mark.parametrize(
    "shown",
    [
        "<p style='display:block;font-size:10px;opacity:0.5'>X</p>",
        "<p style='margin-left:-5px;height:0'>X</p>",
        "<p aria-hidden=false>X</p>",
        "<p class=paper>X</p>",
        "<p style=''>X</p>",
        "<img src=a.png alt=X>",
        "<head><p>X</p>",
    ],
)
def test_what_is_in_sight_stays(shown: str) -> None:
    _, html = seen(f"<style>@media print{{.paper{{display:none}}}} }} p{{display:none}}</style>{shown}".encode())
    assert "X" in html


def test_the_title_is_found_and_is_not_part_of_the_page() -> None:
    title, html = seen(b"<title> The\n page </title><p>Body")
    assert title == "The page"
    assert "The" not in html


@pytest.mark.parametrize(
    ("page", "word"),
    [
        ("<p>Grüße</p>".encode(), "Grüße"),
        ("\ufeff<p>Grüße</p>".encode(), "Grüße"),
        ("<meta charset=iso-8859-2><p>Łódź</p>".encode("iso-8859-2"), "Łódź"),
        ("<meta charset=ascii><p>Grüße</p>".encode("cp1252"), "Grüße"),
        ("<meta charset=nonsense><p>Grüße</p>".encode("cp1252"), "Grüße"),
        ("<p>Grüße</p>".encode("cp1252"), "Grüße"),
        ("<p>Grüße</p>".encode("utf-16"), "Grüße"),
    ],
)
def test_the_encoding_is_found(page: bytes, word: str) -> None:
    assert word in seen(page)[1]


def test_a_declaration_in_a_remark_hides_nothing() -> None:
    assert not invisible("/* display:none */ color: red")
    assert invisible("DISPLAY : NONE !important")
