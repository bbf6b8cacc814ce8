"""From a pasted text to something that can be a key, or a sentence why not (KEY-07, KEY-08). Pure.

Blanks around the text come with the clipboard and are taken off; anything odd inside is refused,
since it must never reach a header. No sentence repeats what was pasted.
"""

from studio.accounts.errors import NotAKey
from studio.doitong import Secret
from studio.logs import masking

SHORTEST, LONGEST = 6, 256  # as the client has it: sbx_pro is 7
SHORTEST_HOOK_SECRET, LEAST_VARIETY = 24, 8  # characters, different characters
QUOTES = "\"'`“”‘’"


def read_key(text: str) -> Secret:
    """Return the pasted key; raises NotAKey with what is wrong and what to do."""
    cleaned = text.strip()
    secret = Secret(cleaned)
    if fault := _fault(cleaned):
        raise NotAKey(fault)
    if len(cleaned) < SHORTEST or not secret.is_key:
        raise NotAKey("This is too short for a key. Copy all of it from the Doitong dashboard.")
    masking.know(cleaned)
    return secret


def read_hook_secret(text: str) -> Secret:
    """Return the pasted webhook secret: 24 characters at least, and no pattern (HOOK-10). Raises NotAKey."""
    cleaned = text.strip()
    if fault := _fault(cleaned, "secret"):
        raise NotAKey(fault)
    if len(cleaned) < SHORTEST_HOOK_SECRET or len(set(cleaned)) < LEAST_VARIETY:
        raise NotAKey(
            "This is too short or too simple for a webhook secret: "
            f"it has {SHORTEST_HOOK_SECRET} characters at least. Copy all of it from the Doitong dashboard."
        )
    return Secret(cleaned)


def _fault(text: str, what: str = "key") -> str:
    if not text:
        return f"Paste the {what} first."
    if len(text) > LONGEST:
        return f"This is too long for a {what}. Copy only the {what} from the Doitong dashboard."
    if text[0] in QUOTES or text[-1] in QUOTES:
        return f"There are quotes around the {what}. Paste it without them."
    if text.lower().startswith(("bearer ", "authorization:", "x-api-key:")):
        return "This is the whole header. Paste only the key that it ends with."
    if any(character in "\r\n\v\f\x85\u2028\u2029" for character in text):
        return f"There is a line break in the {what}. Paste it as one line."
    if any(character.isspace() for character in text):
        return f"There is a blank in the {what}. Paste it without blanks."
    if not (text.isascii() and text.isprintable()):
        return f"No {what} has such characters. Copy the {what} again from the Doitong dashboard."
    return ""
