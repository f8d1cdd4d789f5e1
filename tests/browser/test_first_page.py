"""The first page: it loads under its own content policy, in Chinese that can be read."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from installation import Installation, Served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A Kebu with nothing in it."""
    with Installation(tmp_path_factory.mktemp("home")).served() as served:
        yield served


# What a character looks like, drawn with the page's own fonts.
_DRAW = """async (character) => {
  const font = `32px ${getComputedStyle(document.body).fontFamily}`;
  await document.fonts.load(font, character);
  const canvas = new OffscreenCanvas(48, 48);
  const pen = canvas.getContext('2d');
  pen.font = font;
  pen.fillText(character, 4, 36);
  return Array.from(pen.getImageData(0, 0, 48, 48).data).filter((_, i) => i % 4 === 3).join();
}"""


def test_the_printed_link_opens_the_set_up(page: Page, program, picture):
    page.goto(program.setup_link)
    expect(page).to_have_title(re.compile("Kebu"))
    expect(page.get_by_role("button").first).to_be_visible()
    picture(page, "setup.zh")


def test_chinese_characters_are_drawn_not_boxes(page: Page, program):
    page.goto(program.setup_link)
    expect(page.get_by_role("button").first).to_be_visible()
    drawn = {character: page.evaluate(_DRAW, character) for character in "客簿户"}
    assert len(set(drawn.values())) == 3, "different characters look the same: the font is missing"
    assert all("1" in pixels or "2" in pixels for pixels in drawn.values())


def test_the_page_is_not_kept_but_its_files_are(page: Page, program):
    answer = page.request.get(program.url)
    assert answer.headers["cache-control"] == "no-cache"
    assert page.request.get(program.url, headers={"if-none-match": answer.headers["etag"]}).status == 304
    assets = re.findall(r'"(/static/assets/[^"]+\.js)"', answer.text())
    assert assets
    served = [page.request.get(program.url + path) for path in assets]
    assert {each.headers["cache-control"] for each in served} == {"max-age=315360000, public, immutable"}
    large = [each for each in served if len(each.body()) > 10_000]
    assert {each.headers["content-encoding"] for each in large} == {"gzip"}
    assert page.request.get(f"{program.url}/static/assets/gone-12345678.js").status == 404
