"""Fields of forms: values of the archive as people type them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from statements.ingest import Matcher
from statements.ingest.drafts.validation import affiliations_fault
from statements.ingest.intake.name_patterns import NamePattern
from statements.transcripts.values.affiliations import format_affiliations, parse_affiliations
from statements.transcripts.values.symbols import Symbol


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.Field):
    """Any number of files; unreadable files are reported one by one, not as a form error."""

    widget = FilesInput


class LinesField(forms.CharField):
    """A list of short texts, one per line."""

    widget = forms.Textarea(attrs={"rows": 2})

    def __init__(self, *, max_line_length: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_line_length = max_line_length

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list) else (value or "").splitlines()
        return list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if any(len(line) > self.max_line_length for line in value):
            raise ValidationError(
                _("Ensure each line has at most %(limit)d characters."),
                params={"limit": self.max_line_length},
            )

    def run_validators(self, value: Any) -> None:
        for line in value:
            super().run_validators(line)


class SymbolField(forms.CharField):
    """A document symbol, normalized."""

    def to_python(self, value: Any) -> str:
        typed: str = super().to_python(value) or ""
        if not typed:
            return ""
        try:
            return str(Symbol.parse(typed))
        except ValueError as error:
            raise ValidationError(f"{error}.") from error


class CountryField(forms.CharField):
    """A country code, entered as a code or as any name in the archive; empty if unknown."""

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
            raise ValidationError(
                _("The archive has no country or body named “%(name)s”."), params={"name": typed}
            )
        return country.code


class AffiliationsField(forms.CharField):
    """Parties, wards, ministries and bodies: "party: Greens; ward: North"."""

    def to_python(self, value: Any) -> str:
        typed: str = super().to_python(value) or ""
        if fault := affiliations_fault(typed):
            raise ValidationError(fault)
        return format_affiliations(parse_affiliations(typed))


class NamePatternField(forms.CharField):
    """A pattern of file names, as ``ingest_transcripts --names`` takes it; None if it is empty."""

    def clean(self, value: Any) -> NamePattern | None:
        typed: str = super().clean(value) or ""
        if not typed:
            return None
        try:
            return NamePattern.parse(typed)
        except ValueError as error:
            message = str(error)
            raise ValidationError(f"{message[:1].upper()}{message[1:]}.") from error
