"""Questions as requests in the query language of OpenSearch."""
