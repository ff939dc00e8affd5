"""How large an event may become, whatever a client or a service has put into its variables."""

from fireline.scrub import scrubbed_text


class Room:
    """So many characters are left; who takes the last gets a part, and who comes later a sign of it."""

    __slots__ = ("left",)

    def __init__(self, characters: int) -> None:
        self.left = characters

    def take(self, text: str) -> str:
        """As much of this text as there is room for."""
        size = len(text) + 8  # quotes, comma, brackets
        if size <= self.left:
            self.left -= size
            return text
        if self.left <= 0:
            return "…"
        # What is cut is searched first, lest half a secret is not known as one.
        part, self.left = scrubbed_text(text)[: self.left], 0
        return f"{part}…"
