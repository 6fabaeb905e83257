# plugins/engine-xuper/query
xuper_query =
