# plugins/engine-xuper/state
xuper_state = \
	plugins/engine-xuper/state/balance.c \
	plugins/engine-xuper/state/balance.h \
	plugins/engine-xuper/state/layer.c \
	plugins/engine-xuper/state/layer.h \
	plugins/engine-xuper/state/layer_private.h \
	plugins/engine-xuper/state/layer_scan.c \
	plugins/engine-xuper/state/order.c \
	plugins/engine-xuper/state/order.h \
	plugins/engine-xuper/state/select.c \
	plugins/engine-xuper/state/utxo.c \
	plugins/engine-xuper/state/utxo.h \
	plugins/engine-xuper/state/utxo_key.c \
	plugins/engine-xuper/state/utxo_private.h \
	plugins/engine-xuper/state/xmodel.c \
	plugins/engine-xuper/state/xmodel.h
