"""A visitor with cookies and forms, like a browser; for a site in separate processes."""

import re
import urllib.error
import urllib.request
import uuid
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Visitor:
    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        handlers = [urllib.request.HTTPCookieProcessor(CookieJar()), _NoRedirects()]
        self._opener = urllib.request.build_opener(*handlers)

    def ask(self, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, str]:
        """Return status and text of an answer; redirects are not followed."""
        request = urllib.request.Request(self.base + path, body)  # noqa: S310 - http, of this machine
        if kind:
            request.add_header("Content-Type", kind)
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(errors="replace")

    def token(self, path: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.ask(path)[1])
        return found[1] if found else ""

    def sign_in(self, name: str, password: str) -> int:
        path = "/admin/login/"
        form = {"username": name, "password": password, "csrfmiddlewaretoken": self.token(path)}
        kind = "application/x-www-form-urlencoded"
        return self.ask(path, urlencode(form).encode(), kind)[0]

    def upload(self, name: str, data: bytes) -> tuple[int, str]:
        path = "/admin/statements/transcript/upload/"
        token, boundary = self.token(path), uuid.uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n'
            f"{token}\r\n--{boundary}\r\nContent-Disposition: form-data; "
            f'name="transcripts"; filename="{name}"\r\nContent-Type: text/plain\r\n\r\n'
        )
        body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        return self.ask(path, body, f"multipart/form-data; boundary={boundary}")
