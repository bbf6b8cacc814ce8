"""The way in, in a real browser: each button of the demonstration opens the studio."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

SignIn = Callable[[str], Page]


@pytest.mark.parametrize("role", ["designer", "reviewer", "credit_admin", "owner"])
def test_each_role_has_a_button_that_opens_the_studio(sign_in: SignIn, role: str) -> None:
    page = sign_in(role)
    expect(page.get_by_role("main")).to_be_visible()


def test_a_stranger_is_led_to_the_sign_in_page(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url("/sign-in?next=/")
