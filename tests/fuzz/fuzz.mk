# tests/fuzz/fuzz-NAME.c defines LLVMFuzzerTestOneInput; its corpus is
# tests/fuzz/corpus/NAME. With --enable-fuzzing (CC=clang) each is a libFuzzer
# program; otherwise replay.c runs its corpus as a test.
check_LIBRARIES += libfuzz.a
libfuzz_a_CPPFLAGS = $(plugin_flags) -DBUILDDIR='"$(abs_top_builddir)"'
if FUZZING
libfuzz_a_SOURCES = tests/fuzz/with-plugins.c
else
libfuzz_a_SOURCES = tests/fuzz/replay.c
endif
fuzz_libs = libfuzz.a $(LIBFUZZER)
EXTRA_DIST += tests/fuzz/run-all tests/fuzz/corpus

# RLP and the contract ABI.
KIT_FUZZ = tests/fuzz/fuzz-rlp tests/fuzz/fuzz-abi-decode \
	tests/fuzz/fuzz-abi-json
check_PROGRAMS += $(KIT_FUZZ)
tests_fuzz_fuzz_rlp_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_rlp_LDADD = $(fuzz_libs) $(libbsn_kit_libs)
tests_fuzz_fuzz_abi_decode_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_abi_decode_LDADD = $(fuzz_libs) libbsn-solidity.a \
	$(libbsn_kit_libs)
tests_fuzz_fuzz_abi_json_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_abi_json_LDADD = $(fuzz_libs) $(libfake_host_libs) \
	libbsn-solidity.a $(libbsn_kit_libs)
if !FUZZING
TESTS += $(KIT_FUZZ)
endif

# The store's journal.
check_PROGRAMS += tests/fuzz/fuzz-store-journal
tests_fuzz_fuzz_store_journal_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_store_journal_LDADD = $(fuzz_libs) libbsn-store.a $(GLIB_LIBS)
if !FUZZING
TESTS += tests/fuzz/fuzz-store-journal
endif

# The vendor kit's engine is part of its target.
check_PROGRAMS += tests/fuzz/fuzz-vendor-kit
tests_fuzz_fuzz_vendor_kit_CPPFLAGS = $(plugin_flags)
tests_fuzz_fuzz_vendor_kit_LDADD = $(fuzz_libs) $(GLIB_LIBS)
if !FUZZING
TESTS += tests/fuzz/fuzz-vendor-kit
endif

check_PROGRAMS += tests/fuzz/fuzz-raft-message
tests_fuzz_fuzz_raft_message_CPPFLAGS = $(plugin_flags)
tests_fuzz_fuzz_raft_message_LDADD = $(fuzz_libs) $(libraft_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-raft-message
endif

check_PROGRAMS += tests/fuzz/fuzz-http-body tests/fuzz/fuzz-http-target
tests_fuzz_fuzz_http_body_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_http_body_LDADD = $(fuzz_libs) libbsn-host.a \
	$(libbsn_identity_libs) $(GLIB_LIBS) $(JANSSON_LIBS)
tests_fuzz_fuzz_http_target_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_http_target_LDADD = $(fuzz_libs) libbsn-host.a $(GLIB_LIBS)
if !FUZZING
TESTS += tests/fuzz/fuzz-http-body tests/fuzz/fuzz-http-target
endif
RPC_FUZZ = tests/fuzz/fuzz-rpc-scan tests/fuzz/fuzz-ws-parser
check_PROGRAMS += $(RPC_FUZZ)
tests_fuzz_fuzz_rpc_scan_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_rpc_scan_LDADD = $(fuzz_libs) libbsn-host.a $(GLIB_LIBS) \
	$(JANSSON_LIBS)
tests_fuzz_fuzz_ws_parser_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_ws_parser_LDADD = $(fuzz_libs) libbsn-host.a $(GLIB_LIBS)
if !FUZZING
TESTS += $(RPC_FUZZ)
endif

check_PROGRAMS += tests/fuzz/fuzz-config
if !FUZZING
TESTS += tests/fuzz/fuzz-config
endif
tests_fuzz_fuzz_config_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_config_LDADD = $(fuzz_libs) $(UNIT_LIBS) $(GLIB_LIBS)

# Identities and keys.
IDENTITY_FUZZ = tests/fuzz/fuzz-certificate tests/fuzz/fuzz-signed-request \
	tests/fuzz/fuzz-keystore-file tests/fuzz/fuzz-key-certificate \
	tests/fuzz/fuzz-ticket
check_PROGRAMS += $(IDENTITY_FUZZ)
tests_fuzz_fuzz_certificate_SOURCES = tests/fuzz/fuzz-certificate.c \
	tests/fuzz/fuzz-cas.h
tests_fuzz_fuzz_certificate_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_certificate_LDADD = $(fuzz_libs) $(libbsn_identity_libs)
tests_fuzz_fuzz_signed_request_SOURCES = tests/fuzz/fuzz-signed-request.c \
	tests/fuzz/fuzz-cas.h
tests_fuzz_fuzz_signed_request_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_signed_request_LDADD = $(fuzz_libs) $(libbsn_identity_libs)
tests_fuzz_fuzz_key_certificate_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_key_certificate_LDADD = $(fuzz_libs) $(libbsn_identity_libs)
tests_fuzz_fuzz_ticket_SOURCES = tests/fuzz/fuzz-ticket.c \
	tests/fuzz/fuzz-cas.h
tests_fuzz_fuzz_ticket_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_ticket_LDADD = $(fuzz_libs) $(libbsn_identity_libs)
tests_fuzz_fuzz_keystore_file_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_keystore_file_LDADD = $(fuzz_libs) libbsn-host.a $(GLIB_LIBS) \
	$(CRYPTO_LIBS)
if !FUZZING
TESTS += $(IDENTITY_FUZZ)
endif

ctl_fuzz = tests/fuzz/fuzz-artifact tests/fuzz/fuzz-sse
check_PROGRAMS += $(ctl_fuzz)
if !FUZZING
TESTS += $(ctl_fuzz)
endif
tests_fuzz_fuzz_artifact_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_artifact_LDADD = $(fuzz_libs) $(libbsnctl_libs) $(GLIB_LIBS)
tests_fuzz_fuzz_sse_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_sse_LDADD = $(fuzz_libs) $(libbsnctl_libs) $(GLIB_LIBS)
# Linked with crypto-std, so that the fuzzer sees all of it.
check_PROGRAMS += tests/fuzz/fuzz-evm
if !FUZZING
TESTS += tests/fuzz/fuzz-evm
endif
tests_fuzz_fuzz_evm_CPPFLAGS = $(evm_test_flags)
tests_fuzz_fuzz_evm_LDADD = $(fuzz_libs) $(crypto_std_plugin_libs) \
	$(evm_test_libs)
check_PROGRAMS += tests/fuzz/fuzz-elf-note tests/fuzz/fuzz-scan-report
tests_fuzz_fuzz_elf_note_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_elf_note_LDADD = $(fuzz_libs) $(UNIT_LIBS) $(GLIB_LIBS)
tests_fuzz_fuzz_scan_report_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_scan_report_LDADD = $(fuzz_libs) $(UNIT_LIBS) $(GLIB_LIBS)
if !FUZZING
TESTS += tests/fuzz/fuzz-elf-note tests/fuzz/fuzz-scan-report
endif

# The engine is linked in, so that the fuzzer sees it; the other plugins are
# the build's.
FISCO_FUZZ = tests/fuzz/fuzz-fisco-tx tests/fuzz/fuzz-fisco-block \
	tests/fuzz/fuzz-fisco-rpc tests/fuzz/fuzz-channel-frame \
	tests/fuzz/fuzz-channel-stream tests/fuzz/fuzz-fisco-proof
tests_fuzz_fuzz_fisco_proof_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_fisco_proof_LDADD = $(fuzz_libs) $(fisco_parts)
tests_fuzz_fuzz_channel_frame_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_channel_frame_LDADD = $(fuzz_libs) $(fisco_parts)
tests_fuzz_fuzz_channel_stream_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_channel_stream_LDADD = $(fuzz_libs) $(fisco_parts)
check_PROGRAMS += $(FISCO_FUZZ)
tests_fuzz_fuzz_fisco_tx_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_fisco_tx_LDADD = $(fuzz_libs) $(fisco_parts)
tests_fuzz_fuzz_fisco_rpc_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_fisco_rpc_LDADD = $(fuzz_libs) $(fisco_parts)
tests_fuzz_fuzz_fisco_block_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_fisco_block_LDADD = $(fuzz_libs) $(fisco_parts)
if !FUZZING
TESTS += $(FISCO_FUZZ)
endif

# Arguments and texts for the engine's own contracts.
PRECOMPILED_FUZZ = tests/fuzz/fuzz-precompiled-args tests/fuzz/fuzz-crud-json
check_PROGRAMS += $(PRECOMPILED_FUZZ)
tests_fuzz_fuzz_precompiled_args_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_precompiled_args_LDADD = $(fuzz_libs) $(fisco_parts)
tests_fuzz_fuzz_crud_json_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_crud_json_LDADD = $(fuzz_libs) $(fisco_parts)
if !FUZZING
TESTS += $(PRECOMPILED_FUZZ)
endif

# What compilers of contracts say.
check_PROGRAMS += tests/fuzz/fuzz-compile-result
tests_fuzz_fuzz_compile_result_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_compile_result_LDADD = $(fuzz_libs) $(fisco_parts)
if !FUZZING
TESTS += tests/fuzz/fuzz-compile-result
endif

# Messages between the members of a chain.
check_PROGRAMS += tests/fuzz/fuzz-pbft-message
if !FUZZING
TESTS += tests/fuzz/fuzz-pbft-message
endif
tests_fuzz_fuzz_pbft_message_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_pbft_message_LDADD = $(fuzz_libs) $(libpbft_libs)

# What hosts say to each other.
PEER_FUZZ = tests/fuzz/fuzz-peer-frame tests/fuzz/fuzz-peer-handshake \
	tests/fuzz/fuzz-peer-key
check_PROGRAMS += $(PEER_FUZZ)
tests_fuzz_fuzz_peer_frame_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_peer_frame_LDADD = $(fuzz_libs) $(peer_test_libs)
tests_fuzz_fuzz_peer_handshake_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_peer_handshake_LDADD = $(fuzz_libs) $(peer_test_libs)
tests_fuzz_fuzz_peer_key_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_peer_key_LDADD = $(fuzz_libs) $(peer_test_libs)
if !FUZZING
TESTS += $(PEER_FUZZ)
endif
# Messages between the nodes of a FISCO style chain.
check_PROGRAMS += tests/fuzz/fuzz-fisco-net
if !FUZZING
TESTS += tests/fuzz/fuzz-fisco-net
endif
tests_fuzz_fuzz_fisco_net_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_fisco_net_LDADD = $(fuzz_libs) $(fisco_parts)

# What bsn-bench reads of a host, and reports that anybody wrote.
BENCH_FUZZ = tests/fuzz/fuzz-bench-answer tests/fuzz/fuzz-bench-metrics \
	tests/fuzz/fuzz-bench-report tests/fuzz/fuzz-bench-tx \
	tests/fuzz/fuzz-bench-workload
check_PROGRAMS += $(BENCH_FUZZ)
tests_fuzz_fuzz_bench_metrics_CPPFLAGS = $(ctl_test_flags)
tests_fuzz_fuzz_bench_metrics_LDADD = $(fuzz_libs) $(libbsn_bench_libs) \
	$(GLIB_LIBS)
tests_fuzz_fuzz_bench_report_SOURCES = tests/fuzz/fuzz-bench-report.c \
	tests/unit/page_check.c
tests_fuzz_fuzz_bench_report_CPPFLAGS = $(ctl_test_flags)
tests_fuzz_fuzz_bench_report_LDADD = $(fuzz_libs) $(libbsn_bench_libs) \
	$(GLIB_LIBS)
tests_fuzz_fuzz_bench_answer_CPPFLAGS = $(ctl_test_flags)
tests_fuzz_fuzz_bench_answer_LDADD = $(fuzz_libs) $(libbsn_bench_libs) \
	$(GLIB_LIBS)
tests_fuzz_fuzz_bench_workload_CPPFLAGS = $(ctl_test_flags)
tests_fuzz_fuzz_bench_workload_LDADD = $(fuzz_libs) $(libbsn_bench_libs) \
	$(GLIB_LIBS)
tests_fuzz_fuzz_bench_tx_CPPFLAGS = $(ctl_test_flags)
tests_fuzz_fuzz_bench_tx_LDADD = $(fuzz_libs) $(libbsn_bench_libs) \
	$(GLIB_LIBS)
if !FUZZING
TESTS += $(BENCH_FUZZ)
endif

# Signed reports and certificates of conformance.
CONFORM_FUZZ = tests/fuzz/fuzz-conform-report tests/fuzz/fuzz-conform-certificate
check_PROGRAMS += $(CONFORM_FUZZ)
tests_fuzz_fuzz_conform_report_CPPFLAGS = $(conform_flags)
tests_fuzz_fuzz_conform_report_LDADD = $(fuzz_libs) $(libbsn_conform_libs)
tests_fuzz_fuzz_conform_certificate_CPPFLAGS = $(test_flags)
tests_fuzz_fuzz_conform_certificate_LDADD = $(fuzz_libs) $(UNIT_LIBS) \
	$(GLIB_LIBS)
if !FUZZING
TESTS += $(CONFORM_FUZZ)
endif
check_PROGRAMS += tests/fuzz/fuzz-conform-elf
tests_fuzz_fuzz_conform_elf_CPPFLAGS = $(conform_flags)
tests_fuzz_fuzz_conform_elf_LDADD = $(fuzz_libs) $(libbsn_conform_libs) \
	$(GLIB_LIBS)
if !FUZZING
TESTS += tests/fuzz/fuzz-conform-elf
endif

# What gRPC clients and servers send.
GRPC_FUZZ = tests/fuzz/fuzz-grpc-server tests/fuzz/fuzz-grpc-client \
	tests/fuzz/fuzz-grpc-fields
check_PROGRAMS += $(GRPC_FUZZ)
tests_fuzz_fuzz_grpc_server_SOURCES = tests/fuzz/fuzz-grpc-server.c \
	tests/fuzz/fuzz-grpc.h
tests_fuzz_fuzz_grpc_server_CPPFLAGS = $(grpc_flags)
tests_fuzz_fuzz_grpc_server_LDADD = $(fuzz_libs) $(grpc_test_libs)
tests_fuzz_fuzz_grpc_client_SOURCES = tests/fuzz/fuzz-grpc-client.c \
	tests/fuzz/fuzz-grpc.h
tests_fuzz_fuzz_grpc_client_CPPFLAGS = $(grpc_flags)
tests_fuzz_fuzz_grpc_client_LDADD = $(fuzz_libs) $(grpc_test_libs)
tests_fuzz_fuzz_grpc_fields_CPPFLAGS = $(grpc_flags)
tests_fuzz_fuzz_grpc_fields_LDADD = $(fuzz_libs) $(grpc_test_libs)
if !FUZZING
TESTS += $(GRPC_FUZZ)
endif

check_PROGRAMS += tests/fuzz/fuzz-sm2
tests_fuzz_fuzz_sm2_CPPFLAGS = $(modules_crypto_gm_so_CPPFLAGS)
tests_fuzz_fuzz_sm2_LDADD = $(fuzz_libs) $(libgm_tested_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-sm2
endif
