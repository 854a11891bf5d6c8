"""Models: what stands in for one offline."""
