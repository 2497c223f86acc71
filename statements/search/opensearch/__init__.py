"""The search engine over an OpenSearch cluster: the same answers as those of the archive's own
index.

A speech is one document with its paragraphs nested in it, so that totals and counts of facets are
counts of documents, and exact. Texts are split into terms by ``statements.search.analysis`` and
sent as terms; the score of each term in a text (``similarity``) is sent in the place of its
frequency. So no score depends on the shard that a speech is on (``docs/decisions/cluster.md``).

``client`` speaks to the cluster, ``schema`` and ``documents`` say what is stored, ``vocabulary``
finds the forms of words, ``leaves`` and ``queries`` turn a query tree into a request, ``filters``
the rest of a question, and ``answers`` the response into an answer.
"""
