# plugins/consensus-solo
