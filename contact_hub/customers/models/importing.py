"""What was taken over from the billing system: runs, their files, refused rows, contradictions."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models.sayings import in_words


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def whole(self) -> ImportRunQuerySet:
        """Those that took everything their extract holds, the newest extract first."""
        done = self.filter(state=ImportRun.State.DONE, preview=False, partial=False)
        return done.order_by("-as_of", "-pk")

    def unfinished(self) -> ImportRunQuerySet:
        """Those that wait, run, or were cut off and can go on."""
        return self.filter(state__in=ImportRun.UNFINISHED)


class ImportRun(models.Model):
    """One extract taken over, or looked at beforehand.

    place       the directory or archive, as the machine that runs it names it
    as_of       when the billing system wrote the extract
    learned_at  what counts as the moment at which the hub learned it, however often it was resumed
    mends       the run whose refused rows come again here
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Given up")

    class Kind(models.TextChoices):
        FULL = "full", _("Everything")
        DELTA = "delta", _("Changes")

    UNFINISHED = (State.WAITING, State.RUNNING)
    SILENT = timedelta(minutes=2)  # a running one not heard of for so long was cut off

    place = models.CharField(_("from"), max_length=500)
    only = models.JSONField(default=list, blank=True)  # files that were asked for; none: all
    uploaded = models.BooleanField(default=False)  # its files are ours to remove
    extract = models.CharField(_("extract"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.FULL)
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)
    mends = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="mended_by"
    )
    preview = models.BooleanField(_("only looked at"), default=False)
    partial = models.BooleanField(_("only some files"), default=False)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    trouble = models.TextField(_("trouble"), blank=True)
    told = models.JSONField(default=dict, blank=True)  # the particulars of the trouble
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("asked for"), default=timezone.now)
    learned_at = models.DateTimeField(_("started"), null=True, blank=True)
    beat_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    token = models.CharField(max_length=40, blank=True)  # of the process that carries it out

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="import_one_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["state", "-as_of"])]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.extract or f"#{self.pk}"

    @property
    def key(self) -> str:
        """The run's name in the journal and on the bus."""
        return f"import.{self.pk}"

    @property
    def said(self) -> str:
        """What went wrong, in the reader's language."""
        return in_words(self.trouble, self.told)

    @property
    def is_over(self) -> bool:
        return self.state not in self.UNFINISHED

    def is_cut_off(self, now: datetime) -> bool:
        """Whether it says that it runs, and nobody has heard of it for a while."""
        return self.state == self.State.RUNNING and (
            self.beat_at is None or self.beat_at < now - self.SILENT
        )


class ImportFile(models.Model):
    """One file of a run: what the manifest says of it, how far it is, and what came of it.

    staged   the line up to which its rows are checked and put by; applied: and written
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        READING = "reading", _("Reading")
        READ = "read", _("Read")
        WRITING = "writing", _("Writing")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("file"), max_length=40)  # of the layout: accounts
    path = models.CharField(max_length=200)  # in the extract: accounts.csv.gz
    header = models.JSONField(default=list, blank=True)  # as it came
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    promised = models.BigIntegerField(_("rows promised"), null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    total = models.DecimalField(max_digits=20, decimal_places=3, null=True, blank=True)
    staged = models.BigIntegerField(default=0)
    applied = models.BigIntegerField(default=0)
    marked = models.BooleanField(default=False)  # what it leaves out is marked
    in_order = models.BooleanField(default=True)  # its keys rise, so none comes twice
    last_key = models.TextField(blank=True)
    summed = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    rows = models.BigIntegerField(_("rows"), default=0)
    rejects = models.BigIntegerField(_("refused"), default=0)
    new = models.BigIntegerField(_("new"), default=0)
    changed = models.BigIntegerField(_("changed"), default=0)
    same = models.BigIntegerField(_("unchanged"), default=0)
    gone = models.BigIntegerField(_("gone"), default=0)
    trouble = models.TextField(_("trouble"), blank=True)
    told = models.JSONField(default=dict, blank=True)  # the particulars of the trouble

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="import_file_once")]
        verbose_name = _("file of an import")
        verbose_name_plural = _("files of imports")

    def __str__(self) -> str:
        return f"{self.run} {self.name}"

    @property
    def said(self) -> str:
        """Why it was refused, in the reader's language."""
        return in_words(self.trouble, self.told)

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.REFUSED}

    @property
    def done_rows(self) -> int:
        """How many of its rows are behind it, for the bar: reading is half of the way."""
        written = self.new + self.changed + self.same
        return (self.rows + written) // 2

    @property
    def share(self) -> int:
        """How far it is, in hundredths, as far as anybody can tell."""
        if self.is_over:
            return 100
        return min(99, 100 * self.done_rows // (self.promised or max(self.rows, 1)))


class ImportReject(models.Model):
    """A row that did not fit, with its line, its column and the reason.

    told  the particulars of the reason
    row   sealed JSON of the row as it came: it may hold what the hub keeps of nobody
    key   of the row as far as it could be read, so that it is not taken for missing
    """

    file = models.ForeignKey(ImportFile, models.CASCADE, related_name="refused")
    line = models.BigIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    told = models.JSONField(default=dict)
    row = models.BinaryField()
    key = models.CharField(max_length=160, blank=True)
    mended = models.BooleanField(_("mended"), default=False)

    class Meta:
        ordering = ["line"]
        indexes = [models.Index(fields=["file", "key"])]
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="import_reject_once")]
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")

    def __str__(self) -> str:
        return f"{self.line}: {self.said}"

    @property
    def said(self) -> str:
        """The reason, in the reader's language."""
        return in_words(self.reason, self.told)


class Finding(models.Model):
    """Something in which an extract contradicts itself; reported, never put right by guessing.

    check     the name of the rule
    what      the name of what is said of it, and told its particulars
    examples  some of what it is about: [{"key": …, "told": …}]
    """

    class Severity(models.TextChoices):
        ERROR = "error", _("Error")
        WARNING = "warning", _("Warning")
        INFO = "info", _("For information")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="findings")
    file = models.CharField(_("file"), max_length=40)
    check_name = models.CharField(_("check"), max_length=40)
    severity = models.CharField(_("severity"), max_length=7, choices=Severity)
    count = models.BigIntegerField(_("how often"), default=1)
    what = models.CharField(_("what"), max_length=300)
    told = models.JSONField(default=dict)
    examples = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "file", "check_name"], name="finding_once")
        ]
        verbose_name = _("contradiction")
        verbose_name_plural = _("contradictions")

    def __str__(self) -> str:
        return f"{self.file}: {self.said}"

    @property
    def said(self) -> str:
        """What does not agree, in the reader's language."""
        return in_words(self.what, self.told)
