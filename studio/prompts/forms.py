"""The library's forms. They check what is typed with the same code as an import, and lose none of it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from studio.accounts.fields import WholeField
from studio.accounts.models import Member, Role
from studio.prompts import samples
from studio.prompts.faults import Fault
from studio.prompts.grammar import MOST_CHARACTERS
from studio.prompts.listcheck import circle_of, fault_of, faults_of
from studio.prompts.listtext import entries_of
from studio.prompts.mentions import mentioned
from studio.prompts.models import PRESENT, Category, Chip, SavedPrompt, Style, WordList
from studio.prompts.naming import fault_of as fault_of_name
from studio.prompts.sampleid import sample_id
from studio.prompts.stylecheck import faults_of as faults_of_style
from studio.prompts.stylecheck import placed

LABEL = r"\A\w[\w.-]*\Z"


class WordsField(forms.CharField):
    """Words of several lines, kept letter by letter; line ends are one character each."""

    def __init__(self, **kwargs: Any) -> None:
        rows = kwargs.pop("rows", 4)
        widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "true"})
        super().__init__(strip=False, required=kwargs.pop("required", False), widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the text with line feeds alone."""
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class KeptForm(forms.Form):
    """What the forms of a thing that is kept share: the revision that was opened."""

    revision = WholeField(widget=forms.HiddenInput, required=False, min_value=0)

    @property
    def opened(self) -> int:
        """The revision that the page was opened with."""
        return int(self.cleaned_data["revision"] or 0)


class ListForm(KeptForm):
    """A word list: name, what it is for, and an entry a line."""

    name = forms.CharField(
        max_length=120, help_text="Used as __name__ in a prompt. A / makes a folder: animals/cats."
    )
    description = forms.CharField(max_length=500, required=False, label="What it is for")
    text = WordsField(rows=16, label="Entries", help_text="One a line. Lines that begin with # are notes.")

    faults: list[Fault]

    def clean_name(self) -> str:
        """Return the name; ValidationError where it could not be typed in a prompt."""
        name = str(self.cleaned_data["name"])
        if sentence := fault_of_name(name):
            raise ValidationError(sentence)
        return name

    def clean_text(self) -> str:
        """Return the text; ValidationError with a sentence for each entry that cannot be read."""
        text = str(self.cleaned_data["text"])
        self.faults = faults_of(text)
        if self.faults:
            raise ValidationError([str(fault) for fault in self.faults])
        return text

    def clean(self) -> dict[str, Any]:
        """See that the list does not lead back to itself."""
        data = super().clean() or self.cleaned_data
        if {"name", "text"} <= data.keys() and (chain := self._circle(data["name"], data["text"])):
            words = " → ".join(chain)
            self.add_error(
                "text", f"These lists ask for each other in a circle: {words}. Take one of the names out."
            )
        return data

    def _circle(self, name: str, text: str) -> tuple[str, ...]:
        needs = mentioned(text)
        if not needs:
            return ()
        rows = WordList.objects.filter(PRESENT).exclude(name=self.initial.get("name"))
        return circle_of(name, {**dict(rows.values_list("name", "needs")), name: needs})

    @property
    def values(self) -> dict[str, Any]:
        """What is saved of the valid form, with what is read out of the text."""
        data = self.cleaned_data
        text = data["text"]
        own = {"name": data["name"], "description": data["description"], "text": text}
        return own | {"count": len(entries_of(text)), "size": len(text), "needs": mentioned(text)}

    @classmethod
    def of(cls, row: WordList) -> "ListForm":
        """A form with what is kept."""
        kept = {"name": row.name, "description": row.description, "text": row.text, "revision": row.revision}
        return cls(initial=kept)


class StyleForm(KeptForm):
    """A style: its words, where it stands, and its picture."""

    name = forms.CharField(max_length=120)
    category = forms.CharField(max_length=60, required=False)
    text = WordsField(
        rows=5,
        max_length=MOST_CHARACTERS,
        label="Words",
        help_text="{prompt} is where the prompt goes. Without it, the words follow it after a comma.",
    )
    negative = WordsField(
        rows=3,
        max_length=MOST_CHARACTERS,
        label="Note for other tools",
        help_text="A1111’s and InvokeAI’s negative words: kept, and never sent, since Doitong has none.",
    )
    order = WholeField(
        required=False, min_value=0, max_value=1_000_000, help_text="Lower comes first in its category."
    )
    sample = forms.CharField(
        max_length=200,
        required=False,
        label="Sample image",
        help_text="The address or id of an image you may see.",
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_text(self) -> str:
        """Return the words; ValidationError with line and character where they cannot be read."""
        text = str(self.cleaned_data["text"])
        if faults := faults_of_style(name="-", text=text):
            raise ValidationError([str(fault) for fault in faults])
        return text

    def clean_sample(self) -> Any:
        """Return the image's id, None for none; ValidationError for one that the member may not see.

        One of the offered pictures counts where the field still says what it said when the page was drawn.
        """
        typed = str(self.cleaned_data["sample"]).strip()
        if "picked" in self.data and typed == self.data.get("sample_was", ""):
            typed = self.data["picked"]
        found = sample_id(typed)
        if typed and (found is None or not samples.find(self.member, [found])):
            raise ValidationError("There is no image with this address that you may see.")
        return found

    @property
    def values(self) -> dict[str, Any]:
        """What is saved of the valid form."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        return data | {"order": data["order"] or 0, "needs": mentioned(data["text"])}

    @classmethod
    def of(cls, row: Style, member: Member) -> "StyleForm":
        """A form with what is kept."""
        names = ("name", "category", "text", "negative", "order", "revision")
        kept = {name: getattr(row, name) for name in names} | {"sample": str(row.sample or "")}
        return cls(initial=kept, member=member)


class TemplateField(WordsField):
    """A template that can be read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=True, max_length=MOST_CHARACTERS, rows=6, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the template; ValidationError with its place where it cannot be read."""
        text = str(super().clean(value))
        if fault := fault_of(text):
            raise ValidationError(str(placed(fault, text)))
        return text


class VersionForm(forms.Form):
    """One more version of a saved prompt, and why."""

    template = TemplateField(label="Prompt")
    note = forms.CharField(max_length=300, required=False, label="What changed")


class NewPromptForm(VersionForm):
    """A new saved prompt: its name before its first version."""

    name = forms.CharField(max_length=120)
    description = forms.CharField(max_length=500, required=False, label="What it is for")
    field_order = ("name", "description", "template", "note")


class NameForm(KeptForm):
    """A saved prompt's name and what it is for."""

    name = forms.CharField(max_length=120)
    description = forms.CharField(max_length=500, required=False, label="What it is for")

    @classmethod
    def of(cls, row: SavedPrompt) -> "NameForm":
        """A form with what is kept."""
        kept = {"name": row.name, "description": row.description, "revision": row.revision}
        return cls(initial=kept, prefix="name")


class LabelForm(forms.Form):
    """A label, and the number of the version that it goes to; 0 takes it off."""

    label = forms.RegexField(
        LABEL, max_length=40, strip=True,
        error_messages={"invalid": "A label is one word of letters, digits, _ - and ."},
    )  # fmt: skip
    version = WholeField(min_value=0)


class GuardForm(forms.Form):
    """Who may move labels of a name, beside the owners."""

    name = forms.RegexField(
        LABEL, max_length=40, label="Label",
        error_messages={"invalid": "A label is one word of letters, digits, _ - and ."},
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        choices=[(role.value, role.label) for role in Role if role != Role.OWNER],
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip


class ChipForm(KeptForm):
    """A chip: what is written on it, and what it puts into a prompt."""

    category = forms.ChoiceField(choices=Category.choices)
    label = forms.CharField(max_length=40, label="On the chip")
    text = forms.CharField(max_length=300, label="Into the prompt")

    def clean_text(self) -> str:
        """Return the words; ValidationError where a prompt could not be read with them."""
        text = str(self.cleaned_data["text"])
        if fault := fault_of(text):
            raise ValidationError(str(fault))
        return text

    @property
    def values(self) -> dict[str, Any]:
        """What is saved of the valid form."""
        return {name: self.cleaned_data[name] for name in ("category", "label", "text")}

    @classmethod
    def of(cls, row: Chip) -> "ChipForm":
        """A form with what is kept."""
        kept = {"category": row.category, "label": row.label, "text": row.text, "revision": row.revision}
        return cls(initial=kept, auto_id="edit-%s")
