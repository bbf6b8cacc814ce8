"""A passkey in a real browser, on a device of its own: added, asked for, refused, taken away (E7)."""

import re
from uuid import uuid4

from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import Open
from tests.house import House
from tests.visitor import Visitor, found

PASSWORD = "a lantern over four dunes"
BUILT_IN = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
USE = "Use a passkey"
INSIDE = re.compile(r"^(?!.*/(sign-in|invite))")


def invited(house: House) -> str:
    """Return the path of an invitation that an owner made."""
    with Visitor(house) as owner:
        owner.sign_in("owner").page("/team/invitations")
        said = {"role": "designer", "days": "1", "uses": "1", "note": ""}
        return found(r"(/invite/[\w-]+)", owner.post("/team/invitations", said).text)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def joined(page: Page, invitation: str) -> str:
    """Join by an invitation; return the new member's address."""
    email = f"{uuid4().hex}@studio.example"
    page.goto(invitation)
    page.get_by_label("Name", exact=True).fill("Pat")
    page.get_by_label("mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Join")
    page.wait_for_url("**/")
    return email


def confirm_by_password(page: Page) -> None:
    page.wait_for_url("**/account/confirm?*")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")


def plugged_in(page: Page) -> tuple[CDPSession, str]:
    """Give the browser a device for passkeys; return the way to it and its number."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": BUILT_IN})
    return device, made["authenticatorId"]


def with_token(page: Page) -> dict[str, str | float | bool]:
    """Return the form of a button without fields."""
    named = page.locator('input[name="csrfmiddlewaretoken"]').first.get_attribute("value")
    return {"csrfmiddlewaretoken": named or ""}


def let_in(authenticator: CDPSession, number: str, *, known: bool) -> None:
    """Have the device know the finger on it, or not."""
    authenticator.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": known})


def sign_in_by_password(page: Page, email: str) -> None:
    page.get_by_label("mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def start_adding(page: Page, house: str) -> None:
    page.goto(f"{house}/account/security/passkeys/add")
    confirm_by_password(page)
    expect(page.get_by_label("Name")).to_have_value("Passkey")
    press(page, "Add passkey")


def test_a_passkey_is_added_signs_in_after_the_password_and_is_taken_away(
    new_context: Open, running_studio: House
) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    email = joined(page, running_studio.url + invited(running_studio))
    start_adding(page, running_studio.url)  # browsers give none to an address of numbers
    refused = page.locator("[data-passkey-refused]")
    expect(refused).to_contain_text("They need https and a name, or localhost")

    device, number = plugged_in(page)
    here = running_studio.url.replace("127.0.0.1", "localhost")
    page.goto(f"{here}/sign-in")
    sign_in_by_password(page, email)
    page.wait_for_url(INSIDE)
    start_adding(page, here)
    page.wait_for_url("**/account/security/recovery")
    expect(page.get_by_role("main")).to_contain_text("10 of 10 left")

    page.request.post(f"{here}/sign-out", form=with_token(page), headers={"Referer": page.url})
    page.goto(f"{here}/sign-in")
    sign_in_by_password(page, email)
    page.wait_for_url("**/sign-in/code")
    let_in(device, number, known=False)
    press(page, USE)
    expect(refused).to_contain_text("No passkey was given")
    page.goto(f"{here}/gallery")
    page.wait_for_url("**/sign-in/code")  # the password alone opens nothing
    let_in(device, number, known=True)
    press(page, USE)
    page.wait_for_url(INSIDE)

    page.goto(f"{here}/account/security/passkeys")
    expect(page.locator("tbody")).not_to_contain_text("Never")
    page.get_by_role("link", name="Remove Passkey").click()
    page.wait_for_url("**/account/confirm?*")
    page.get_by_role("link", name=USE).click()
    press(page, USE)
    page.wait_for_url("**/remove")
    press(page, "Remove")
    page.wait_for_url("**/account/security/passkeys")
    expect(page.get_by_role("main")).to_contain_text("None can sign you in yet.")
