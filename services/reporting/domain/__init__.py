"""What is known of an agency's work, what is counted of it, and the card that is made of the counts."""
