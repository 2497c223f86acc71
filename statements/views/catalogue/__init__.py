"""Lists of speakers, countries, topics and cited documents, and the pages of their entries."""
