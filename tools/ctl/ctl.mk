# tools/ctl
