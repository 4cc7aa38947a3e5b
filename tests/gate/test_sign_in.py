"""Signing in and out through a real OpenID provider, with a real browser and a server whose clock can be set on."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, expect

from rasure.services import sessions
from rasure.settings import PROJECT
from tests.browser.conftest import READY
from tests.gate.conftest import Signing

MAP = "/api/v1/map/hot-spots?as_of=2025-07-01&lookback=1461"
PAGE = {"accept": "text/html"}


@pytest.fixture
def context(browser: Browser, signing: Signing) -> Iterator[BrowserContext]:
    signing.set_clock_on(0)
    found = browser.new_context(viewport={"width": 1440, "height": 900})
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def prove(page: Page, signing: Signing, person: str, path: str = "/") -> None:
    """Ask for a page, press Sign in, and prove at the provider to be this person."""
    page.goto(signing.url + path)
    expect(page.get_by_role("heading", name="Sign in to Rasure")).to_be_visible()
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_role("link", name=person, exact=True).click()


def sign_in(page: Page, signing: Signing, person: str, path: str = "/about") -> None:
    """Sign in and wait until the page asked for is drawn; the one about the program is drawn soonest."""
    prove(page, signing, person, path)
    page.wait_for_selector(READY, timeout=60_000)


def begin_session(page: Page, signing: Signing, person: str) -> None:
    """Sign in where no page is looked at: leave it as soon as its address is reached, and draw nothing."""
    prove(page, signing, person, "/about")
    page.wait_for_url(f"{signing.url}/about", wait_until="commit")
    page.goto("about:blank")


def session_cookie(context: BrowserContext) -> dict[str, object]:
    return dict(next(cookie for cookie in context.cookies() if cookie["name"] == "rasure_session"))


def replayed(browser: Browser, signing: Signing, cookies: list[dict[str, object]]) -> APIResponse:
    """Ask for the map with copies of these cookies, from another browser."""
    other = browser.new_context()
    other.add_cookies(cookies)  # type: ignore[arg-type]
    answer = other.request.get(signing.url + MAP)
    assert answer.status in (200, 401)
    return answer


def command_line(signing: Signing, *words: str) -> object:
    command = [sys.executable, "-m", "rasure", *words, "--store", str(signing.store)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class TestRoles:
    def test_the_role_comes_from_the_groups(self, page: Page, signing: Signing) -> None:
        sign_in(page, signing, "analyst", "/")
        expect(page.locator("h1").first).to_contain_text("violence")
        expect(page.locator(".rasure-person")).to_contain_text("Alex Analyst")
        expect(page.locator(".rasure-person")).to_contain_text("Analyst · Force")

    def test_an_inspector_gets_the_areas_of_the_groups_and_no_other(self, page: Page, signing: Signing) -> None:
        sign_in(page, signing, "inspector", "/")
        expect(page.locator("h1").first).to_contain_text("West")
        expect(page.locator(".rasure-person")).to_contain_text("Inspector · West")
        assert page.request.get(f"{signing.url}{MAP}&lpa=West").status == 200
        assert page.request.get(f"{signing.url}{MAP}&lpa=East").status == 403

    def test_an_auditor_gets_no_offences(self, page: Page, signing: Signing) -> None:
        begin_session(page, signing, "auditor")
        assert page.request.get(signing.url + MAP).status == 403

    def test_the_page_asked_for_opens_after_signing_in(self, page: Page, signing: Signing) -> None:
        sign_in(page, signing, "analyst", "/data")
        expect(page).to_have_url(re.compile(r"/data$"))

    @pytest.mark.parametrize(
        ("person", "reason"),
        [
            ("nobody", "None of your groups gives a role"),
            ("barred", "or one of them takes it away"),
            ("groupless", "names no groups"),
        ],
    )
    def test_without_a_role_there_is_a_page_that_says_so_and_no_session(
        self, page: Page, context: BrowserContext, signing: Signing, person: str, reason: str
    ) -> None:
        prove(page, signing, person)
        expect(page.get_by_role("heading", name="You have no role in Rasure")).to_be_visible()
        expect(page.locator("main")).to_contain_text(reason)
        assert [cookie["name"] for cookie in context.cookies(signing.url) if "session" in cookie["name"]] == []
        assert page.request.get(signing.url + MAP).status == 401

    def test_a_name_is_text_wherever_it_comes_from(self, page: Page, signing: Signing) -> None:
        prove(page, signing, "nobody")
        expect(page.locator("main")).to_contain_text("Noel <b>Nobody</b>")


class TestCookies:
    def test_the_session_cookie_is_out_of_reach_and_ends_with_the_browser(
        self, page: Page, context: BrowserContext, signing: Signing
    ) -> None:
        begin_session(page, signing, "analyst")
        cookie = session_cookie(context)
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Strict", -1)

    def test_nothing_of_the_token_is_in_any_cookie(self, page: Page, context: BrowserContext, signing: Signing) -> None:
        sign_in(page, signing, "analyst")
        held = context.cookies(signing.url)
        assert {cookie["name"] for cookie in held} <= {"rasure_session", "_streamlit_xsrf"}
        assert not any("Alex" in cookie["value"] or "Rasure-" in cookie["value"] for cookie in held)

    def test_each_sign_in_has_an_id_of_its_own_and_ends_the_one_before(
        self, page: Page, browser: Browser, context: BrowserContext, signing: Signing
    ) -> None:
        begin_session(page, signing, "analyst")
        first = session_cookie(context)
        page.goto(f"{signing.url}/sign-in?other=1")
        page.get_by_role("link", name="auditor", exact=True).click()
        page.wait_for_url(f"{signing.url}/", wait_until="commit")
        assert session_cookie(context)["value"] != first["value"]
        assert replayed(browser, signing, [first]).status == 401

    def test_an_id_fixed_beforehand_is_never_taken_over(
        self, page: Page, context: BrowserContext, signing: Signing
    ) -> None:
        planted = "planted-by-somebody-else-0123456789abcdefgh"
        context.add_cookies([{"name": "rasure_session", "value": planted, "url": signing.url}])
        page.goto(signing.url)
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("link", name="analyst", exact=True).click()
        page.wait_for_url(f"{signing.url}/", wait_until="commit")
        assert session_cookie(context)["value"] != planted


class TestLeaving:
    def test_sign_out_ends_the_session_and_a_copied_cookie_opens_nothing(
        self, page: Page, browser: Browser, context: BrowserContext, signing: Signing
    ) -> None:
        sign_in(page, signing, "analyst")
        copied = [dict(cookie) for cookie in context.cookies(signing.url)]
        assert replayed(browser, signing, copied).status == 200
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
        assert [cookie["name"] for cookie in context.cookies(signing.url) if cookie["name"] == "rasure_session"] == []
        assert replayed(browser, signing, copied).status == 401

    def test_another_open_tab_leaves_by_itself(self, page: Page, context: BrowserContext, signing: Signing) -> None:
        sign_in(page, signing, "analyst")
        other = context.new_page()
        other.goto(f"{signing.url}/data")
        other.wait_for_selector(READY, timeout=60_000)
        other.get_by_role("button", name="Sign out").click()
        expect(other.get_by_role("heading", name="You are signed out")).to_be_visible()
        expect(page.get_by_role("heading", name="You are signed out")).to_be_visible(timeout=60_000)

    def test_the_provider_can_be_left_as_well(self, page: Page, signing: Signing) -> None:
        sign_in(page, signing, "analyst")
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="sign out of the force account").click()
        page.get_by_role("button", name="Yes, sign me out").click()
        expect(page).to_have_url(f"{signing.url}/signed-out")

    def test_leaving_takes_a_form_of_ours(self, page: Page, context: BrowserContext, signing: Signing) -> None:
        begin_session(page, signing, "analyst")
        assert page.request.get(f"{signing.url}/sign-out").status == 405
        for headers in ({"origin": "http://evil.example"}, {"origin": "null"}, {}, {"sec-fetch-site": "cross-site"}):
            assert page.request.post(f"{signing.url}/sign-out", headers=headers).status == 403
        assert page.request.get(signing.url + MAP).status == 200

    def test_the_page_servers_own_sign_in_does_not_exist(self, page: Page, signing: Signing) -> None:
        for path in ("/auth/login", "/auth/logout", "/oauth2callback"):
            assert page.request.get(signing.url + path, headers=PAGE).status == 403


class TestExpiry:
    def test_idle_for_a_quarter_of_an_hour_is_over(self, page: Page, context: BrowserContext, signing: Signing) -> None:
        begin_session(page, signing, "analyst")
        signing.set_clock_on(sessions.IDLE_S - 5)
        assert page.request.get(signing.url + MAP).status == 200
        signing.set_clock_on(sessions.IDLE_S + 60)
        assert page.request.get(signing.url + MAP).status == 401
        page.goto(f"{signing.url}/data")
        expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()

    def test_opening_pages_keeps_it_alive_but_not_past_a_shift(self, page: Page, signing: Signing) -> None:
        begin_session(page, signing, "analyst")
        for minute in range(10, 12 * 60, 10):
            signing.set_clock_on(minute * 60)
            assert page.request.get(f"{signing.url}/data", headers=PAGE).status == 200, minute
        signing.set_clock_on(sessions.ABSOLUTE_S + 1)
        assert page.request.get(f"{signing.url}/data", headers=PAGE).status == 401

    def test_reading_data_by_address_does_not_keep_it_alive(self, page: Page, signing: Signing) -> None:
        begin_session(page, signing, "analyst")
        for minute in (5, 10, 14):
            signing.set_clock_on(minute * 60)
            assert page.request.get(signing.url + MAP).status == 200
        signing.set_clock_on(sessions.IDLE_S + 60)
        assert page.request.get(signing.url + MAP).status == 401


class TestReturn:
    def test_a_return_this_browser_did_not_begin_is_refused(self, page: Page, signing: Signing) -> None:
        answer = page.goto(f"{signing.url}/sign-in/return?code=stolen&state=stolen")
        assert answer is not None
        assert answer.status == 403
        expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()

    def test_a_return_is_taken_once(self, page: Page, context: BrowserContext, signing: Signing) -> None:
        held: list[dict[str, object]] = []
        returns: list[str] = []

        def note(address: str) -> None:
            if "/sign-in/return" in address:
                returns.append(address)
                held.extend(dict(cookie) for cookie in context.cookies(signing.url))

        page.goto(signing.url)
        page.get_by_role("link", name="Sign in").click()
        held.extend(dict(cookie) for cookie in context.cookies(signing.url))
        page.on("request", lambda request: returns.append(request.url) if "/sign-in/return" in request.url else None)
        page.get_by_role("link", name="analyst", exact=True).click()
        page.wait_for_url(f"{signing.url}/", wait_until="commit")
        page.request.post(f"{signing.url}/sign-out", headers={"origin": signing.url})
        context.add_cookies(held)  # type: ignore[arg-type]
        answer = page.goto(returns[0])
        assert answer is not None
        assert answer.status == 403
        expect(page.locator("main")).to_contain_text("used already")

    def test_a_sign_in_that_took_too_long_is_refused(self, page: Page, signing: Signing) -> None:
        page.goto(signing.url)
        page.get_by_role("link", name="Sign in").click()
        signing.set_clock_on(601)
        page.get_by_role("link", name="analyst", exact=True).click()
        expect(page.locator("main")).to_contain_text("longer than ten minutes")

    @pytest.mark.parametrize(
        "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-out", "javascript:1"]
    )
    def test_signing_in_leads_nowhere_else(
        self, page: Page, context: BrowserContext, signing: Signing, to: str
    ) -> None:
        page.goto(f"{signing.url}/sign-in?next={to}")
        page.get_by_role("link", name="analyst", exact=True).click()
        page.wait_for_url(f"{signing.url}/", wait_until="commit")
        assert session_cookie(context)["httpOnly"]


class TestCommandLine:
    def test_a_session_is_listed_and_revoked_through_the_running_server(
        self, page: Page, context: BrowserContext, signing: Signing
    ) -> None:
        begin_session(page, signing, "inspector")
        listed = command_line(signing, "session", "list")
        assert isinstance(listed, list)
        mine = next(entry for entry in listed if entry["person"] == "inspector")
        assert (mine["role"], mine["lpas"], mine["name"]) == ("inspector", ["West"], "Ira Inspector")
        secret = str(session_cookie(context)["value"])
        assert secret not in json.dumps(listed)
        assert mine["id"] == sessions.name_of(secret)
        assert command_line(signing, "session", "revoke", mine["id"]) == {"ended": 1}
        assert page.request.get(signing.url + MAP).status == 401
        page.goto(f"{signing.url}/data")
        expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()

    def test_a_person_is_revoked_with_every_session(self, browser: Browser, signing: Signing) -> None:
        contexts = [browser.new_context() for _ in range(2)]
        pages = [context.new_page() for context in contexts]
        for page in pages:
            begin_session(page, signing, "auditor")
        ended = command_line(signing, "session", "revoke", "auditor")
        assert isinstance(ended, dict)
        assert ended["ended"] >= 2
        for page in pages:
            assert page.request.get(f"{signing.url}/data", headers=PAGE).status == 401
        for context in contexts:
            context.close()


class TestAuditLog:
    def test_it_says_who_came_who_left_who_was_turned_away_and_who_was_ended(
        self, page: Page, context: BrowserContext, signing: Signing
    ) -> None:
        sign_in(page, signing, "inspector")
        left = sessions.name_of(str(session_cookie(context)["value"]))
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
        prove(page, signing, "nobody")
        expect(page.get_by_role("heading", name="You have no role in Rasure")).to_be_visible()
        begin_session(page, signing, "auditor")
        ended = sessions.name_of(str(session_cookie(context)["value"]))
        command_line(signing, "session", "revoke", ended)
        found = command_line(signing, "audit", "search", "--format", "json")
        assert isinstance(found, list)
        said = {(row["actor"], row["role"], row["op"], row["object"]) for row in found}
        assert {
            ("inspector", "inspector", "sign-in", f"session:{left}"),
            ("nobody", "none", "denied", "sign-in:no-role"),
            ("auditor", "auditor", "sign-in", f"session:{ended}"),
        } <= said
        assert [row["op"] for row in found if row["object"] == f"session-revoked:{ended}"] == ["admin"]
        assert sum(row["object"] == f"session:{left}" for row in found) == 2


def test_no_secret_is_in_the_log(signing: Signing, page: Page, context: BrowserContext) -> None:
    sign_in(page, signing, "analyst")
    log = Path(signing.log).read_text(encoding="utf-8")
    for name in ("client.secret", "cookie.secret"):
        assert (signing.folder / name).read_text(encoding="utf-8") not in log
    assert str(session_cookie(context)["value"]) not in log
