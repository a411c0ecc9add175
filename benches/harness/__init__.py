"""What `benches/run` is made of. See `benches/README.md`."""
