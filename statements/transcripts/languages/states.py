"""Names of States as records print them after a speaker: evidence that a line is a speaker line.

They serve only that purpose. ``statements.ingest`` knows which country a name means, and when.
"""

import re

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
_STATE_NAMES = frozenset(
    fold(name)
    for name in _BROKEN_NAME.sub(" ", _PRINTED_NAMES).replace("\n", "|").split("|")
    if name.strip()
)


def is_state(printed: str) -> bool:
    """Return whether the text is the name of a present or former State, and nothing else."""
    return len(printed) <= 80 and fold(printed) in _STATE_NAMES
