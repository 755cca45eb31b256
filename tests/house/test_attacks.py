"""The table of attacks names tests that are there, and its page is the one made of it."""

from tests.attacks import table


def test_every_test_that_the_table_names_is_there() -> None:
    assert table.missing(table.rows()) == []


def test_the_page_is_made_of_the_table() -> None:
    assert table.PAGE.read_text(encoding="utf-8") == table.page(table.rows())
