"""On whose behalf, in which capacity, and whom a president invites, in other languages."""

import pytest

from statements.transcripts import read
from statements.transcripts.speakers.attribution import read_attribution
from statements.transcripts.speakers.behalf import announces_national_capacity, detect_on_behalf_of
from statements.transcripts.speakers.capacities import find_invitations, invited_capacity


@pytest.mark.parametrize(
    ("opening", "delegations"),
    [
        (
            "Monsieur le Président, j’ai l’honneur de prendre la parole au nom du Groupe des lacs "
            "et de la Norvège pour dire ceci.",
            "Groupe des lacs et de la Norvège",
        ),
        (
            "Je m’exprime au nom de la Norvège, de la Suède, du Chili et de mon pays.",
            "Norvège, de la Suède, du Chili et de mon pays",
        ),
        ("Je parle au nom de mon gouvernement.", ""),
        ("Je suis venu par la mer, au nom de quoi nous parlons tous.", ""),
        ("Nous avons entendu la déclaration faite au nom du Groupe des lacs.", ""),
        (
            "Tengo el honor de hablar en nombre de los Estados de los Lagos en esta sesión.",
            "Estados de los Lagos",
        ),
        ("Quisiera, en nombre de mi país, dar las gracias.", ""),
        ("Я имею честь выступать от имени Группы озер по этому вопросу.", "Группы озер"),
        ("Я хотел бы поблагодарить Вас от имени моей делегации.", ""),
        ("يشرفني أن أدلي بهذا البيان باسم مجموعة البحيرات في هذه الجلسة.", "مجموعة البحيرات"),
        ("主席先生，我谨代表湖泊国家集团发言。", "湖泊国家集团"),
        ("我代表我国政府感谢你。", ""),
    ],
)
def test_the_first_sentences_say_on_whose_behalf(opening: str, delegations: str) -> None:
    assert detect_on_behalf_of(opening, "Noruega") == delegations


def test_a_delegation_alone_is_no_group() -> None:
    assert detect_on_behalf_of("Je parle au nom de la Norvège.", "Norvège") == ""
    assert detect_on_behalf_of("我谨代表挪威发言。", "挪威") == ""


@pytest.mark.parametrize(
    ("line", "affiliation", "delegations"),
    [
        ("M. Lund (Norvège), au nom des États des lacs : Oui", "Norvège", "États des lacs"),
        ("Sra. Vela (Chile, en nombre de los Lagos): Sí", "Chile", "Lagos"),
        ("Г-н Лунд (Норвегия) (от имени Группы озер): Да", "Норвегия", "Группы озер"),
        ("隆德先生（代表湖泊国家）：我", "", "湖泊国家"),
        ("隆德先生（挪威）：我", "挪威", ""),
    ],
)
def test_a_speaker_line_says_on_whose_behalf(line: str, affiliation: str, delegations: str) -> None:
    attribution = read_attribution(line)
    assert attribution is not None
    assert (attribution.affiliation, attribution.on_behalf_of) == (affiliation, delegations)


@pytest.mark.parametrize(
    ("text", "name", "capacity"),
    [
        (
            "Conformément à l’article 39 du Règlement intérieur provisoire du Conseil, j’invite "
            "Mme Odile Tarn, Secrétaire générale adjointe aux écluses, à participer à la présente "
            "séance.",
            "Tarn",
            "Secrétaire générale adjointe aux écluses",
        ),
        (
            "De conformidad con el artículo 39 del reglamento, invito al Sr. Bram Lock, Director "
            "de Esclusas, y a la Sra. Ada Rill, Guardiana de Faros, a participar en esta sesión.",
            "Rill",
            "Guardiana de Faros",
        ),
        (
            "В соответствии с правилом 39 временных правил процедуры я приглашаю для участия в "
            "заседании заместителя Генерального секретаря по шлюзам г-жу Одиль Тарн.",
            "Тарн",
            "Заместитель Генерального секретаря по шлюзам",
        ),
        (
            "وفقا للمادة 39 من النظام الداخلي، أدعو السيدة أوديل تارن، وكيلة الأمين العام للهويس، "
            "إلى المشاركة في هذه الجلسة.",
            "تارن",
            "وكيلة الأمين العام للهويس",
        ),
        (
            "根据安理会暂行议事规则第39条，我邀请下列人士参加会议：主管船闸副秘书长奥迪尔·塔恩女士。",
            "塔恩",
            "主管船闸副秘书长",
        ),
    ],
)
def test_guests_are_invited_in_a_capacity(text: str, name: str, capacity: str) -> None:
    assert invited_capacity(name, find_invitations([text])) == capacity


@pytest.mark.parametrize(
    ("text", "is_national"),
    [
        ("Je vais maintenant faire une déclaration en ma qualité de représentante du Chili.", True),
        ("Je vais maintenant faire une déclaration. Le bac part.", False),
        ("Formularé ahora una declaración en mi calidad de representante de Noruega.", True),
        ("Сейчас я выступлю с заявлением в своем качестве представителя Норвегии.", True),
        ("سأدلي الآن ببيان بصفتي ممثلا لشيلي.", True),
        ("我现在以挪威代表的身份发言。", True),
        ("挪威代表要求发言。", False),
    ],
)
def test_a_president_speaks_for_the_own_country(text: str, is_national: bool) -> None:
    assert announces_national_capacity([text]) is is_national


def test_a_guest_of_a_french_record_has_the_capacity() -> None:
    text = (
        "Le Président : Conformément à l’article 39 du Règlement intérieur provisoire, j’invite "
        "Mme Odile Tarn, Directrice des écluses, à participer à la présente séance.\n\n"
        "Mme Tarn (parle en anglais) : Les écluses tiennent.\n"
    )
    speech = read("a.txt", text.encode()).speeches[-1]
    assert (speech.speaker, speech.role) == ("Tarn", "Directrice des écluses")
