# sample configs
