"""Names of States as records print them after a speaker: evidence that a line is a speaker line.

They serve only that purpose. ``statements.ingest`` knows which country a name means, and when.
"""

import re
from dataclasses import dataclass
from functools import cache

from statements.transcripts.languages.names import fold

_PRINTED_NAMES = """
Afghanistan|Albania|Algeria|Andorra|Angola|Antigua and Barbuda|Argentina|Armenia|Australia|Austria
Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia
Bolivia (Plurinational State of)|Plurinational State of Bolivia|Bosnia and Herzegovina|Botswana
Brazil|Brunei Darussalam|Bulgaria|Burkina Faso|Burma|Burundi|Byelorussian Soviet Socialist Republic
Cabo Verde|Cambodia|Cameroon|Canada|Cape Verde|Central African Republic|Ceylon|Chad|Chile|China
Colombia|Comoros|Congo|Congo (Brazzaville)|Congo (Leopoldville)|Cook Islands|Costa Rica
Cote d'Ivoire|Croatia|Cuba|Cyprus|Czech Republic|Czechia|Czechoslovakia|Dahomey
Democratic Kampuchea|Democratic People's Republic of Korea|Democratic Republic of the Congo
Democratic Yemen|Denmark|Djibouti|Dominica|Dominican Republic|Ecuador|Egypt|El Salvador
Equatorial Guinea|Eritrea|Estonia|Eswatini|Ethiopia|Federal Republic of Germany
Federation of Malaya|Federated States of Micronesia|Fiji|Finland|France|Gabon|Gambia|Georgia
German Democratic Republic|Germany|Germany, Federal Republic of|Ghana|Greece|Grenada|Guatemala
Guinea|Guinea-Bissau|Guyana|Haiti|Holy See|Honduras|Hungary|Iceland|India|Indonesia|Iran
Iran (Islamic Republic of)|Islamic Republic of Iran|Iraq|Ireland|Israel|Italy|Ivory Coast|Jamaica
Japan|Jordan|Kazakhstan|Kenya|Khmer Republic|Kiribati|Kuwait|Kyrgyzstan|Lao People's Democratic
Republic|Laos|Latvia|Lebanon|Lesotho|Liberia|Libya|Libyan Arab Jamahiriya|Libyan Arab Republic
Liechtenstein|Lithuania|Luxembourg|Madagascar|Malawi|Malaysia|Maldives|Maldive Islands|Mali|Malta
Marshall Islands|Mauritania|Mauritius|Mexico|Micronesia|Micronesia (Federated States of)|Monaco
Mongolia|Montenegro|Morocco|Mozambique|Myanmar|Namibia|Nauru|Nepal|Netherlands|Netherlands (Kingdom
of the)|Kingdom of the Netherlands|New Zealand|Nicaragua|Niger|Nigeria|Niue|North Macedonia|Norway
Oman|Pakistan|Palau|Palestine|State of Palestine|Panama|Papua New Guinea|Paraguay|Peru|Philippines
Poland|Portugal|Qatar|Republic of Korea|Republic of Moldova|Moldova|Romania|Roumania|Rumania
Russian Federation|Rwanda|Saint Kitts and Nevis|Saint Lucia|Saint Vincent and the Grenadines|Samoa
San Marino|Sao Tome and Principe|Saudi Arabia|Senegal|Serbia|Serbia and Montenegro|Seychelles
Sierra Leone|Singapore|Slovakia|Slovenia|Solomon Islands|Somalia|South Africa|South Sudan
Southern Yemen|Spain|Sri Lanka|Sudan|Suriname|Swaziland|Sweden|Switzerland|Syria
Syrian Arab Republic|Tajikistan|Tanganyika|Thailand|The former Yugoslav Republic of Macedonia
former Yugoslav Republic of Macedonia|Timor-Leste|Togo|Tonga|Trinidad and Tobago|Tunisia|Turkey
Turkiye|Turkmenistan|Tuvalu|Uganda|Ukraine|Ukrainian Soviet Socialist Republic
Union of Soviet Socialist Republics|USSR|Union of South Africa|United Arab Emirates
United Arab Republic|United Kingdom|United Kingdom of Great Britain and Northern Ireland
United Republic of Cameroon|United Republic of Tanzania|United States|United States of America
Upper Volta|Uruguay|Uzbekistan|Vanuatu|Venezuela|Venezuela (Bolivarian Republic of)
Bolivarian Republic of Venezuela|Viet Nam|Vietnam|Western Samoa|Yemen|Yugoslavia|Zaire|Zambia
Zanzibar|Zimbabwe|European Union|African Union|League of Arab States
Egypte|Etats-Unis d'Amerique|Royaume-Uni|Chine|Inde|Liban|Syrie|Turquie
"""

_BROKEN_NAME = re.compile(r"(?<=Democratic)\n|(?<=Kingdom)\n")
_DISPLAY_NAMES = {
    fold(name): name.strip()
    for name in _BROKEN_NAME.sub(" ", _PRINTED_NAMES).replace("\n", "|").split("|")
    if name.strip()
}


def is_state(printed: str) -> bool:
    """Return whether the text is the name of a present or former State, and nothing else."""
    return len(printed) <= 80 and fold(printed) in _DISPLAY_NAMES


@dataclass(frozen=True, slots=True)
class NamedState:
    """A name of a State within a text."""

    name: str  # as the table has it, without accents
    start: int
    end: int


def find_states(text: str) -> list[NamedState]:
    """Return the names of States in a text, the longest at each place: never "Guinea" in
    "Guinea-Bissau". Texts whose letters do not fold one by one have none.
    """
    folded = "".join(_fold_letter(letter) for letter in text)
    return [
        NamedState(_DISPLAY_NAMES[match[0]], match.start(), match.end())
        for match in _any_state().finditer(folded)
    ]


def _fold_letter(letter: str) -> str:
    """Fold a letter to one letter, so that positions stay."""
    return (fold(letter) or letter)[0] if letter.isalpha() or letter in "’‘" else letter


@cache
def _any_state() -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(_DISPLAY_NAMES, key=len, reverse=True)))
    return re.compile(rf"(?<![\w-])(?:{names})(?![\w-])")
