"""From a pasted text to something that can be a key, or a sentence why not (KEY-07, KEY-08). Pure.

Blanks around the text come with the clipboard and are taken off; anything odd inside is refused,
since it must never reach a header. No sentence repeats what was pasted.
"""

from studio.accounts.errors import NotAKey
from studio.doitong import Secret

SHORTEST, LONGEST = 6, 256  # as the client has it: sbx_pro is 7
QUOTES = "\"'`“”‘’"


def read_key(text: str) -> Secret:
    """Return the pasted key; raises NotAKey with what is wrong and what to do."""
    cleaned = text.strip()
    secret = Secret(cleaned)
    if fault := _fault(cleaned):
        raise NotAKey(fault)
    if len(cleaned) < SHORTEST or not secret.is_key:
        raise NotAKey("This is too short for a key. Copy all of it from the Doitong dashboard.")
    return secret


def _fault(text: str) -> str:
    if not text:
        return "Paste the key first."
    if len(text) > LONGEST:
        return "This is too long for a key. Copy only the key from the Doitong dashboard."
    if text[0] in QUOTES or text[-1] in QUOTES:
        return "There are quotes around the key. Paste it without them."
    if text.lower().startswith(("bearer ", "authorization:", "x-api-key:")):
        return "This is the whole header. Paste only the key that it ends with."
    if any(character in "\r\n\v\f\x85\u2028\u2029" for character in text):
        return "There is a line break in the key. Paste it as one line."
    if any(character.isspace() for character in text):
        return "There is a blank in the key. Paste it without blanks."
    if not (text.isascii() and text.isprintable()):
        return "There are characters in it that no key has. Copy the key again from the Doitong dashboard."
    return ""
