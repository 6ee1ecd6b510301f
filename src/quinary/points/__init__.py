"""What is known: properties, conditions, materials and the data points that join them."""
