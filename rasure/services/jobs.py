"""Long work in the server's own process: one job at a time, watched by the Data page and the command line."""

import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rasure.errors import Conflict, NotFound, RasureError
from rasure.store.store import Progress

Work = Callable[[Progress], Any]
_KEPT = 20
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    """One piece of work and how far it is."""

    id: int
    name: str
    state: Literal["running", "done", "failed"] = "running"
    done: int = 0
    total: int = 0
    what: str = ""
    result: Any = None
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Jobs:
    """The jobs of this process, newest kept."""

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}
        self._ids = itertools.count(1)
        self._lock = threading.Lock()

    def start(self, name: str, work: Work) -> Job:
        """Start work in its own thread; refuse while another job runs."""
        with self._lock:
            if running := self.running():
                raise Conflict(f"The server is busy with {running.name}. Try again when it is done.")
            job = Job(next(self._ids), name)
            self._jobs[job.id] = job
            for old in list(self._jobs)[:-_KEPT]:
                del self._jobs[old]
        threading.Thread(target=self._run, args=(job, work), name=f"job-{job.id}", daemon=True).start()
        return job

    def get(self, job_id: int) -> Job:
        try:
            return self._jobs[job_id]
        except KeyError as error:
            raise NotFound(f"There is no job {job_id}.") from error

    def running(self) -> Job | None:
        return next((job for job in self._jobs.values() if job.state == "running"), None)

    def latest(self) -> Job | None:
        return self._jobs[max(self._jobs)] if self._jobs else None

    def at_once(self, name: str, work: Work) -> Job:
        """Do short work here and now, beside whatever is running."""
        with self._lock:
            job = Job(next(self._ids), name)
        self._run(job, work)
        return job

    def _run(self, job: Job, work: Work) -> None:
        def progress(done: int, total: int, what: str) -> None:
            job.done, job.total, job.what = done, total, what

        try:
            job.result = work(progress)
            job.state = "done"
        except RasureError as error:
            job.error, job.state = error.message, "failed"
        except Exception:
            _log.exception("job %s failed", job.name)
            job.error, job.state = f"{job.name} failed in a way nobody foresaw; the log has the details.", "failed"


jobs = Jobs()
