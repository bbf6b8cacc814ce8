"""Money beside credits: `{% load money %}{% money figures.balance %}`. Asked for where it is drawn."""

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def money(context: Context, amount: int | None, css: str = "") -> SafeString:
    """Draw what so many credits are worth; nothing where the admins named no price."""
    tariff = context.get("tariff")
    worth = tariff.worth(amount) if tariff else ""
    return format_html('<span class="money {}">{}</span>', css, worth) if worth else SafeString()
