"""The demonstration's library: a few word lists, styles and a saved prompt, to try at once and to take apart.

They are made as anybody's are, once: a library that ever held a list or a style is left alone.
"""

from studio.accounts.models import Member
from studio.prompts import keeping, labels, saved
from studio.prompts.listtext import entries_of, needs_of
from studio.prompts.mentions import mentioned
from studio.prompts.models import Style, WordList

LISTS = {
    "time/season": ("The four, autumn under two names", "spring\nsummer\n{autumn|fall}\nwinter"),
    "time/day": (
        "When in the day; now and then at night",
        "first light\nnoon\n# {golden|blue} hour counts twice\n2::{golden|blue} hour\n0.5::night",
    ),
    "time/moment": ("Lists in a list", "__time/day__ in __time/season__"),
    "colour/warm": ("", "ochre\nterracotta\nsaffron\ncoral"),
    "colour/cold": ("", "slate blue\nteal\nmint\nlavender"),
    "material": ("For products and interiors", "oak\nbrushed steel\nfrosted glass\n__colour/*__ ceramic"),
}
STYLES = [  # category, name, words
    ("Photograph", "35 mm film", "photograph of {prompt}, shot on 35mm film, fine grain, soft contrast"),
    ("Photograph", "Product", "{prompt}, studio photograph, softbox light, seamless {white|grey} background"),
    ("Drawing", "Watercolour", "loose watercolour of {prompt}, rough paper, much white left"),
    (
        "Print",
        "Risograph",
        "{prompt}, two-colour risograph print, visible halftone, __colour/warm__ and black",
    ),
]
PROMPT = "Postcard"
VERSIONS = [
    ("a harbour in __time/season__", ""),
    (
        "a {small harbour|lighthouse} in __time/season__ | fog",
        "With or without fog; the lighthouse to compare",
    ),
]


def fill(member: Member) -> bool:
    """Fill a library that never held a list or a style, and say whether it was."""
    if WordList.objects.exists() or Style.objects.exists():
        return False
    for name, (about, text) in LISTS.items():
        read = {"count": len(entries_of(text)), "size": len(text), "needs": needs_of(text)}
        keeping.make(WordList, member, name=name, description=about, text=text, **read)
    for order, (category, name, text) in enumerate(STYLES):
        keeping.make(
            Style, member, name=name, category=category, text=text, order=order, needs=mentioned(text)
        )
    _save(member)
    return True


def _save(member: Member) -> None:
    (template, note), *later = VERSIONS
    version = saved.create(member, name=PROMPT, template=template, note=note)
    for template, note in later:
        version = saved.add_version(version.prompt, member, template=template, note=note)
    labels.put(version.prompt, "draft", version, member)
