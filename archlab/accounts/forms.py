from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, SetPasswordForm, SignupForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from archlab.accounts import names, preferences


def without_placeholders(form: forms.BaseForm) -> None:
    """A placeholder that repeats the label looks like something already written."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignIn(LoginForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self)
        self.fields["login"].label = gettext_lazy("User name")


class SignUp(SignupForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self)
        self.fields["username"].label = gettext_lazy("User name")
        self.fields["username"].help_text = gettext_lazy(
            "Letters, digits and @ . + - _, up to 40. You sign in with it."
        )
        self.fields["email"].label = gettext_lazy("E-mail address (optional)")
        self.fields["email"].help_text = gettext_lazy(
            "Only for a new password when you have lost yours."
        )
        self.fields["password1"].help_text = gettext_lazy(
            "12 to 128 characters. Some words that do not belong together are strong."
        )
        self.fields["password2"].label = gettext_lazy("The same password again")


class PreferencesForm(forms.Form):
    """The language where there is a choice, and the time zone."""

    language = forms.ChoiceField(
        required=False, choices=lambda: settings.LANGUAGES, label=gettext_lazy("Language")
    )
    zone = forms.CharField(
        required=False, max_length=64, label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Such as Europe/Paris. Empty: UTC."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) < 2:
            del self.fields["language"]

    def clean_zone(self) -> str:
        return preferences.clean_zone(self.cleaned_data["zone"])


class ProfileForm(forms.Form):
    name = forms.CharField(
        required=False, max_length=160, label=gettext_lazy("Name that others see"),
        help_text=gettext_lazy("Up to 40 characters. Empty: your user name."),
    )  # fmt: skip

    def clean_name(self) -> str:
        return names.clean(self.cleaned_data["name"])


class NewPassword(SetPasswordForm):  # type: ignore[misc] # allauth has no types
    """Two fields; saving ends the user's other sessions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self)
