# plugins/engine-xuper/state
xuper_state = \
	plugins/engine-xuper/state/layer.h \
	plugins/engine-xuper/state/utxo.h \
	plugins/engine-xuper/state/xmodel.h
