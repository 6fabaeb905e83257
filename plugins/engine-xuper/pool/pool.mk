# plugins/engine-xuper/pool
xuper_pool = \
	plugins/engine-xuper/pool/early.c \
	plugins/engine-xuper/pool/effect.c \
	plugins/engine-xuper/pool/effect.h \
	plugins/engine-xuper/pool/mend.c \
	plugins/engine-xuper/pool/pool.c \
	plugins/engine-xuper/pool/pool.h \
	plugins/engine-xuper/pool/pool_private.h \
	plugins/engine-xuper/pool/settle.c
