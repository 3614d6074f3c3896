"""People, patients, diseases and therapies: data files and the few functions that run them."""
