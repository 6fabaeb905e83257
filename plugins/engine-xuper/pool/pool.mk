# plugins/engine-xuper/pool
xuper_pool = \
	plugins/engine-xuper/pool/pool.h
