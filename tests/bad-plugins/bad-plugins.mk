# One module per way to be wrong, and a few that are right; the test
# tests/unit/plugin.c says what the host makes of each. They are neither
# installed nor versioned; -rpath makes libtool build them as shared objects.
bad_plugin_flags = -module -avoid-version -shared -rpath /nowhere $(AM_LDFLAGS)
EXTRA_DIST += tests/bad-plugins/grpc.h tests/bad-plugins/http.h tests/bad-plugins/minimal.h tests/bad-plugins/mark.h

check_LTLIBRARIES += tests/bad-plugins/good.la \
	tests/bad-plugins/twin.la \
	tests/bad-plugins/other.la \
	tests/bad-plugins/marked.la \
	tests/bad-plugins/no-note.la \
	tests/bad-plugins/wrong-abi.la \
	tests/bad-plugins/untrusted.la \
	tests/bad-plugins/crash.la \
	tests/bad-plugins/crash-in-constructor.la \
	tests/bad-plugins/crash-in-query.la \
	tests/bad-plugins/hang.la \
	tests/bad-plugins/exit.la \
	tests/bad-plugins/garbage.la \
	tests/bad-plugins/grpc-deaf.la \
	tests/bad-plugins/grpc-path.la \
	tests/bad-plugins/grpc-twice.la \
	tests/bad-plugins/http-path.la \
	tests/bad-plugins/http-token.la \
	tests/bad-plugins/http-twice.la \
	tests/bad-plugins/missing-member.la \
	tests/bad-plugins/short-table.la \
	tests/bad-plugins/snapshot-short.la \
	tests/bad-plugins/chains-short.la \
	tests/bad-plugins/tree-short.la \
	tests/bad-plugins/address-short.la \
	tests/bad-plugins/jsonrpc-short.la \
	tests/bad-plugins/messages-short.la \
	tests/bad-plugins/stream-short.la \
	tests/bad-plugins/chaincode-short.la \
	tests/bad-plugins/bad-name.la \
	tests/bad-plugins/id-mismatch.la \
	tests/bad-plugins/kind-mismatch.la \
	tests/bad-plugins/open-failed.la \
	tests/bad-plugins/no-plugin.la \
	tests/bad-plugins/no-open.la \
	tests/bad-plugins/undefined-symbol.la \
	tests/bad-plugins/missing-dependency.la \
	tests/bad-plugins/wrong-answer.la \
	tests/bad-plugins/libacme-gone.la

tests_bad_plugins_good_la_SOURCES = tests/bad-plugins/good.c
tests_bad_plugins_good_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_twin_la_SOURCES = tests/bad-plugins/good.c
tests_bad_plugins_twin_la_CPPFLAGS = $(AM_CPPFLAGS) -DPLUGIN_ID='"test.twin"'
tests_bad_plugins_twin_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_other_la_SOURCES = tests/bad-plugins/good.c
tests_bad_plugins_other_la_CPPFLAGS = $(AM_CPPFLAGS) -DPLUGIN_ID='"test.other"' \
	-DFRAMEWORK='"other"'
tests_bad_plugins_other_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_marked_la_SOURCES = tests/bad-plugins/marked.c
tests_bad_plugins_marked_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_no_note_la_SOURCES = tests/bad-plugins/no-note.c
tests_bad_plugins_no_note_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_wrong_abi_la_SOURCES = tests/bad-plugins/wrong-abi.c
tests_bad_plugins_wrong_abi_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_untrusted_la_SOURCES = tests/bad-plugins/untrusted.c
tests_bad_plugins_untrusted_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_crash_la_SOURCES = tests/bad-plugins/crash.c
tests_bad_plugins_crash_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_crash_in_constructor_la_SOURCES = tests/bad-plugins/crash-in-constructor.c
tests_bad_plugins_crash_in_constructor_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_crash_in_query_la_SOURCES = tests/bad-plugins/crash-in-query.c
tests_bad_plugins_crash_in_query_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_hang_la_SOURCES = tests/bad-plugins/hang.c
tests_bad_plugins_hang_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_exit_la_SOURCES = tests/bad-plugins/exit.c
tests_bad_plugins_exit_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_garbage_la_SOURCES = tests/bad-plugins/garbage.c
tests_bad_plugins_garbage_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_grpc_deaf_la_SOURCES = tests/bad-plugins/grpc-deaf.c
tests_bad_plugins_grpc_deaf_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_grpc_path_la_SOURCES = tests/bad-plugins/grpc-path.c
tests_bad_plugins_grpc_path_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_http_path_la_SOURCES = tests/bad-plugins/http-path.c
tests_bad_plugins_http_path_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_http_token_la_SOURCES = tests/bad-plugins/http-token.c
tests_bad_plugins_http_token_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_http_twice_la_SOURCES = tests/bad-plugins/http-twice.c
tests_bad_plugins_http_twice_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_grpc_twice_la_SOURCES = tests/bad-plugins/grpc-twice.c
tests_bad_plugins_grpc_twice_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_missing_member_la_SOURCES = tests/bad-plugins/missing-member.c
tests_bad_plugins_missing_member_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_short_table_la_SOURCES = tests/bad-plugins/short-table.c
tests_bad_plugins_short_table_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_chains_short_la_SOURCES = tests/bad-plugins/chains-short.c
tests_bad_plugins_chains_short_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_tree_short_la_SOURCES = tests/bad-plugins/tree-short.c
tests_bad_plugins_tree_short_la_LDFLAGS = $(bad_plugin_flags)
# One source, an extension each.
tests_bad_plugins_address_short_la_SOURCES = tests/bad-plugins/extension-short.c
tests_bad_plugins_address_short_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DTABLE=bsn_engine_address -DTABLE_ID=BSN_ENGINE_ADDRESS_ID -DMEMBER=of_key
tests_bad_plugins_address_short_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_jsonrpc_short_la_SOURCES = tests/bad-plugins/extension-short.c
tests_bad_plugins_jsonrpc_short_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DTABLE=bsn_engine_jsonrpc -DTABLE_ID=BSN_ENGINE_JSONRPC_ID -DMEMBER=closed
tests_bad_plugins_jsonrpc_short_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_messages_short_la_SOURCES = tests/bad-plugins/extension-short.c
tests_bad_plugins_messages_short_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DTABLE=bsn_engine_messages -DTABLE_ID=BSN_ENGINE_MESSAGES_ID -DMEMBER=withdraw
tests_bad_plugins_messages_short_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_stream_short_la_SOURCES = tests/bad-plugins/extension-short.c
tests_bad_plugins_stream_short_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DTABLE=bsn_engine_stream -DTABLE_ID=BSN_ENGINE_STREAM_ID -DMEMBER=received
tests_bad_plugins_stream_short_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_chaincode_short_la_SOURCES = tests/bad-plugins/chaincode-short.c
tests_bad_plugins_chaincode_short_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_snapshot_short_la_SOURCES = tests/bad-plugins/snapshot-short.c
tests_bad_plugins_snapshot_short_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_bad_name_la_SOURCES = tests/bad-plugins/bad-name.c
tests_bad_plugins_bad_name_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_id_mismatch_la_SOURCES = tests/bad-plugins/id-mismatch.c
tests_bad_plugins_id_mismatch_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_kind_mismatch_la_SOURCES = tests/bad-plugins/kind-mismatch.c
tests_bad_plugins_kind_mismatch_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_open_failed_la_SOURCES = tests/bad-plugins/open-failed.c
tests_bad_plugins_open_failed_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_no_plugin_la_SOURCES = tests/bad-plugins/no-plugin.c
tests_bad_plugins_no_plugin_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_no_open_la_SOURCES = tests/bad-plugins/no-open.c
tests_bad_plugins_no_open_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_undefined_symbol_la_SOURCES = tests/bad-plugins/undefined-symbol.c
tests_bad_plugins_undefined_symbol_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_missing_dependency_la_SOURCES = tests/bad-plugins/missing-dependency.c
# Past libtool, which would add a run path that finds the library.
EXTRA_tests_bad_plugins_missing_dependency_la_DEPENDENCIES = \
	tests/bad-plugins/libacme-gone.la
tests_bad_plugins_missing_dependency_la_LDFLAGS = $(bad_plugin_flags) \
	-Wl,--no-as-needed,tests/bad-plugins/.libs/libacme-gone.so
tests_bad_plugins_wrong_answer_la_SOURCES = tests/bad-plugins/wrong-answer.c
tests_bad_plugins_wrong_answer_la_LDFLAGS = $(bad_plugin_flags)
tests_bad_plugins_libacme_gone_la_SOURCES = tests/bad-plugins/acme-gone.c
tests_bad_plugins_libacme_gone_la_LDFLAGS = -shared -rpath /nowhere \
	$(AM_LDFLAGS)
