"""Security headers of every response.

Pages set their own content security policy. Responses without one, such as static files,
redirects and early errors, get a policy that allows nothing.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# copy.js writes to the clipboard, and passkeys belong to the site itself; nothing else is used
PERMISSIONS_POLICY = ", ".join(
    (
        "accelerometer=()",
        "autoplay=()",
        "browsing-topics=()",
        "camera=()",
        "clipboard-read=()",
        "clipboard-write=(self)",
        "display-capture=()",
        "encrypted-media=()",
        "fullscreen=()",
        "geolocation=()",
        "gyroscope=()",
        "hid=()",
        "idle-detection=()",
        "magnetometer=()",
        "microphone=()",
        "midi=()",
        "payment=()",
        "picture-in-picture=()",
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
        "screen-wake-lock=()",
        "serial=()",
        "sync-xhr=()",
        "usb=()",
        "xr-spatial-tracking=()",
    )
)
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# other sites may read the API; everything else is for the pages of this site
SHARED = "/api/"

# set by Django's decorator on what other sites may show in a frame
EXEMPT = "xframe_options_exempt"
HEADERS = {
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Content-Security-Policy": NOTHING,
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


class HeadersMiddleware:
    """Adds missing headers. It must be the first middleware, to see the responses of all others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        headers = response.headers
        for name, value in HEADERS.items():
            if name != "X-Frame-Options" or not getattr(response, EXEMPT, False):
                headers.setdefault(name, value)
        headers.setdefault(
            "Cross-Origin-Resource-Policy",
            "cross-origin" if request.path_info.startswith(SHARED) else "same-origin",
        )
        return response
