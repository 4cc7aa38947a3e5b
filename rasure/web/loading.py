"""Loading on the Data page, for whoever may: files from this computer, what lies in the inbox, how far the job is."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.typing import UploadedFile

from rasure.access.identity import Principal
from rasure.errors import NotAllowed, RasureError
from rasure.services import holdings as holdings_service
from rasure.services import loading, uploads, wiring
from rasure.services.jobs import Job, jobs
from rasure.services.uploads import Sent
from rasure.settings import settings
from rasure.web import guard, tables, text

_REFRESH_S = 1.0
_KINDS = ["csv", "parquet", "json"]
_WAITS = "The server is busy. Your files are in the inbox and load by themselves when it is done."
_ROUND, _SAID, _WATCHED, _OPEN = "upload-round", "load-said", "watched-job", "load-open"


def view() -> None:
    """Offer both ways in, and show what the latest load came to."""
    is_busy = jobs.running() is not None
    with st.expander("Load files", expanded=is_busy or st.session_state.get(_OPEN, False)):
        _from_here(is_busy)
        _from_inbox(is_busy)
        said = st.session_state.pop(_SAID, None)
        if said:
            st.warning(text.plain(said))
        if is_busy or not said:
            st.fragment(_job, run_every=_REFRESH_S if is_busy else None)()


def _from_here(is_busy: bool) -> None:
    key = f"upload-{st.session_state.get(_ROUND, 0)}"
    files = st.file_uploader(
        "The files of one drop, from this computer",
        type=_KINDS,
        accept_multiple_files=True,
        key=key,
        help="The records extract (offences.csv and the other files of the contract), files of data.police.uk, or one"
        " file of the patrol side: pings, patrols, hot_spots or allocations. Keep their names, and send manifest.json"
        " with them if there is one.",
    )
    st.button(
        f"Load {text.counted(len(files), 'file')}" if files else "Load the files",
        type="primary",
        disabled=is_busy or not files,
        on_click=_take,
        args=(key,),
    )


def _take(key: str) -> None:
    files = [file for file in st.session_state.get(key) or [] if isinstance(file, UploadedFile)]
    try:
        _try(lambda principal: uploads.take(principal, [Sent(file.name, file) for file in files]))
    finally:
        _forget(files)
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _forget(files: Sequence[UploadedFile]) -> None:
    """Free what the page server keeps of files; it would do so only when the page is closed."""
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        for file in files:
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def _from_inbox(is_busy: bool) -> None:
    entries = holdings_service.inbox(wiring.store())
    inbox = settings().store / "inbox"
    if not entries:
        tables.note(f"What is larger, outlines and basemaps go into the folder {inbox}. It is empty.")
        return
    tables.note(f"In the folder {inbox}:")
    for entry in entries:
        kinds = loading.kinds_of(entry)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(entry.name)
            for kind in kinds:
                st.button(
                    f"Load as {loading.KINDS[kind]}",
                    key=f"load-{kind}-{entry.name}",
                    on_click=_start,
                    args=(kind, entry.name),
                    disabled=is_busy,
                )
            if not kinds:
                tables.note("not a file Rasure knows how to load")


def _start(operation: str, entry: str) -> None:
    _try(lambda principal: loading.start(principal, operation, entry))


def _try(begin: Callable[[Principal], Job | None]) -> None:
    """Begin a load as whoever is here now; a button can still be pressed after the right to it is gone."""
    st.session_state[_OPEN] = True
    try:
        principal = guard.principal()
        if principal is None:
            raise NotAllowed("Your session has ended. Sign in again, and send the files again.")
        job = begin(principal)
    except RasureError as error:
        st.session_state[_SAID] = error.message
        return
    if job is None:
        st.session_state[_SAID] = _WAITS
    else:
        st.session_state[_WATCHED] = job.id


def _job() -> None:
    """Show how far the latest job is; drawn again every second while one runs."""
    job = jobs.latest()
    if job is None:
        return
    if job.state == "running":
        st.session_state[_WATCHED] = job.id
        st.progress(job.done / job.total if job.total else 0.0, text=text.plain(f"{job.name}: {job.what}"))
        return
    if st.session_state.pop(_WATCHED, None) == job.id:
        st.rerun()
    what = job.name[:1].upper() + job.name[1:]
    if job.state == "failed":
        st.error(text.plain(f"{what}: {job.error}"))
    else:
        st.success(text.plain(f"{what}: done. {_outcome(job)}"))


def _outcome(job: Job) -> str:
    result = job.result if isinstance(job.result, dict) else {}
    counts = ", ".join(
        f"{result[name]:,} {name}" for name in ("read", "accepted", "rejected", "duplicate") if name in result
    )
    batch = [f"Batch {result['batch']}."] if result.get("batch") else []
    return " ".join([*([f"{counts}."] if counts else []), *batch, *result.get("notes", ())])
