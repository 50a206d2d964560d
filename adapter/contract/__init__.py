"""What a plugin is made of; stable for the plugins of others."""
