"""What was refused, and what a person overruled."""
