"""The forms by which admins say what is told, to which webhook, and what a credit costs (D7, D24, D25)."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from studio.credits import tariff
from studio.credits.models import Oversight
from studio.doitong import is_fit

MOST_THRESHOLDS = 10
MOST_DAYS = 365
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
WORD = re.compile(r"[0-9]{1,3}", re.ASCII)
DEAREST = Decimal(1_000)


class OversightForm(forms.Form):
    """Thresholds, mail, unusual spend, how long credits are to last, and the price of one."""

    thresholds = forms.CharField(label="Told at, in per cent", max_length=60)
    mail = forms.BooleanField(label="By mail too", required=False)
    unusual = forms.BooleanField(label="Tell of unusual spend", required=False)
    unusual_pause = forms.BooleanField(label="Pause the member then", required=False)
    least_days = forms.IntegerField(
        label="Warn when credits last fewer days than", required=False, min_value=1, max_value=MOST_DAYS
    )
    price = forms.DecimalField(
        label="Price of a credit", required=False, min_value=0, max_value=DEAREST, decimal_places=6
    )
    currency = forms.CharField(label="Currency", max_length=3, required=False)

    @classmethod
    def present(cls, rules: Oversight) -> "OversightForm":
        """The form with what holds now."""
        micros = rules.price_micros
        return cls(
            initial={
                "thresholds": ", ".join(map(str, rules.percents)),
                "mail": rules.mail,
                "unusual": rules.unusual,
                "unusual_pause": rules.unusual_pause,
                "price": f"{tariff.decimal(micros):f}" if micros else "",
                "currency": rules.currency,
                "least_days": rules.least_days or "",
            }
        )

    def clean_thresholds(self) -> str:
        """Return rising whole per cents of 1 to 100, as they are kept."""
        words = self.cleaned_data["thresholds"].replace(",", " ").replace("%", " ").split()
        percents = sorted({int(word) for word in words if WORD.fullmatch(word)})
        fit = all(map(WORD.fullmatch, words)) and percents and percents[0] >= 1 and percents[-1] <= 100
        if not fit or len(percents) > MOST_THRESHOLDS:
            raise forms.ValidationError("Write up to ten whole numbers from 1 to 100, such as 50, 80, 100.")
        return " ".join(map(str, percents))

    def clean_currency(self) -> str:
        """Return three capitals, or nothing."""
        currency = str(self.cleaned_data["currency"]).strip().upper()
        if currency and not CURRENCY.fullmatch(currency):
            raise forms.ValidationError("Write the three letters of a currency, such as EUR.")
        return currency

    def clean(self) -> dict[str, Any]:
        """A price and its currency go together."""
        data: dict[str, Any] = self.cleaned_data
        if data.get("price") and not data.get("currency") and "currency" not in self.errors:
            self.add_error("currency", "Say in which currency.")
        return data

    @property
    def fields_kept(self) -> dict[str, Any]:
        """The valid form as the columns of the rules."""
        data = self.cleaned_data
        names = ("thresholds", "mail", "unusual", "unusual_pause", "currency", "least_days")
        price = data["price"]
        return {name: data[name] for name in names} | {
            "price_micros": tariff.micros(price) if price else None
        }


class HookForm(forms.Form):
    """Where the webhook goes; an empty address ends it."""

    url = forms.CharField(label="Address", max_length=500, required=False)

    def clean_url(self) -> str:
        """Return an address that may be posted to, or nothing."""
        url = str(self.cleaned_data["url"]).strip()
        if url and not is_fit(url, allow_loopback=settings.HOOKS_TO_LOOPBACK):
            raise forms.ValidationError(
                "Write an https address without a user name, such as https://host/path."
            )
        return url
