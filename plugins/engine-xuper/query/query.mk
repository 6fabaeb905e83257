# plugins/engine-xuper/query
xuper_query = \
	plugins/engine-xuper/query/query.h
