"""Names for players who do not exist: with diacritics, apostrophes, hyphens, suffixes, as real ones."""

import re
import unicodedata

import numpy as np

_FIRST = tuple(
    """
Adebayo Alvin Amari Anders Andrzej Antoine Bartosz Benoît Bogumił Calvin Casper Cédric Čeněk Chidi Clément
Cornell Dalibor Damjan Darnell Deshawn Đorđe Edvin Eero Emeka Esteban Ezekiel Fabrício Ferran Frédéric
Gaël Garrison Gediminas Håkon Hamilton Hollis Ignas Isaías Ivo Jabari Jaroslav Jermaine Joaquín João
Kacper Keegan Kofi Kristófer Lamar Lazar László Leandro Łukasz Malachi Marquise Mārtiņš Matéo Mehdi
Milovan Nahuel Nolan Nuno Obinna Ömer Ondřej Oswaldo Pelle Quincy Radoslav Rasheed René Róbert Samuel
Šarūnas Sekou Søren Stellan Tahj Teun Tomáš Uroš Vítor Wendell Xabier Yannick Zacharie Žan Zoltán
""".split()  # noqa: SIM905 - a hundred names read better without quotes
)

_LAST = tuple(
    """
Abernathy Achterberg Adeyemi Ångström Ashdown Aždajić Balodis Bärtschi Bellweather Björklund Bošković
Brandvold Břečka Cárdenas Castellanos Chukwu Crenshaw Čvančara Dąbrowski Delacroix Dembélé Doğan
Drummondson Dvořáček Ekberg Eriksen Fairbanks Fernández-Ríos Fofana Gagneux Garðarsson Gökçe Gončarov
Greyson Grünwald Guimarães Halvorsen Hargrove Hébrard Hollingworth Ibáñez Ilunga Jankauskas Jørgensen
Kállay Kenworthy Kovačík Kružić Lefèvre Lindqvist Łaszkiewicz MacAllen Mahlangu Márquez Mbemba Mikołajczyk
Montclair Müllner Ngata Novotnik Núñez O'Hanlon O'Rourke Oyelaran Pálsson Pemberton Petrauskas Pjanović
Quintero Rademaker Ravensworth Ródenas Rousselot Rżysko Saint-Cyr Šimkus Sørlie St.-Clair Strand Szabolcsi
Tağmaç Thibodeau-Roy Thorne Tkáčik Uchenna Van-der-Meer Vasiljević Villarroel Wainwright Wójtowicz
Yildirim Ylönen Zamora Žalgirytis Zubcov
""".split()  # noqa: SIM905 - a hundred names read better without quotes
)

_SUFFIXES = ("Jr.", "II", "III", "Sr.", "IV")


def draw(rng: np.random.Generator, size: int) -> list[tuple[str, str]]:
    """Draw `size` different names: first name, and family name with its suffix if it has one."""
    pairs = rng.choice(len(_FIRST) * len(_LAST), size, replace=False)
    suffixed = rng.random(size) < 0.05
    which = rng.integers(len(_SUFFIXES), size=size)
    return [
        (_FIRST[pair % len(_FIRST)], _LAST[pair // len(_FIRST)] + f" {_SUFFIXES[index]}" * bool(has))
        for pair, has, index in zip(pairs.tolist(), suffixed, which, strict=True)
    ]


def slug(name: str) -> str:
    """Return `name` as in an address: plain small letters and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
