"""Personal data is masked unless the caller asks for it by name: enough stays to recognise whom one knows."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "***"

_DISTRICT: Final = re.compile(r"^.*?[市州盟].*?[区县旗]|^.*?[区县旗]")


def mask_name(name: str) -> str:
    """Keeps the first character.

    >>> mask_name("王怡然")
    '王**'
    """
    return name[:1] + "*" * (len(name) - 1)


def mask_phone(phone: str) -> str:
    """Keeps the first three and the last two characters of a long number, nothing of a short one.

    >>> mask_phone("10001247844")
    '100******44'
    """
    if len(phone) < 8:
        return "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 5) + phone[-2:]


def mask_address(address: str) -> str:
    """Keeps the city and the district; of an address that names none, nothing.

    >>> mask_address("云溪市新港区金桂路51号10栋103室")
    '云溪市新港区***'
    """
    district = _DISTRICT.match(address)
    return (district.group() if district else "") + HIDDEN
