"""Forms for uploading files and for correcting the drafts read from them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statements.admin.corrections import SCOPES, Correction, Scope
from statements.admin.fields import (
    AffiliationsField,
    CountryField,
    FilesField,
    LinesField,
    NamePatternField,
    SymbolField,
)
from statements.ingest import Matcher
from statements.ingest.intake.metadata_table import COLUMNS
from statements.ingest.intake.name_patterns import FIELDS
from statements.models import Meeting, Organ, Speaker, Speech
from statements.transcripts.languages.notes import LANGUAGE_NAMES

ENCODINGS = [
    ("", _("Detect automatically")),
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("cp1252", _("Windows, Western European (cp1252)")),
    ("iso-8859-15", _("ISO 8859-15, Western European")),
    ("cp850", _("DOS, Western European (cp850)")),
    ("cp437", _("DOS, United States (cp437)")),
    ("mac-roman", _("Mac OS Roman, Western European")),
    ("cp1250", _("Windows, Central European (cp1250)")),
    ("cp1251", _("Windows, Cyrillic (cp1251)")),
    ("koi8-r", _("KOI8-R, Russian")),
    ("cp1256", _("Windows, Arabic (cp1256)")),
    ("gb18030", _("GB 18030, Chinese")),
]


def language_choices(stored: str = "") -> list[tuple[str, str]]:
    """Return language codes and names, including the stored code even if it is unknown."""
    names = ({stored: stored} if stored else {}) | LANGUAGE_NAMES
    return [("", gettext("Not stated")), *sorted(names.items(), key=lambda choice: choice[1])]


def _date_field(**kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, required=False, **kwargs)


def _max_length(model: Any, name: str) -> int:
    return int(model._meta.get_field(name).max_length)


class UploadForm(forms.Form):
    transcripts = FilesField(label=_("Transcripts"), required=False)
    metadata = forms.FileField(
        label=_("Metadata table"),
        required=False,
        help_text=format_lazy(
            _("CSV or TSV with one row per file. Columns: {columns}."), columns=", ".join(COLUMNS)
        ),
    )
    names = NamePatternField(
        label=_("Pattern of the file names"),
        required=False,
        max_length=200,
        help_text=format_lazy(
            _(
                "If the names of the files say what is in them, such as {example}. “*” is any "
                "text, “_” a space. The table comes first. Fields: {fields}."
            ),
            example="{date}_{speaker}_{affiliation}",
            fields=", ".join(f"{{{field}}}" for field in FIELDS),
        ),
    )
    date = _date_field(
        label=_("Date"),
        help_text=_("Applies to every file unless the table or the file name gives another date."),
    )
    symbol = SymbolField(
        label=_("Symbol"),
        required=False,
        max_length=80,
        help_text=_("The document symbol of the meeting’s record, such as S/PV.7343."),
    )
    topics = LinesField(
        label=_("Topics"), required=False, max_line_length=500, help_text=_("One per line.")
    )
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        choices=ENCODINGS,
        required=False,
        help_text=_("Choose one only if characters look wrong or a file is rejected."),
    )


class PartialForm(forms.Form):
    """A form that accepts a partial submission; fields that are missing keep their values.

    Each field also submits the value it was rendered with, so that the user's changes can be
    distinguished from changes that someone else has saved in the meantime.
    """

    def __init__(
        self,
        posted: Mapping[str, str] | None = None,
        *,
        initial: Mapping[str, Any],
        prefix: str,
        matcher: Matcher,
    ) -> None:
        super().__init__(initial=dict(initial), prefix=prefix)
        for name, field in self.fields.items():
            field.show_hidden_initial = name in initial
            field.widget.attrs["autocomplete"] = "off"
            if isinstance(field, CountryField):
                field.matcher = matcher
        if posted is not None:
            self.is_bound = True
            self.data = self._complete(posted)

    def _complete(self, posted: Mapping[str, str]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for name, field in self.fields.items():
            shown = field.prepare_value(self.initial.get(name, field.initial))
            shown = "" if shown is None else shown
            for key in (self.add_prefix(name), self.add_initial_prefix(name)):
                data[key] = posted.get(key, shown)
        return data

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.initial}


class RecordForm(PartialForm):
    """The fields that all speeches of a transcript share."""

    date = _date_field(label=_("Date"))
    symbol = SymbolField(
        label=_("Meeting symbol"), required=False, max_length=_max_length(Meeting, "symbol")
    )
    first_position = forms.IntegerField(
        label=_("Position of the first speech in the meeting"),
        required=False,
        min_value=1,
        max_value=99_999,
        help_text=_("Leave empty to add it after the last speech."),
    )
    organ = forms.CharField(label=_("Organ"), required=False, max_length=_max_length(Organ, "name"))
    agenda_items = LinesField(
        label=_("Agenda items"), required=False, max_line_length=500, help_text=_("One per line.")
    )
    topics = LinesField(
        label=_("Other topics"), required=False, max_line_length=500, help_text=_("One per line.")
    )


class DraftSpeechForm(PartialForm):
    """The speaker and the circumstances of one speech."""

    honorific = forms.CharField(
        label=_("Honorific"), required=False, max_length=_max_length(Speaker, "honorific")
    )
    speaker = forms.CharField(
        label=_("Speaker name"), required=False, max_length=_max_length(Speaker, "name")
    )
    country = CountryField(
        label=_("Country or body"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "countries"}),
    )
    affiliations = AffiliationsField(
        label=_("Party, ward or body"),
        required=False,
        max_length=2_000,
        widget=forms.TextInput(attrs={"placeholder": "party: …; ward: …"}),
    )
    role = forms.CharField(label=_("Role"), required=False, max_length=_max_length(Speech, "role"))
    language = forms.ChoiceField(label=_("Language"), choices=language_choices, required=False)
    on_behalf_of = forms.CharField(
        label=_("On behalf of"), required=False, max_length=_max_length(Speech, "on_behalf_of")
    )
    scope = forms.ChoiceField(
        label=_("Apply changes to"), choices=SCOPES, initial=Scope.ONE, required=False
    )

    def correction(self, position: int) -> Correction | None:
        if not self.changes:
            return None
        scope = Scope(self.cleaned_data["scope"] or Scope.ONE)
        return Correction(position, self.changes, scope)
