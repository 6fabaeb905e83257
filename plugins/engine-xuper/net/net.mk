# plugins/engine-xuper/net
xuper_net =
