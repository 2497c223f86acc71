"""Names of the fields of the index."""

# words of a paragraph
TEXT_FIELD = "text"
# words that nobody spoke, kept apart so that no speaker is credited with them
NARRATIVE_FIELD = "narrative"
# words of the head, and how much each weighs compared with a word of the text
HEAD_FIELDS = {
    "speaker_words": 2.0,
    "country_words": 1.5,
    "topic_words": 1.5,
    "meeting_words": 1.0,
    "role_words": 2.0,
}
LANGUAGE_FIELD = "language"
# fields whose words find a speech, and all fields that have words
SEARCHED = (TEXT_FIELD, *HEAD_FIELDS)
WORD_FIELDS = (*SEARCHED, NARRATIVE_FIELD)
CAPACITY_FIELD = "capacity"
GROUP_FIELD = "member_of"
SESSION_FIELD = "session"
# parties, wards and bodies: a facet each, so that a search can combine party and ward
AFFILIATION_FIELDS = ("party", "ward", "body")
# facets with at most one value for each speech, and those with many
FACET_FIELDS = (
    "country", "speaker", "organ", SESSION_FIELD, "meeting", LANGUAGE_FIELD, CAPACITY_FIELD,
)  # fmt: skip
MANY_VALUED = ("topic", GROUP_FIELD, *AFFILIATION_FIELDS)
# all facets: they can be counted, crossed and grouped by. Pages show those of ``SearchParameters``
FACETS = (*FACET_FIELDS, *MANY_VALUED, "year")
ORDER_FIELDS = ("date", "year", "position", "speech")
