"""The desk for people with several pages: proposals, previews, decisions and their undoing."""
