"""What other sites show of a speech: cards of links, and quotations in frames."""
