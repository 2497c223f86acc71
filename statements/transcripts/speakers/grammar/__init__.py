"""The parts of a speaker line: names, offices and parentheses. ``attribution`` joins them."""
