"""The door of webhooks: POST /hooks/doitong/TOKEN (B9, S54, S58). Nobody is signed in here.

At most 64 KB are read, before anything else; the answer is short, and to whatever is refused the same.
"""

from django.contrib.auth.decorators import login_not_required
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from studio.accounts import keys
from studio.doitong import SIGNATURE_HEADER, BadAnswer
from studio.generation import hooked

LARGEST = 64 * 1024  # bytes


@csrf_exempt
@login_not_required
@require_POST
def hook(request: HttpRequest, token: str) -> HttpResponse:
    """Hear one webhook: 202 for what is taken or known, 401 for what is not signed for this address."""
    body = _body(request)
    if len(body) > LARGEST:
        return _answer(413)
    signature = request.headers.get(SIGNATURE_HEADER)
    sent = request.headers.get("Webhook-Timestamp")
    try:
        hooked.hear(token, body, signature=signature, sent=sent, now=timezone.now())
    except hooked.NotTaken as reason:
        hooked.refusals.note(str(reason))
        return _answer(401)
    except BadAnswer as error:
        hooked.refusals.note(error.sentence)
        return _answer(400)
    except keys.SealingError as error:
        keys.log_unsealable(error)
        return _answer(503)
    return _answer(202)


def _body(request: HttpRequest) -> bytes:
    """Return the body, or one byte more of it than is read at most.

    Django takes one that came in pieces, with no length told before, for empty. It is read where the
    server promises that it ends.
    """
    told = request.META.get("CONTENT_LENGTH")
    if not told and isinstance(request, WSGIRequest) and request.environ.get("wsgi.input_terminated"):
        return bytes(request.environ["wsgi.input"].read(LARGEST + 1))
    return request.read(LARGEST + 1)


def _answer(status: int) -> HttpResponse:
    response = HttpResponse(status=status, content_type="text/plain")
    # Django's own line would name the address, whose last part is a secret, at every one of a flood
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
