"""As it comes out of the first week."""
