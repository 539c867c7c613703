"""Found and shared: what a page tells search engines, other sites and those who cite it."""
