"""What the PDF may load: data URIs and the bundled fonts, and nothing else."""

from typing import Any

from weasyprint.urls import URLFetcher, URLFetcherResponse

from boletim.reports.page.glyphs import FONTS, font_address, font_bytes


class BundledOnly(URLFetcher):  # type: ignore[misc]
    """Answers for bundled fonts and data URIs; any other address stops the rendering."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
        self._fonts = {font_address(name): name for name in FONTS}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """A bundled font's bytes, or what the data URI holds.

        Raises:
            ValueError: The address is neither; WeasyPrint makes it fatal.
        """
        if url in self._fonts:
            return URLFetcherResponse(url, font_bytes(self._fonts[url]), {"Content-Type": "font/ttf"})
        return super().fetch(url, headers)
