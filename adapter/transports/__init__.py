"""One small file per HTTP library, over the exchange object's own session and settings."""
