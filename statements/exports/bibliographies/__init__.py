"""Items of bibliographies, as ``exports.bibliography`` makes them, in files and on pages."""
