"""One function per change, keyword-only and atomic. Import it from its module."""
