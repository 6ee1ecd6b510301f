"""Looking at whole spaces, at sections of them, and at ways through them. Nothing here knows a store."""
