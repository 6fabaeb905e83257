# plugins/engine-xuper/format
xuper_format = \
	plugins/engine-xuper/format/amount.h \
	plugins/engine-xuper/format/block.h \
	plugins/engine-xuper/format/tx.h
