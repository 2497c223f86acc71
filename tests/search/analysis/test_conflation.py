"""Which words are forms of one word, and which are not."""

import pytest
from support.factories import make_speech

from statements.search.analysis.inflection import english
from statements.search.parameters import SearchParameters
from statements.search.results.page import find


@pytest.mark.parametrize(
    "forms",
    """co-operation cooperation co-operations; nation nations; country countries; policy policies
    organise organize organised organizing; organisation organizations; hope hopes hoped hoping
    hop hops hopped hopping; state states stated; create created creating; agree agreed agreeing
    control controlled controlling; travel traveled travelling; labour labor; neighbours neighbor
    defence defense; programmes program; crisis crises; centre centers; use used using; woman women
    apply applied applies applying; promise promises promised; process processes processed
    refer referred; box boxes; church churches; judgement judgment""".replace("\n", ";").split(";"),
)
def test_forms_have_one_key(forms: str) -> None:
    assert len({english(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "words",
    """nation national nationality international; internal international; unit united unite
    state stat; note not; hope hop; secure security; evening even; new news; organ organise
    general generation; universe university; policy police""".replace("\n", ";").split(";"),
)
def test_relatives_and_strangers_have_keys_of_their_own(words: str) -> None:
    assert len({english(word) for word in words.split()}) == len(words.split())


@pytest.mark.django_db
def test_a_word_finds_its_forms_but_not_the_united_nations(archive_index) -> None:
    nations, national = make_speech(["The United Nations."]), make_speech(["A national plan."])
    forms = make_speech(["Nationals of a nation."])
    archive_index()

    def found(q: str) -> list[object]:
        return [hit.speech for hit in find(SearchParameters(q=q)).hits]

    assert found("national") == [national, forms]  # what was typed stands first
    assert set(found("-national")) == {nations}
    assert set(found('-"national"')) == {nations, forms}
    assert found('"nation"') == [forms]
    assert set(found("nation")) == {nations, forms}


@pytest.mark.django_db
def test_french_words_have_french_forms_where_there_is_french(archive_index) -> None:
    make_speech(["The cheval glass of the house was old."])
    archive_index()
    assert find(SearchParameters(q="chevaux")).total == 0
    make_speech(["Les chevaux sont dans les champs et nous les voyons."])
    make_speech(["Un cheval est dans le champ des voisins, et pour nous il est beau."])
    archive_index()
    assert find(SearchParameters(q="chevaux")).total == 3
    assert find(SearchParameters(q='"cheval"')).total == 2


@pytest.mark.django_db
def test_russian_words_have_russian_forms(archive_index) -> None:
    make_speech(["Мир нужен всем, и мы не устанем это повторять на каждом заседании."])
    make_speech(["Мы говорим о мире, но не все из нас готовы к нему, и это видно."])
    archive_index()
    assert find(SearchParameters(q="мира")).total == 2
    assert find(SearchParameters(q='"мире"')).total == 1


@pytest.mark.django_db
def test_arabic_words_have_forms_with_and_without_article(archive_index) -> None:
    make_speech(["إن السلام هو ما نريد في هذا العالم، ولا بديل عن ذلك على الإطلاق."])
    make_speech(["نحن نعمل من أجل سلام دائم بين كل الدول، وهذا ما قلناه في المجلس."])
    archive_index()
    assert find(SearchParameters(q="سلام")).total == 2
    assert find(SearchParameters(q="والسلام")).total == 2
    assert find(SearchParameters(q='"السلام"')).total == 1


@pytest.mark.django_db
def test_the_form_found_is_marked(archive_index) -> None:
    make_speech(["إن السلام هو ما نريد في هذا العالم، ولا بديل عن ذلك على الإطلاق."])
    archive_index()
    (hit,) = find(SearchParameters(q="سلام")).hits
    assert "<mark>السلام</mark>" in hit.extracts[0].html


@pytest.mark.django_db
def test_chinese_words_are_found_as_they_stand(archive_index) -> None:
    make_speech(["主席先生，我们从海上来，也将从海上回去。"])
    make_speech(["上海是一个大城市，我们感谢它。"])
    archive_index()
    assert find(SearchParameters(q="海上")).total == 1
    assert find(SearchParameters(q="上海")).total == 1
