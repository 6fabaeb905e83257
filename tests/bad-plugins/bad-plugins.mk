# One module per way to be wrong, and a few that are right; the test
# tests/unit/plugin.c says what the host makes of each. They are neither
# installed nor versioned.
EXTRA_DIST += tests/bad-plugins/grpc.h tests/bad-plugins/http.h tests/bad-plugins/minimal.h tests/bad-plugins/mark.h

check_PROGRAMS += tests/bad-plugins/modules/good.so \
	tests/bad-plugins/modules/twin.so \
	tests/bad-plugins/modules/other.so \
	tests/bad-plugins/modules/marked.so \
	tests/bad-plugins/modules/no-note.so \
	tests/bad-plugins/modules/wrong-abi.so \
	tests/bad-plugins/modules/untrusted.so \
	tests/bad-plugins/modules/crash.so \
	tests/bad-plugins/modules/crash-in-constructor.so \
	tests/bad-plugins/modules/crash-in-query.so \
	tests/bad-plugins/modules/hang.so \
	tests/bad-plugins/modules/exit.so \
	tests/bad-plugins/modules/garbage.so \
	tests/bad-plugins/modules/grpc-deaf.so \
	tests/bad-plugins/modules/grpc-path.so \
	tests/bad-plugins/modules/grpc-twice.so \
	tests/bad-plugins/modules/http-path.so \
	tests/bad-plugins/modules/http-token.so \
	tests/bad-plugins/modules/http-twice.so \
	tests/bad-plugins/modules/missing-member.so \
	tests/bad-plugins/modules/short-table.so \
	tests/bad-plugins/modules/snapshot-short.so \
	tests/bad-plugins/modules/chains-short.so \
	tests/bad-plugins/modules/tree-short.so \
	tests/bad-plugins/modules/address-short.so \
	tests/bad-plugins/modules/jsonrpc-short.so \
	tests/bad-plugins/modules/messages-short.so \
	tests/bad-plugins/modules/stream-short.so \
	tests/bad-plugins/modules/chaincode-short.so \
	tests/bad-plugins/modules/bad-name.so \
	tests/bad-plugins/modules/id-mismatch.so \
	tests/bad-plugins/modules/kind-mismatch.so \
	tests/bad-plugins/modules/open-failed.so \
	tests/bad-plugins/modules/no-plugin.so \
	tests/bad-plugins/modules/no-open.so \
	tests/bad-plugins/modules/undefined-symbol.so \
	tests/bad-plugins/modules/missing-dependency.so \
	tests/bad-plugins/modules/wrong-answer.so \
	tests/bad-plugins/modules/libacme-gone.so

tests_bad_plugins_modules_good_so_SOURCES = tests/bad-plugins/good.c
tests_bad_plugins_modules_good_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_twin_so_SOURCES = tests/bad-plugins/good.c
tests_bad_plugins_modules_twin_so_CPPFLAGS = $(AM_CPPFLAGS) \
	-DPLUGIN_ID='"test.twin"'
tests_bad_plugins_modules_twin_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_other_so_SOURCES = tests/bad-plugins/good.c
tests_bad_plugins_modules_other_so_CPPFLAGS = $(AM_CPPFLAGS) \
	-DPLUGIN_ID='"test.other"' -DFRAMEWORK='"other"'
tests_bad_plugins_modules_other_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_marked_so_SOURCES = tests/bad-plugins/marked.c
tests_bad_plugins_modules_marked_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_no_note_so_SOURCES = tests/bad-plugins/no-note.c
tests_bad_plugins_modules_no_note_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_wrong_abi_so_SOURCES = tests/bad-plugins/wrong-abi.c
tests_bad_plugins_modules_wrong_abi_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_untrusted_so_SOURCES = tests/bad-plugins/untrusted.c
tests_bad_plugins_modules_untrusted_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_crash_so_SOURCES = tests/bad-plugins/crash.c
tests_bad_plugins_modules_crash_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_crash_in_constructor_so_SOURCES = \
	tests/bad-plugins/crash-in-constructor.c
tests_bad_plugins_modules_crash_in_constructor_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_crash_in_query_so_SOURCES = \
	tests/bad-plugins/crash-in-query.c
tests_bad_plugins_modules_crash_in_query_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_hang_so_SOURCES = tests/bad-plugins/hang.c
tests_bad_plugins_modules_hang_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_exit_so_SOURCES = tests/bad-plugins/exit.c
tests_bad_plugins_modules_exit_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_garbage_so_SOURCES = tests/bad-plugins/garbage.c
tests_bad_plugins_modules_garbage_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_grpc_deaf_so_SOURCES = tests/bad-plugins/grpc-deaf.c
tests_bad_plugins_modules_grpc_deaf_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_grpc_path_so_SOURCES = tests/bad-plugins/grpc-path.c
tests_bad_plugins_modules_grpc_path_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_http_path_so_SOURCES = tests/bad-plugins/http-path.c
tests_bad_plugins_modules_http_path_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_http_token_so_SOURCES = tests/bad-plugins/http-token.c
tests_bad_plugins_modules_http_token_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_http_twice_so_SOURCES = tests/bad-plugins/http-twice.c
tests_bad_plugins_modules_http_twice_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_grpc_twice_so_SOURCES = tests/bad-plugins/grpc-twice.c
tests_bad_plugins_modules_grpc_twice_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_missing_member_so_SOURCES = \
	tests/bad-plugins/missing-member.c
tests_bad_plugins_modules_missing_member_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_short_table_so_SOURCES = \
	tests/bad-plugins/short-table.c
tests_bad_plugins_modules_short_table_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_chains_short_so_SOURCES = \
	tests/bad-plugins/chains-short.c
tests_bad_plugins_modules_chains_short_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_tree_short_so_SOURCES = tests/bad-plugins/tree-short.c
tests_bad_plugins_modules_tree_short_so_LDFLAGS = $(module_flags)
# One source, an extension each.
tests_bad_plugins_modules_address_short_so_SOURCES = \
	tests/bad-plugins/extension-short.c
tests_bad_plugins_modules_address_short_so_CPPFLAGS = $(AM_CPPFLAGS) \
	-DTABLE=bsn_engine_address -DTABLE_ID=BSN_ENGINE_ADDRESS_ID \
	-DMEMBER=of_key
tests_bad_plugins_modules_address_short_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_jsonrpc_short_so_SOURCES = \
	tests/bad-plugins/extension-short.c
tests_bad_plugins_modules_jsonrpc_short_so_CPPFLAGS = $(AM_CPPFLAGS) \
	-DTABLE=bsn_engine_jsonrpc -DTABLE_ID=BSN_ENGINE_JSONRPC_ID \
	-DMEMBER=closed
tests_bad_plugins_modules_jsonrpc_short_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_messages_short_so_SOURCES = \
	tests/bad-plugins/extension-short.c
tests_bad_plugins_modules_messages_short_so_CPPFLAGS = $(AM_CPPFLAGS) \
	-DTABLE=bsn_engine_messages -DTABLE_ID=BSN_ENGINE_MESSAGES_ID \
	-DMEMBER=withdraw
tests_bad_plugins_modules_messages_short_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_stream_short_so_SOURCES = \
	tests/bad-plugins/extension-short.c
tests_bad_plugins_modules_stream_short_so_CPPFLAGS = $(AM_CPPFLAGS) \
	-DTABLE=bsn_engine_stream -DTABLE_ID=BSN_ENGINE_STREAM_ID \
	-DMEMBER=received
tests_bad_plugins_modules_stream_short_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_chaincode_short_so_SOURCES = \
	tests/bad-plugins/chaincode-short.c
tests_bad_plugins_modules_chaincode_short_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_snapshot_short_so_SOURCES = \
	tests/bad-plugins/snapshot-short.c
tests_bad_plugins_modules_snapshot_short_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_bad_name_so_SOURCES = tests/bad-plugins/bad-name.c
tests_bad_plugins_modules_bad_name_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_id_mismatch_so_SOURCES = \
	tests/bad-plugins/id-mismatch.c
tests_bad_plugins_modules_id_mismatch_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_kind_mismatch_so_SOURCES = \
	tests/bad-plugins/kind-mismatch.c
tests_bad_plugins_modules_kind_mismatch_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_open_failed_so_SOURCES = \
	tests/bad-plugins/open-failed.c
tests_bad_plugins_modules_open_failed_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_no_plugin_so_SOURCES = tests/bad-plugins/no-plugin.c
tests_bad_plugins_modules_no_plugin_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_no_open_so_SOURCES = tests/bad-plugins/no-open.c
tests_bad_plugins_modules_no_open_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_undefined_symbol_so_SOURCES = \
	tests/bad-plugins/undefined-symbol.c
tests_bad_plugins_modules_undefined_symbol_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_missing_dependency_so_SOURCES = \
	tests/bad-plugins/missing-dependency.c
# The library is found when it is linked, and gone from where it is loaded.
EXTRA_tests_bad_plugins_modules_missing_dependency_so_DEPENDENCIES = \
	tests/bad-plugins/modules/libacme-gone.so
tests_bad_plugins_modules_missing_dependency_so_LDFLAGS = $(module_flags) \
	-Wl,--no-as-needed,tests/bad-plugins/modules/libacme-gone.so
tests_bad_plugins_modules_wrong_answer_so_SOURCES = \
	tests/bad-plugins/wrong-answer.c
tests_bad_plugins_modules_wrong_answer_so_LDFLAGS = $(module_flags)
tests_bad_plugins_modules_libacme_gone_so_SOURCES = \
	tests/bad-plugins/acme-gone.c
tests_bad_plugins_modules_libacme_gone_so_LDFLAGS = $(module_flags) \
	-Wl,-soname,libacme-gone.so.0
