"""What invents compositions: networks that learn from known alloys, and how they are kept."""
