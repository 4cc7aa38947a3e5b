"""The pages around a session and a file: the way in, the way out, and why somebody is refused. No script."""

from html import escape
from pathlib import Path
from urllib.parse import quote

from rasure.settings import settings

STYLE = "/assets/entrance.css"
STYLE_FILE = Path(__file__).with_name("entrance.css")


def sign_in(next_page: str) -> str:
    """Ask to sign in; what was asked for is opened afterwards."""
    address = f"/sign-in?next={quote(next_page, safe='')}"
    return _page(
        "Sign in to Rasure",
        "<p>Rasure shows where serious violence concentrates, and how sure it is."
        " It is for people of the force whose work needs it, and what they open is recorded.</p>"
        f"{_button(address, 'Sign in')}"
        "<p class=quiet>You sign in with your force account. Your role comes from your groups there.</p>",
    )


def no_role(name: str, reason: str) -> str:
    """Tell somebody who proved who they are that this opens nothing yet."""
    who = f"<p>You are signed in to the force as <b>{escape(name)}</b>.</p>" if name else ""
    return _page(
        "You have no role in Rasure",
        f"{who}<p>{escape(reason)}</p>"
        "<p>If your work needs Rasure, ask the person who keeps its groups in your force. A new group counts from your"
        " next sign-in.</p>"
        f"{_button('/sign-in?other=1', 'Sign in as somebody else')}",
    )


def not_signed_in(reason: str) -> str:
    """Say that signing in did not work, and why."""
    return _page("You are not signed in", f"<p>{escape(reason)}</p>{_button('/sign-in', 'Try again')}")


def not_signed_out() -> str:
    return _page(
        "Sign out with the button", f"<p>It is beside the pages, under your name.</p>{_button('/', 'Go back')}"
    )


def not_exported(reason: str) -> str:
    """Say why a file did not leave; its page is still open beside this one."""
    return _page("Nothing was exported", f"<p>{escape(reason)}</p><p class=quiet>You can close this tab.</p>")


def signed_out(leaving: str | None) -> str:
    """Say that the session is over, and how to leave the identity provider as well."""
    if settings().mode == "demo":
        return _page("You are signed out", f"<p>The demo session has ended.</p>{_button('/', 'Start again')}")
    also = ""
    if leaving:
        also = (
            "<p>On a computer that others use, leave your force account as well:"
            f' <a href="{escape(leaving)}">sign out of the force account</a>.</p>'
        )
    return _page(
        "You are signed out",
        "<p>Your session has ended: you signed out, it was idle for 15 minutes or open for 12 hours, or it was ended"
        f" for you. What was on this screen is gone.</p>{also}{_button('/sign-in', 'Sign in again')}",
    )


def arrived(next_page: str) -> str:
    """Lead on from our own page, so that the strict cookie just set is sent along."""
    to = escape(next_page)
    return _page(
        "You are signed in",
        f'<p><a href="{to}">Go on to Rasure</a></p>',
        f'<meta http-equiv="refresh" content="0;url={to}">',
    )


def _button(address: str, words: str) -> str:
    return f'<p><a class=button href="{escape(address)}">{words}</a></p>'


def _page(title: str, body: str, head: str = "") -> str:
    marking = escape(settings().marking)
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="{STYLE}"><title>{title}</title>{head}</head><body>'
        f"<header><b>Rasure</b><b>{marking}</b></header><main><h1>{title}</h1>{body}</main>"
        f"<footer><b>{marking}</b></footer></body></html>"
    )
