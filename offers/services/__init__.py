"""One function per change, keyword-only and atomic. Import from the module that holds it."""
