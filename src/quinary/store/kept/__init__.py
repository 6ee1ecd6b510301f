"""What a store keeps beside points: candidates, learned models, thermodynamic data."""
