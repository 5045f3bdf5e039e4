"""Patterns with `*` and `?`, as EC2's filters and IAM's actions have them."""


def matches(pattern: str, text: str) -> bool:
    """Whether `text` is what `pattern` describes; linear in practice, never exponential."""
    at = place = 0
    star = mark = -1
    while at < len(text):
        if place < len(pattern) and pattern[place] == "*":
            star, mark = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("?", text[at]):
            at += 1
            place += 1
        elif star >= 0:
            mark += 1
            at, place = mark, star + 1
        else:
            return False
    return all(letter == "*" for letter in pattern[place:])
