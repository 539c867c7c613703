"""The website on top of the book theme: light, readable, without another host."""
