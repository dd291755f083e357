"""The same shop: settings from outside, concerns apart, and a schema that can change."""
