"""The suppression file: people who must never be touched.

A text or CSV file with phone numbers and e-mail addresses in any format, one or several a line. It is read to the safe
side: where an entry can be read in two ways, both are held.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from phonenumbers import (
    PhoneNumberFormat,
    ValidationResult,
    country_code_for_region,
    format_number,
    is_possible_number_with_reason,
)

from singer_delivery.emails import read_email
from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict
from singer_delivery.phones import parse_phone, phone_text, read_phone

if TYPE_CHECKING:
    from collections.abc import Iterator

_CELLS = re.compile(r"[,;\t|]|\s+(?=\+)")
# A number sign with a digit behind it is no comment: an apartment's, an order's, an extension's.
_COMMENT = re.compile(r"(?:^|\s)(?:#(?!\d)|//).*")
_COMMENT_LINE = re.compile(r"\s*(?:#(?!\d)|//)")
_EXTENSION = re.compile(r"(?<=\d)\s*(?:extension|extn?|x|#)[.:]*\s*\d{1,7}$", re.IGNORECASE)
# What other columns of a CSV hold: dates, and identifiers such as UUIDs. No phone number is written like that.
_OTHER = re.compile(
    r"\d{4}-\d\d-\d\d(?:T.*)?|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d\d)|(?=.*[a-f])[0-9a-f-]{16,}", re.IGNORECASE
)
_LETTERS = re.compile(r"[^\W\d_]+[:=]?")
_AROUND_EMAIL = "\"'<>()"
_AROUND_PHONE = " \"'<>"
_DIGIT = re.compile(r"\d")
# What most entries look like: they are read without the libraries, which take 10 to 30 microseconds for each.
_PLAIN_EMAIL = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}")
_PLAIN_NUMBER = re.compile(r"(?:\+?1)?([2-9][0-9]{9})")
_BETWEEN_DIGITS = str.maketrans("", "", " ().-")
_NORTH_AMERICA = 1
# A shorter run of digits is no phone number anywhere that texts go to, but a postal code or the like.
_FEWEST_DIGITS = 7
_MOST_LINES_NAMED = 10


class Suppression:
    """Who must never be touched.

    Attributes:
        path: Where the file is.
        digest: Of its content (16 bytes): another one means that what was planned before may not hold.
        unreadable: Numbers of the lines that hold an entry nobody could read. Guesses at it are held all the same.
    """

    def __init__(self, path: Path, content: bytes, default_country: str | None) -> None:
        self.path = path
        self.digest = blake2b(content, digest_size=16).digest()
        self.unreadable: list[int] = []
        self._country = default_country
        self._in_north_america = country_code_for_region(default_country or "") == _NORTH_AMERICA
        self._phones: set[str] = set()
        self._emails: set[str] = set()
        self._read = 0
        for number, line in enumerate(_text(path, content).splitlines(), 1):
            entries = list(_entries(line))
            read = sum(map(self._take, entries))
            self._read += read
            if read < len(entries):
                self.unreadable.append(number)

    @classmethod
    def load(cls, path: str | Path, default_country: str | None) -> Suppression:
        """Read a suppression file.

        Args:
            path: Where it is.
            default_country: ISO code of the country of numbers without a country code.

        Raises:
            SetupError: It is missing, is no text, or holds entries of which none can be read.
        """
        path = Path(path)
        try:
            content = path.read_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SetupError(
                f"The suppression file {path} cannot be read: {reason}. Correct the setting `suppression_file`."
            ) from None
        loaded = cls(path, content, default_country)
        if loaded.unreadable and not loaded._read:
            raise SetupError(
                f"No entry of the suppression file {path} can be read as a phone number or e-mail address. "
                f"{loaded._advice()}"
            )
        return loaded

    def __len__(self) -> int:
        return len(self._phones) + len(self._emails)

    def holds(self, phone: str | None, email: str | None) -> bool:
        """Say whether a person is in the file, by phone number (E.164) or by e-mail address (lower case)."""
        return phone in self._phones or email in self._emails

    def warning(self) -> str | None:
        """Return what to tell about entries that nobody could read, by the numbers of their lines alone."""
        if not self.unreadable:
            return None
        named = ", ".join(map(str, self.unreadable[:_MOST_LINES_NAMED]))
        more = ", ..." if len(self.unreadable) > _MOST_LINES_NAMED else ""
        return (
            f"{len(self.unreadable)} lines of the suppression file {self.path} hold an entry that cannot be read, and "
            f"that person may not be suppressed: lines {named}{more}. {self._advice()}"
        )

    def _advice(self) -> str:
        if self._country:
            return "Correct these entries."
        return "Write phone numbers with their country code (`+1...`), or set `default_country`."

    def _take(self, entry: str) -> bool:
        """Hold an entry in each way it can be read; False where there is none."""
        if "@" in entry:
            lower = entry.lower()
            email = lower if _PLAIN_EMAIL.fullmatch(lower) else read_email(entry)
            if isinstance(email, str):
                self._emails.add(email)
            return isinstance(email, str)
        text = phone_text(entry) or ""
        digits = text.translate(_BETWEEN_DIGITS)
        plain = _PLAIN_NUMBER.fullmatch(digits)
        if plain and (self._in_north_america or text.startswith("+1")):
            self._phones.add(f"+1{plain.group(1)}")
            return True
        # A North American number as people there write it, or one of the country whose code it begins with.
        is_ambiguous = plain is not None and digits == plain.group(1) and self._country is None
        if is_ambiguous:
            self._phones.add(f"+1{digits}")
        is_read = self._hold(text)
        if text.startswith("+"):
            return is_read
        # A file of an SMS platform holds numbers with their country code, and without the plus. That is a guess: it is
        # held, and counts as read only if somebody can have that number, and it can be no other.
        guess = f"+{text.removeprefix('00')}"
        is_likely = self._hold(guess) and isinstance(read_phone(guess, None, texts=False), str) and not is_ambiguous
        if is_read:
            return True
        # Several numbers with only blanks between them, or something else that is written with digits beside one.
        pieces = [piece for piece in entry.split() if _digits(piece) >= _FEWEST_DIGITS and piece != entry]
        return (bool(pieces) and sum(map(self._take, pieces)) == len(pieces)) or is_likely

    def _hold(self, text: str) -> bool:
        """Hold a number, if it can be one."""
        number = parse_phone(text, self._country)
        if isinstance(number, Verdict) or is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
            return False
        self._phones.add(format_number(number, PhoneNumberFormat.E164))
        return True


def _text(path: Path, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # spreadsheets export "Unicode text" so
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise SetupError(
            f"The suppression file {path} is not a text file. Save it as text or CSV, with a phone number or e-mail "
            "address a line."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # an older code page; phone numbers and addresses read the same in all of them
        return content.decode("latin-1")


def _entries(line: str) -> Iterator[str]:
    """Yield what looks like a phone number or an e-mail address; headers, names and comments do not."""
    for cell in () if _COMMENT_LINE.match(line) else _CELLS.split(line):
        words = [word for word in _COMMENT.sub("", cell).split() if not _OTHER.fullmatch(word.strip(_AROUND_EMAIL))]
        yield from (word.strip(_AROUND_EMAIL) for word in words if "@" in word)
        number = " ".join(word for word in words if "@" not in word).strip(_AROUND_PHONE)
        rest = _LETTERS.sub(" ", _EXTENSION.sub("", number)).strip(_AROUND_PHONE)
        if _digits(rest) >= _FEWEST_DIGITS:
            yield rest


def _digits(text: str) -> int:
    return len(_DIGIT.findall(text))
