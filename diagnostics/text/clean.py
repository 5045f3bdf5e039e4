"""Untrusted text made fit to show: what could steer a terminal stands there as an escape."""

import re

# Control characters of ASCII and Latin-1 (ANSI sequences begin with one of them), marks that
# turn or hide text, line separators that terminals and editors disagree about, and lone
# surrogates, which no UTF-8 can carry.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]",
)
UNSAFE_IN_CODE = re.compile(rf"(?![\n\t]){UNSAFE.pattern}")


def clean_line(text: str) -> str:
    r"""Return `text` as one line; a control character shows as its escape, such as `\x1b`."""
    return UNSAFE.sub(_escape, " ".join(re.split(r"[ \t\r\n]+", text.strip())))


def clean_code(text: str) -> str:
    """Return `text` with its lines and tabs kept, otherwise likewise."""
    return UNSAFE_IN_CODE.sub(_escape, text.replace("\r\n", "\n").strip("\n"))


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code <= 0xFF:  # noqa: PLR2004 - what \x can say
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - what \u can say
