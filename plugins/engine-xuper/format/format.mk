# plugins/engine-xuper/format
xuper_format = \
	plugins/engine-xuper/format/amount.c \
	plugins/engine-xuper/format/amount.h \
	plugins/engine-xuper/format/block.c \
	plugins/engine-xuper/format/block.h \
	plugins/engine-xuper/format/block_id.c \
	plugins/engine-xuper/format/block_id.h \
	plugins/engine-xuper/format/block_make.c \
	plugins/engine-xuper/format/digest.c \
	plugins/engine-xuper/format/digest.h \
	plugins/engine-xuper/format/digest_json.c \
	plugins/engine-xuper/format/digest_json.h \
	plugins/engine-xuper/format/frame.c \
	plugins/engine-xuper/format/frame.h \
	plugins/engine-xuper/format/merkle.c \
	plugins/engine-xuper/format/tx.c \
	plugins/engine-xuper/format/tx.h \
	plugins/engine-xuper/format/unknown.c \
	plugins/engine-xuper/format/unknown.h
