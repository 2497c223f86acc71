"""The parts of ``reading``: what is read right, by kind of file."""

from benchmarks.accuracy import datasets, forms, labels, markup, ocr, records, titles

__all__ = ["datasets", "forms", "labels", "markup", "ocr", "records", "titles"]
