"""Parts of the drill of an import beside readers: the site, its readers, its archivist."""
