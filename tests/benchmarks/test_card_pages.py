import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

PATH = Path(__file__).resolve().parents[2] / "benchmarks" / "card_pages.py"
_spec = importlib.util.spec_from_file_location("card_pages", PATH)
assert _spec
assert _spec.loader
card_pages = importlib.util.module_from_spec(_spec)
sys.modules["card_pages"] = card_pages
_spec.loader.exec_module(card_pages)
PAGE = (702, 496)
"""An A4 page at 60 dots an inch: a millimetre is 2.36 dots."""


def blank_page() -> np.ndarray:
    return np.full(PAGE, 255, np.uint8)


def test_a_page_without_ink_is_empty_and_a_page_full_of_lines_is_not() -> None:
    page = blank_page()
    assert card_pages.empty_share(page) == 1.0
    page[::10, 60:400] = 0  # a line every 4.2 mm
    assert card_pages.empty_share(page) == 0.0


def test_ink_in_the_margins_fills_nothing_and_half_a_page_is_half_empty() -> None:
    page = blank_page()
    page[:30] = page[-30:] = 0
    page[:, :30] = 0
    assert card_pages.empty_share(page) == 1.0
    top, bottom = 40, PAGE[0] - 35
    page[top : (top + bottom) // 2, 60:400] = 0
    assert card_pages.empty_share(page) == pytest.approx(0.5, abs=0.01)


def test_a_gap_lower_than_eight_millimetres_is_the_space_between_blocks() -> None:
    page = blank_page()
    page[:, 60:400] = 0
    page[300:318] = 255  # 7.6 mm
    assert card_pages.empty_share(page) == 0.0
    page[300:320] = 255  # 8.5 mm
    assert card_pages.empty_share(page) == pytest.approx(20 / 627, abs=0.002)
