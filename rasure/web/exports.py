"""How a page hands something out: a link to the one door for exports, or a form that asks why and for whom."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

import streamlit as st

from rasure.api import exports
from rasure.api.exportable import CSV, JSON, PDF, XLSX
from rasure.web import guard

_FORMS = {CSV: "CSV", XLSX: "workbook", PDF: "PDF", JSON: "JSON"}
#: Parameters that tell two exports of one kind on one page apart.
_APART = ("batch", "person", "place", "set", "version")


def links(what: str, label: str, parameters: Mapping[str, str] | None = None) -> None:
    """Draw a link for each form of an export: `Download these as CSV`, `as workbook`; one form needs no naming.

    Nothing is drawn for a role that may not have it. An export that asks for a reason is drawn as its form.
    """
    export, selection = exports.EXPORTS[what], parameters or {}
    if not guard.may(export.action):
        return
    if export.reason_required:
        st.html(asking(what, label, selection))
        return
    key = "-".join([what, *(selection[name] for name in _APART if name in selection)])
    with st.container(horizontal=True, key=f"export-{key}"):
        for form in export.forms:
            said = label if len(export.forms) == 1 else f"{label} as {_FORMS[form]}"
            st.link_button(said, address(what, form, selection))


def address(what: str, form: str, parameters: Mapping[str, str]) -> str:
    """Return where an export in one form is asked for."""
    return f"{exports.NEW}?{urlencode({exports.WHAT: what, exports.FORM: form, **parameters})}"


def asking(what: str, label: str, parameters: Mapping[str, str]) -> str:
    """Return a form of plain HTML, so that the reason goes to the door in a body and never stands in an address."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in {exports.WHAT: what, **parameters}.items()
    )
    asked = "".join(
        f'<label>{said}<input type="text" name="{name}" maxlength="{exports.LONGEST_REASON}" required></label>'
        for name, said in ((exports.REASON, "Why it leaves, with a reference"), (exports.RECIPIENT, "Who receives it"))
    )
    buttons = "".join(
        f'<button type="submit" name="{exports.FORM}" value="{form}">{escape(label)} as {_FORMS[form]}</button>'
        for form in exports.EXPORTS[what].forms
    )
    opened = f'<form class="rasure-export" method="post" action="{exports.NEW}" target="_blank">'
    return f"{opened}{hidden}{asked}{buttons}</form>"
