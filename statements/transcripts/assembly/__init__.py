"""The last step of every reader: blocks become speeches."""
