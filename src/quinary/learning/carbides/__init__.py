"""What is learned of carbides alone: single phases and entropy-forming ability."""
