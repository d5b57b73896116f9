"""What goes over the wire: msgspec structs, parsed, rendered and documented from one definition."""
