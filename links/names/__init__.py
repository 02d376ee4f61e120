"""Names in a text: clubs, sources, places, the players that are watched, and persons that nobody listed.

    names = Names.load(players)                     # clubs and sources ship with the package
    names = names.with_players(players)             # a new roster; what ships is shared
    names.club("man utd") -> "Manchester United"    # what a person types; None where unknown or open
    names.clubs -> tuple[str, ...]                  # usual English names, for completion
    names.facts_of("AC Milan") -> Club | None       # country, league, city, aliases
    names.source_tier("Gazzetta") -> 3              # 1 best to 4, None where unknown
    names.mentions_watched(text) -> bool            # cheap: can this text name one of the players at all?
    names.watched(text) -> list[Player]             # those whom it may name
    names.find(text, lang="en") -> list[Mention]    # everything listed, unsettled, longest match
    names.survey(title, text, outlet=None, lang="en") -> Survey
                                                    # mentions settled by the article, and its people

A `Survey` holds the article as one text (title, a blank line, text; the title alone where there is no
text) and offsets into it; see `links.names.mention` for `Mention`, `Person`, `PersonMention`, `Sort`,
`Strength`. `survey` takes time in proportion to the length, whatever stands in the text, and never raises.

How it goes: `find` matches the shipped names and the players (`find.py`, `roster.py`), `otherwise.py` drops
what is a town, a day or a piece of a person's name, `settle.py` gives each club's name one club,
`credits.py` adds sources that nobody listed, `people.py` finds persons by shape, `gather.py` brings each
person's mentions together. The words of a language are in `links/data/words/<code>.toml` and `.txt`.
"""

from __future__ import annotations

from links.names.book import Names
from links.names.mention import Mention, Person, PersonMention, Sort, Strength, Survey

__all__ = ["Mention", "Names", "Person", "PersonMention", "Sort", "Strength", "Survey"]
