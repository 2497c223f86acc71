"""What stands between the network and the pages: addresses, headers and limits."""
