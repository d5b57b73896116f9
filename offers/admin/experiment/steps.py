"""The steps of an experiment: each page says what will happen, and then does it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.admin.history import said
from catalog.admin.columns import page_action
from offers.admin.bulk import PAUSED, PUBLISHED, log_offers
from offers.admin.experiment.step_forms import SplitForm, WinnerForm
from offers.admin.experiment.words import (
    when_concluded,
    when_duplicated,
    when_split,
    when_started,
    when_stopped,
)
from offers.models import Division, Experiment, LifecycleState
from offers.services.experiments.change import change_split
from offers.services.experiments.duplicate import duplicate_experiment
from offers.services.experiments.end import conclude_experiment, stop_experiment
from offers.services.experiments.start import find_obstacles, start_experiment

if TYPE_CHECKING:
    _Page = admin.ModelAdmin[Any]
else:
    _Page = object


@dataclass(frozen=True, slots=True)
class ExperimentStep:
    """What a person confirms: what will happen, what prevents it, and what they have to choose."""

    title: str
    button: str
    consequences: Sequence[str]
    done: str
    obstacles: Sequence[str] = ()
    form: forms.Form | None = field(default=None)


class ExperimentSteps(_Page):
    """Start, stop and conclude experiments, and change their split."""

    actions_detail: ClassVar[tuple[str, ...]] = ("start", "change_split", "stop", "conclude", "duplicate")

    @page_action(description=gettext_lazy("Start"), icon="play_arrow", permission="start")
    def start(self, request: HttpRequest, object_id: str) -> HttpResponse:
        experiment: Experiment = self.get_object(request, object_id)  # type: ignore[assignment] # the decorator looked

        def act() -> None:
            log_offers(request, start_experiment(experiment=experiment, at=now()), CHANGE, PUBLISHED)

        step = ExperimentStep(
            _("Start this experiment?"),
            _("Start"),
            when_started(experiment),
            gettext_noop("Started."),
            [words for _field, words in find_obstacles(experiment, at=now())],
        )
        return self._take(request, experiment, step, act)

    @page_action(description=gettext_lazy("Change the split"), icon="tune", permission="change_split")
    def change_split(self, request: HttpRequest, object_id: str) -> HttpResponse:
        experiment: Experiment = self.get_object(request, object_id)  # type: ignore[assignment] # the decorator looked
        form = SplitForm(request.POST or None, experiment=experiment)

        def act() -> None:
            change_split(experiment=experiment, weights=form.weights(), at=now())

        step = ExperimentStep(
            _("Change the split"),
            _("Begin a new phase"),
            when_split(),
            gettext_noop("The split was changed, and a new phase began."),
            form=form,
        )
        return self._take(request, experiment, step, act)

    @page_action(description=gettext_lazy("Stop"), icon="stop", permission="stop")
    def stop(self, request: HttpRequest, object_id: str) -> HttpResponse:
        experiment: Experiment = self.get_object(request, object_id)  # type: ignore[assignment] # the decorator looked
        step = ExperimentStep(
            _("Stop this experiment?"), _("Stop"), when_stopped(experiment), gettext_noop("Stopped.")
        )
        return self._take(request, experiment, step, lambda: stop_experiment(experiment=experiment, at=now()))

    @page_action(description=gettext_lazy("Conclude"), icon="flag", permission="conclude")
    def conclude(self, request: HttpRequest, object_id: str) -> HttpResponse:
        experiment: Experiment = self.get_object(request, object_id)  # type: ignore[assignment] # the decorator looked
        form = WinnerForm(request.POST or None, experiment=experiment)

        def act() -> None:
            winner = form.cleaned_data["winner"]
            losing = conclude_experiment(experiment=experiment, winner=winner, at=now())
            log_offers(request, losing, CHANGE, PAUSED)

        step = ExperimentStep(
            _("Conclude this experiment?"),
            _("Conclude"),
            when_concluded(experiment),
            gettext_noop("Concluded."),
            form=form,
        )
        return self._take(request, experiment, step, act)

    @page_action(description=gettext_lazy("Duplicate"), icon="content_copy", permission="duplicate")
    def duplicate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        experiment: Experiment = self.get_object(request, object_id)  # type: ignore[assignment] # the decorator looked
        step = ExperimentStep(
            _("Duplicate this experiment as a new draft?"),
            _("Duplicate"),
            when_duplicated(),
            gettext_noop("Duplicated as a draft."),
        )
        return self._take(request, experiment, step, lambda: duplicate_experiment(experiment=experiment))

    def has_start_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Return whether the person may start this draft."""
        return self._may(request, object_id, (LifecycleState.DRAFT,))

    def has_change_split_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Return whether the person may change the split of this running experiment; no bandit has one."""
        if not self._may(request, object_id, (LifecycleState.RUNNING,)):
            return False
        experiment = self.get_object(request, str(object_id))
        return experiment is not None and experiment.division == Division.FIXED

    def has_stop_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Return whether the person may stop this running experiment."""
        return self._may(request, object_id, (LifecycleState.RUNNING,))

    def has_conclude_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Return whether the person may conclude this experiment."""
        return self._may(request, object_id, (LifecycleState.RUNNING, LifecycleState.STOPPED))

    def has_duplicate_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Return whether the person may duplicate this experiment, which has started."""
        states = (LifecycleState.RUNNING, LifecycleState.STOPPED, LifecycleState.CONCLUDED)
        return request.user.has_perm("offers.add_experiment") and self._may(request, object_id, states)

    def _may(self, request: HttpRequest, object_id: Any, states: Iterable[str]) -> bool:
        if not request.user.has_perms(["offers.change_experiment", "offers.change_offer"]):
            return False
        experiment = None if object_id is None else self.get_object(request, str(object_id))
        return experiment is not None and experiment.state in states

    def _take(
        self, request: HttpRequest, experiment: Experiment, step: ExperimentStep, act: Callable[[], Any]
    ) -> HttpResponse:
        """Ask, as a link changes nothing; then do it, write it into the history, and lead back.

        It leads to the experiment that `act` returns, if it returns one.
        """
        errors: Sequence[str] = step.obstacles
        if request.method == "POST" and (step.form is None or step.form.is_valid()):
            try:
                shown = act() or experiment
            except ValidationError as error:
                errors = error.messages
            else:
                self.log_change(request, shown, said(step.done))
                messages.success(request, _(step.done))
                return redirect("admin:offers_experiment_change", shown.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": step.title,
            "experiment": experiment,
            "step": step,
            "errors": errors,
        }
        return TemplateResponse(request, "admin/offers/experiment_step.html", context)
