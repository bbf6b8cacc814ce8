"""What is told of a picture, and what is wrong with one. Pure, and without the decoder.

Apart from `pictures`, so that a process that decodes none does not load Pillow.
"""

from dataclasses import dataclass

RENDITIONS = (512, 256, 128)  # long side, in pixels


class BadPicture(Exception):
    """The bytes are not a picture that the studio keeps; the text is a sentence for a person."""


class CannotWrite(Exception):
    """The studio's own disk does not take the renditions; the picture is not to blame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a verified picture is: format in lower case, sides in pixels, dominant colour as #rrggbb.

    `bytes` and `sha256` are those of the file that is kept.
    """

    format: str
    width: int
    height: int
    colour: str
    bytes: int
    sha256: str
