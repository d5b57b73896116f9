"""What the pages of all kinds of offer share."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Field, Prefetch, Q, QuerySet, TextChoices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from catalog.admin.base import RevisedAdmin
from catalog.admin.columns import first_names, labelled
from catalog.models import BenefitKind
from catalog.models.deletion import unwatched
from offers.admin.addresses import page_of_kind
from offers.admin.bulk import OfferActions
from offers.admin.conditions.page import ConditionsPage
from offers.admin.editor import editor
from offers.admin.example.answer import KindExample, work_out
from offers.admin.example.draft import read_claim, read_draft
from offers.admin.kinds.form import COMMON_WORDS, KindForm
from offers.admin.kinds.idle import IdleWhen, usual_value
from offers.admin.kinds.permissions import OfferPermissions
from offers.admin.preview import PreviewForm
from offers.admin.schedule import ScheduleFilter
from offers.kinds.registry import kind_of
from offers.models import DeletionPause, LaneCode, Offer, Placement, TriggerScope
from offers.services.collection.sources import collect_offer_sources
from offers.services.deletion import settle_pauses
from offers.services.experiments.arms import experiments_of
from offers.services.faults import find_warnings, samples_for
from offers.services.offer import record_versions
from offers.services.precedence import Precedence, find_obstacles, precedence_of
from offers.services.samples import IncompleteOfferError
from offers.services.schedule import schedule_state
from offers.services.source import OfferSource
from offers.services.summary import summary


class KindAdmin(ConditionsPage, OfferActions, OfferPermissions, RevisedAdmin):
    """The page of one kind of offer: its list, and a form with its fields and no others."""

    # The code of the kind, and how its example is built.
    kind: ClassVar[str]
    example: ClassVar[KindExample]
    # The lane of a new offer.
    lane: ClassVar[LaneCode] = LaneCode.LINE
    # What a new offer applies to: chosen things, unless most offers of the kind are for everything.
    trigger_scope: ClassVar[TriggerScope] = TriggerScope.CHOSEN
    # Columns of which the kind knows some choices only, and what they are called here where that differs.
    choices: ClassVar[Mapping[str, tuple[TextChoices, ...]]] = {}
    choice_words: ClassVar[Mapping[TextChoices, Any]] = {}

    # Fields that mean nothing while another has one of these values: they are not shown then.
    idle_when: ClassVar[IdleWhen] = {
        "benefit_value": ("benefit_kind", (BenefitKind.NONE,)),
        "trigger_products": ("trigger_scope", (TriggerScope.EVERYTHING,)),
        "trigger_categories": ("trigger_scope", (TriggerScope.EVERYTHING,)),
    }

    form = KindForm
    revision_domain = "offers"
    list_display = ("name", "code", "gives", "where", "for_whom", "priority", "state")
    list_filter = (
        ScheduleFilter,
        ("placements", RelatedDropdownFilter),
        ("audience", ChoicesDropdownFilter),
        "is_active",
    )
    search_fields = ("code", "name", "headline_en", "headline_ja")
    search_help_text = _("Code, name or headline")
    ordering = ("-is_active", "-priority", "name", "pk")
    prepopulated_fields = {"code": ("name",)}
    autocomplete_fields: ClassVar[tuple[str, ...]] = (
        "placements",
        "trigger_products",
        "trigger_categories",
        "excludes",
    )
    change_form_template = "admin/offers/kind_form.html"
    change_form_outer_after_template = "admin/offers/preview.html"
    object_history_template = "admin/offers/offer_history.html"

    class Media:
        js = ("offers/live.js", "offers/example.js", "offers/idle.js")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the offers of this kind, with their places."""
        places = Prefetch("placements", Placement.objects.order_by("name"))
        queryset: QuerySet[Any] = super().get_queryset(request).filter(kind=self.kind)
        return queryset.prefetch_related(places, *kind_of(self.kind).summary_reads)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start a new offer as a draft, in the usual lane of its kind, for what is usual."""
        usual = {"lane": self.lane.value, "trigger_scope": self.trigger_scope.value, "is_active": False}
        return {**usual, **super().get_changeform_initial_data(request)}

    def reader_labels(self) -> Mapping[str, Any]:
        """Return the kind's own words, for those who may only look."""
        words = {**COMMON_WORDS, **self.form.words}
        return {name: label for name, (label, _help) in words.items()}

    @admin.display(description=_("what it gives"))
    def gives(self, offer: Offer) -> str:
        return summary(offer)

    @admin.display(description=_("placements"))
    def where(self, offer: Offer) -> SafeString | str:
        return first_names([placement.name for placement in offer.placements.all()])

    @labelled(
        description=_("state"),
        colours={"live": "success", "planned": "info", "over": "warning", "off": "danger"},
        ordering="is_active",
    )
    def state(self, offer: Offer) -> tuple[str, str]:
        return schedule_state(offer, now())

    def formfield_for_choice_field(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the choices that the kind knows."""
        if db_field.name in self.choices:
            known = self.choices[db_field.name]
            kwargs["choices"] = [(one.value, self.choice_words.get(one, one.label)) for one in known]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return a form that also reads the rows below it, where it is to say what is wrong in money."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.page, form.request = self, request
        return form

    def get_urls(self) -> list[Any]:
        """Add the addresses that work out the example of the offer in the form."""
        view = self.admin_site.admin_view(require_POST(self.example_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_example"
        return [
            path("example/", view, name=name),
            path("<int:object_id>/example/", view, name=name),
            *super().get_urls(),
        ]

    def example_view(self, request: HttpRequest, object_id: int | None = None) -> HttpResponse:
        """Answer what the offer in the posted form costs on real products; nothing is saved."""
        offer = None if object_id is None else self.get_object(request, str(object_id))
        if object_id is not None and offer is None:
            raise Http404
        may_see = self.has_view_permission(request) if offer else self.has_add_permission(request)
        if not may_see:
            raise PermissionDenied
        source, claim = self._draft(request, offer)
        try:
            context: dict[str, Any] = {"example": work_out(source(), self.example)}
        except IncompleteOfferError as error:
            context = {"lacks": error.messages}
        context["obstacles"] = list(find_obstacles(claim, at=now()))
        return render(request, "admin/offers/example_answer.html", context)

    def _draft(self, request: HttpRequest, offer: Any) -> tuple[Callable[[], OfferSource[Any]], Precedence]:
        """Return how to read the offer in the form; the saved one for those who may only look."""
        if offer is not None and not self.has_change_permission(request):
            saved = Offer.objects.filter(pk=offer.pk)
            return lambda: collect_offer_sources(saved)[0], precedence_of(offer)
        form = self.get_form(request, offer, change=offer is not None)(request.POST, instance=offer)
        form.is_valid()
        return lambda: read_draft(form, form.read_rows()), read_claim(form)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show what was done to the offer here, and when a deletion paused it."""
        response = super().history_view(request, object_id, extra_context)
        context = getattr(response, "context_data", None)
        if context is not None:
            pauses = DeletionPause.objects.filter(offer=context["object"].pk)
            context["pauses"] = pauses.order_by("-paused_at", "-pk")
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the offer; what its price was before is kept, to be compared with what it becomes."""
        if change:
            record_versions(offers=self._touched(obj), by=editor(request), at=now())
            obj.version = Offer.objects.values_list("version", flat=True).get(pk=obj.pk)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save what belongs to the offer; a changed price is a new version, here and where it is excluded."""
        before = set(self._touched(form.instance).values_list("pk", flat=True))
        with unwatched():
            super().save_related(request, form, formsets, change)
        if form.instance.is_active:
            settle_pauses(Offer.objects.filter(pk=form.instance.pk), at=now())
        touched = before | set(self._touched(form.instance).values_list("pk", flat=True))
        record_versions(offers=Offer.objects.filter(pk__in=touched), by=editor(request), at=now())
        self._warn(request, form.instance)

    def _warn(self, request: HttpRequest, offer: Offer) -> None:
        """Show what is strange about the saved offer, and what may hide it."""
        for source in collect_offer_sources(Offer.objects.filter(pk=offer.pk)):
            for warning in find_warnings(source, samples_for(source)):
                self.message_user(request, warning.text, messages.WARNING)
        for obstacle in find_obstacles(precedence_of(offer), at=now()):
            self.message_user(request, obstacle, messages.INFO)

    def _touched(self, offer: Offer) -> QuerySet[Offer]:
        """Return the offer and those that it excludes, whose rules change with it."""
        links = Offer.excludes.through._default_manager.filter(from_offer_id=offer.pk)  # noqa: SLF001
        return Offer.objects.filter(Q(pk=offer.pk) | Q(pk__in=links.values("to_offer_id")))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the form of the preview to the page."""
        offer = kwargs.get("obj")
        keys = [] if offer is None else [offer.pk]
        context["idle_when"] = {
            name: (other, values, usual_value(self.model, name))
            for name, (other, values) in self.idle_when.items()
        }
        context["example_url"] = page_of_kind(self.kind, "example", *keys)
        if offer is not None:
            form = PreviewForm(offer=offer, site=self.admin_site)
            context |= {"preview_form": form, "media": context["media"] + form.media}
            context["experiments"] = experiments_of([offer.pk])
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response
