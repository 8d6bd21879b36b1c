"""The page of features says what the code says."""

from __future__ import annotations

import pytest

from radiomics_check import page

ROW = {
    "column": "glcm_contrast_3d_avg",
    "class": "glcm",
    "aggregation": "3d_avg",
    "ibsi_code": "ACUI",
    "section": "3.6",
    "unit": "1",
    "definition": "mean of |i - j|",
}


def test_the_page_is_as_it_would_be_printed() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.printed(), "run `make features-page`"


def test_every_feature_is_on_the_page() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    names = {
        row["column"].removesuffix(f"_{row['aggregation']}").removeprefix(f"{row['class']}_")
        for row in page.rows()
    }
    assert len(names) > 100
    assert [name for name in sorted(names) if f"| `{name}` |" not in text] == []


def test_a_reason_is_printed_with_its_comment() -> None:
    source = '/** What. */ enum Reason { /** {@code none}: it\n * is so. */ FLAT_REGION("x") }'
    assert "| `FLAT_REGION` | none: it is so. |" in page.reasons_text(source)


def test_reasons_without_comments_are_refused() -> None:
    with pytest.raises(ValueError, match="lists no reasons"):
        page.reasons_text("enum Reason { A }")


def test_a_page_without_its_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="printed: features"):
        page.filled("no markers", {"features": "x"})


def test_a_bar_in_a_text_does_not_end_its_cell() -> None:
    assert "mean of \\|i - j\\|" in page.features_text([ROW])
