"""Where jobs run: in this process, in workers on this machine."""
