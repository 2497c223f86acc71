"""Forms of the way in: an upload, and the corrections of what was read from it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from statements.admin.corrections import SCOPES, Correction, Scope
from statements.ingest import Matcher
from statements.ingest.intake.metadata_table import COLUMNS
from statements.models import Meeting, Speaker, Speech
from statements.transcripts.languages import LANGUAGES
from statements.transcripts.symbols import Symbol

ENCODINGS = [
    ("", "Detect automatically"),
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("cp1252", "Windows, Western (cp1252)"),
    ("iso-8859-15", "ISO Latin 9"),
    ("cp850", "DOS, Western (cp850)"),
    ("cp437", "DOS, United States (cp437)"),
    ("mac-roman", "Macintosh, Western"),
    ("cp1250", "Windows, Central European"),
    ("cp1251", "Windows, Cyrillic"),
    ("koi8-r", "KOI8-R, Russian"),
    ("cp1256", "Windows, Arabic"),
    ("gb18030", "GB 18030, Chinese"),
]


def language_choices(stored: str = "") -> list[tuple[str, str]]:
    """Codes and names of languages, the stored one among them whatever it is."""
    names: dict[str, str] = {stored: stored} if stored else {}
    for name, code in LANGUAGES.items():
        if names.get(code, code) == code:
            names[code] = name.capitalize()
    return [("", "not stated"), *sorted(names.items(), key=lambda choice: choice[1])]


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.Field):
    """Any number of files; whether each can be read is said of each, not of the form."""

    widget = FilesInput


class LinesField(forms.CharField):
    """A list of short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 2})

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list) else (value or "").splitlines()
        return list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if any(len(line) > self.longest for line in value):
            raise ValidationError(f"A line can have {self.longest} characters.")

    def run_validators(self, value: Any) -> None:
        for line in value:
            super().run_validators(line)


class SymbolField(forms.CharField):
    """A document symbol, normalised."""

    def to_python(self, value: Any) -> str:
        typed: str = super().to_python(value) or ""
        if not typed:
            return ""
        try:
            return str(Symbol.parse(typed))
        except ValueError as error:
            raise ValidationError(f"{error}.") from error


class CountryField(forms.CharField):
    """A country by any name the archive knows, or by its code; empty where it is unknown."""

    matcher: Matcher

    def prepare_value(self, value: Any) -> Any:
        country = self.matcher.countries.get(value)
        return country.short_name if country else value

    def to_python(self, value: Any) -> str:
        typed: str = super().to_python(value) or ""
        if not typed or typed in self.matcher.countries:
            return typed
        by_name = {country.short_name: code for code, country in self.matcher.countries.items()}
        if typed in by_name:
            return by_name[typed]
        country = self.matcher.country(typed, None)
        if country is None:
            raise ValidationError(f"The archive has no country or body called “{typed}”.")
        return country.code


def _date_field(**kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, required=False, **kwargs)


def _most(model: Any, name: str) -> int:
    return int(model._meta.get_field(name).max_length)


class UploadForm(forms.Form):
    transcripts = FilesField(label="Transcripts", required=False)
    metadata = forms.FileField(
        label="Metadata table",
        required=False,
        help_text=f"CSV or TSV with a row for each file. Columns: {', '.join(COLUMNS)}.",
    )
    date = _date_field(help_text="For every file, unless the table says otherwise.")
    symbol = SymbolField(
        required=False, max_length=80, help_text="Of the meeting's record, such as S/PV.7343."
    )
    topics = LinesField(required=False, longest=500, help_text="One per line.")
    encoding = forms.ChoiceField(
        choices=ENCODINGS,
        required=False,
        help_text="Choose one only if letters come out wrong or a file is refused because of it.",
    )


class PartialForm(forms.Form):
    """A form of which only some fields may come back; the others stay as they are.

    Each field also sends the value it was shown with, so that what a person changed can be told
    from what somebody else changed meanwhile.
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
            self.data = self._completed(posted)

    def _completed(self, posted: Mapping[str, str]) -> dict[str, Any]:
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
    """What all speeches of a transcript share."""

    date = _date_field()
    symbol = SymbolField(
        label="Meeting's symbol", required=False, max_length=_most(Meeting, "symbol")
    )
    first_position = forms.IntegerField(
        label="Position of the first speech in the meeting",
        required=False,
        min_value=1,
        max_value=99_999,
        help_text="Leave empty to place it after the last speech.",
    )
    organ = forms.CharField(required=False, max_length=_most(Meeting, "organ"))
    agenda_items = LinesField(required=False, longest=500, help_text="One per line.")
    topics = LinesField(
        label="Other topics", required=False, longest=500, help_text="One per line."
    )


class DraftSpeechForm(PartialForm):
    """Who spoke one of the speeches, and how."""

    honorific = forms.CharField(required=False, max_length=_most(Speaker, "honorific"))
    speaker = forms.CharField(
        label="Speaker's name", required=False, max_length=_most(Speaker, "name")
    )
    country = CountryField(
        label="Country or body",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "countries"}),
    )
    role = forms.CharField(required=False, max_length=_most(Speech, "role"))
    language = forms.ChoiceField(choices=language_choices, required=False)
    on_behalf_of = forms.CharField(required=False, max_length=_most(Speech, "on_behalf_of"))
    scope = forms.ChoiceField(
        label="Apply my changes to", choices=SCOPES, initial=Scope.ONE, required=False
    )

    def correction(self, position: int) -> Correction | None:
        if not self.changes:
            return None
        scope = Scope(self.cleaned_data["scope"] or Scope.ONE)
        return Correction(position, self.changes, scope)
