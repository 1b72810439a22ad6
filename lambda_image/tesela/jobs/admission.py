"""Whether a scene may be processed: km2 of a scene, and of all that are started in a month."""

from tesela.core.estimate import M2_PER_KM2, estimate_of_area, in_words, too_large
from tesela.core.ranges import BandFiles, RangeSource, read_remote
from tesela.errors import SceneBudgetError, StorageUnavailableError, TeselaError
from tesela.jobs.archive import upload_key
from tesela.jobs.job import Job
from tesela.jobs.ports import Budget, JobIndex, Sources, Uploads
from tesela.jobs.sources import parse_address
from tesela.ports import Found


class Admission:
    """Measures scenes by their own headers, and counts them."""

    def __init__(self, index: JobIndex, uploads: Uploads, sources: Sources, budget: Budget) -> None:
        self._index, self._uploads, self._sources = index, uploads, sources
        self._budget = budget

    def check(self, area_km2: float) -> None:
        """Refuse what is too large for a scene.

        Raises:
            ImageTooLargeError: It is; the sentence states time and cost.
        """
        if area_km2 > self._budget.scene_km2:
            raise too_large(area_km2, self._budget.scene_km2)

    def admit(self, job: Job) -> None:
        """Count a job into the month; once, whoever calls this how often.

        What lies on the web, and what the plan will refuse, counts as stated, else as the largest
        scene; its row is corrected when it has ended.

        Raises:
            ImageTooLargeError: More area than a scene may have.
            SceneBudgetError: More area than this month has left.
        """
        known = self._measured_km2(job) or job.stated_km2
        area_km2 = known or self._budget.scene_km2
        self.check(area_km2)
        left_km2 = self._index.admit(job.id, area_km2, self._budget.month_km2)
        if left_km2 is not None:
            raise over_budget(known, area_km2, left_km2, self._budget.month_km2)

    def _measured_km2(self, job: Job) -> float | None:
        try:
            source = self._opened(job)
            area_m2 = read_remote(source).area_m2 if source else None
        except StorageUnavailableError:
            raise
        except TeselaError:
            return None  # the plan refuses it, and keeps the reason
        return area_m2 and area_m2 / M2_PER_KM2

    def _opened(self, job: Job) -> RangeSource | None:
        """The files of a job as one source, or None where the API cannot read one of them."""
        files = list[RangeSource]()
        for number in range(1, len(job.content.files) + 1):
            file = self._file(job, number)
            if file is None:
                return None
            files.append(file)
        return files[0] if len(files) == 1 else BandFiles(tuple(files))

    def _file(self, job: Job, number: int) -> RangeSource | None:
        file = job.content.files[number - 1]
        if not file.source:
            return self._uploads.open(upload_key(job.id, number))
        address = parse_address(file.source)
        if address.scheme == "https":
            return None  # from inside its network the API reaches no host
        found, paying = Found(file.etag, file.size), file.requester_pays
        return self._sources.open(address, found, requester_pays=paying)


def over_budget(
    known: float | None, area_km2: float, left_km2: float, limit: float
) -> SceneBudgetError:
    """Return the error of a scene that the month has no room for; `known`: its area is no mere bound."""
    expected = estimate_of_area(area_km2)
    size = (
        f"The scene has {area_km2:.1f} km2"
        if known
        else f"The scene may have up to {area_km2:g} km2, as its area_km2 was not stated"
    )
    return SceneBudgetError(
        f"{size}; {left_km2:.1f} of this month's {limit:g} km2 are left. It {in_words(expected)}.",
        "scene-budget",
        area_km2=area_km2,
        left_km2=left_km2,
        limit=limit,
        cpu_s=expected.cpu_s,
        usd=expected.usd,
    )
