# plugins/engine-xuper/cross
xuper_cross =
