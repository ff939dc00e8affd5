"""The error pages: a project's own, or ours, which need nothing of the project but its name."""

import hashlib
import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.template import Context, Engine, Template, TemplateDoesNotExist, loader
from django.urls import Resolver404, resolve
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from fireline import conf
from fireline.answers.flat_errors import flat_errors
from fireline.answers.words import LANGUAGE, words_for
from fireline.errors.guard import guarded
from fireline.errors.reports import Category, ErrorReport

_TEMPLATES = Path(__file__).parent.parent / "templates" / "fireline"
_STYLE = (_TEMPLATES / "error.css").read_text(encoding="utf-8")

_SAFE_STYLE = mark_safe(_STYLE)  # noqa: S308 (a file of ours)

STYLE_HASH = f"sha256-{b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}"
"""What a Content-Security-Policy of a proxy must allow in `style-src`; see docs/error-shapes.md."""


def page(request: HttpRequest, report: ErrorReport) -> HttpResponse:
    """
    The page of this report; never raises.

    A project's `errors/<status>.html` comes first, then its `<status>.html`, then ours.
    """
    context = _context(request, report)
    body = guarded(_own_page, request, report, context)
    if body is not None:
        return HttpResponse(body, status=report.status)
    body = guarded(_our_page, context) or _last_page(report)
    response = HttpResponse(body, status=report.status)
    response["Content-Security-Policy"] = _policy(context["brand_logo"])
    return response


def _context(request: HttpRequest, report: ErrorReport) -> dict[str, Any]:
    settings = conf.current()
    words = words_for(report)
    language = str(LANGUAGE)
    return {
        "status": report.status,
        "title": words.title,
        "message": words.message,
        "hint": words.hint,
        "error_id": report.error_id,
        "correlation_id": report.correlation_id,
        "code": report.code,
        "errors": _errors(report) if report.category is Category.VALIDATION else (),
        "login": guarded(_login, request) if report.status == 401 else None,
        "is_told": report.is_told,
        "brand_name": settings.BRAND_NAME or settings.service,
        "brand_logo": settings.BRAND_LOGO,
        "home": settings.BRAND_HOME,
        "contact": settings.BRAND_CONTACT,
        "request_path": request.path,
        "language": language,
        "is_right_to_left": language.partition("-")[0] in django_settings.LANGUAGES_BIDI,
    }


def _errors(report: ErrorReport) -> list[dict[str, str | None]]:
    return [
        {**error, "label": _label(error["attr"] or "")} for error in flat_errors(report.details)
    ]


def _label(attr: str) -> str:
    """The name of a field for people, who count from one: `lines.0.unit_price` is `Lines 1, unit price`."""
    counted = re.sub(r"\.(\d{1,9})(?=\.|$)", lambda index: f" {int(index[1]) + 1}", attr)
    label = counted.replace(".", ", ").replace("_", " ")
    return label[:1].upper() + label[1:]


def _login(request: HttpRequest) -> str:
    """Where people sign in and come back from; empty where the project has no such address."""
    address = resolve_url(django_settings.LOGIN_URL)
    try:
        resolve(address)
    except Resolver404:
        return ""
    return f"{address}?{urlencode({'next': request.path})}"


def _own_page(request: HttpRequest, report: ErrorReport, context: dict[str, Any]) -> str | None:
    names = [f"errors/{report.status}.html", f"{report.status}.html"]
    if report.code == "CSRF_FAILED":
        names.insert(0, "403_csrf.html")
    try:
        template = loader.select_template(names)
    except TemplateDoesNotExist:
        return None
    # Like Django's own views: a page of a failure of ours gets no request, because a context
    # processor that asks the database would fail again.
    return str(template.render(context, request if report.status < 500 else None))


@cache
def _template() -> Template:
    engine = Engine(dirs=[str(_TEMPLATES)], libraries={"i18n": "django.templatetags.i18n"})
    return engine.get_template("error.html")


def _our_page(context: dict[str, Any]) -> str:
    return _template().render(Context({**context, "style": _SAFE_STYLE}))


def _last_page(report: ErrorReport) -> str:
    return (
        f"<!doctype html><title>{report.status}</title><h1>{report.status}</h1>"
        f"<p>{report.error_id}</p>"
    )


def _policy(logo: str) -> str:
    images = "'self' data:"
    if (address := urlsplit(logo)).netloc:
        images += f" {address.scheme or 'https'}://{address.netloc}"
    return (
        f"default-src 'none'; style-src '{STYLE_HASH}'; img-src {images}; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    )
