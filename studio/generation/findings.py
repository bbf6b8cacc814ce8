"""What was seen of one part of the studio, for an operator: on the health page and by `doctor` (G10)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sentence about a part; and, where something is wrong, what to do."""

    part: str
    says: str
    remedy: str = ""

    @property
    def is_well(self) -> bool:
        """Tell whether there is nothing to do."""
        return not self.remedy
