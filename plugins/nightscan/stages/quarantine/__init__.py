"""What a person overrules."""
