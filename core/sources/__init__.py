"""Where data come from: files, folders in the hub's layout, the hub."""
