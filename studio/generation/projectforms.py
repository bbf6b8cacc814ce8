"""The forms of projects: a name, a note, a rule, who is in one."""

from typing import Any

from django import forms

from studio.accounts.models import Member, Project
from studio.accounts.teamforms import LineField


class ProjectForm(forms.Form):
    """What a project is called, and what it is for."""

    name = LineField(label="Name", max_length=80)
    note = LineField(label="What it is for", max_length=400, required=False)


class SettingsForm(ProjectForm):
    """The same, and the rule for deciding about its images (C12)."""

    others_approve = forms.BooleanField(label="Nobody approves an image of their own in it", required=False)

    @classmethod
    def of(cls, project: Project) -> "SettingsForm":
        """The form as the project stands."""
        return cls(
            initial={
                "name": project.name,
                "note": project.note,
                "others_approve": project.others_approve,
            }
        )


class PeopleForm(forms.Form):
    """Who is in a project."""

    members = forms.ModelMultipleChoiceField(
        Member.objects.none(),
        label="Who may spend in it",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Somebody is not in the team any more. Choose again."},
    )

    @classmethod
    def of(cls, project: Project, data: Any = None) -> "PeopleForm":
        """The form with everybody of the team in it, and those ticked who are in the project."""
        form = cls(data, initial={"members": list(project.members.values_list("pk", flat=True))})
        field = form.fields["members"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Member.objects.filter(is_active=True)
        return form
