"""Pictures, and the pages and reports that hold them."""
