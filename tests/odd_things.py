"""What no page sends: values, headers and methods to try against every address."""

from __future__ import annotations

METHODS = (
    "get",
    "get",
    "head",
    "post",
    "post",
    "post",
    "post",
    "put",
    "patch",
    "delete",
    "options",
)
ODD = [
    "", "0", "-1", "1e9", "99999999999999999999", "NaN", "\x00", "a\x00b", "\ud7ff", "\u202e",
    "\U0001f995" * 40, "x" * 9000, "<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd",
    "{{ 7 }}", "%s%n", "\r\nX-Bad: 1", "true", "null", "[]", "{}", "learn", "8,67", "\u0663",
    "\ue010", "\u00b2",
]  # fmt: skip
HEADERS = {
    "HX-Request": ("true", "false", "\x00", "x"),
    "HX-Request-Type": ("partial", "full", "PARTIAL", "", "x" * 300),
    "HX-Source": ("form#form-j0-01q1", "form#", "#", "%00", "\u00e9", "button#x"),
    "HX-Target": ("body", "div#sides", "<b>"),
    "HX-Current-URL": ("http://[", "javascript:alert(1)", "//", "http://testserver/\u00e9"),
    "Accept-Language": ("de", "xx-yy;q=2", "*", "a" * 600, ",,,"),
    "Accept": ("application/json", "", "*/*;q=x"),
    "Content-Type": ("application/json", "text/plain", "multipart/form-data", "a/b; charset=utf-7"),
    "Cookie": ("csrftoken=; archlab-guest=x", "\x00", "a" * 3000),
    "Referer": ("http://[", "\x00"),
    "X-Forwarded-For": ("x", "\x00"),
}
