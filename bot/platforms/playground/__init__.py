"""The playground: a page on loopback where the product can be understood in two minutes."""
