# bsnctl. The tests of commands run the program as it was built.
ctl_tests = \
	tests/unit/test-ctl-args \
	tests/unit/test-ctl-certify \
	tests/unit/test-ctl-chains \
	tests/unit/test-ctl-client \
	tests/unit/test-ctl-commands \
	tests/unit/test-ctl-init \
	tests/unit/test-ctl-output \
	tests/unit/test-ctl-project \
	tests/unit/test-ctl-signer \
	tests/unit/test-ctl-solc \
	tests/unit/test-ctl-sse
check_PROGRAMS += $(ctl_tests)
TESTS += $(ctl_tests)
ctl_test_flags = $(test_flags) $(CURL_CFLAGS) $(SECP256K1_CFLAGS)
ctl_test_libs = $(libbsnctl_libs) $(libbsn_identity_libs) $(GLIB_LIBS) $(JANSSON_LIBS)
check_LIBRARIES += libctl-node.a
libctl_node_a_SOURCES = tests/unit/ctl_node.c tests/unit/ctl_node.h \
	tests/unit/tls_server.c tests/unit/tls_server.h
libctl_node_a_CPPFLAGS = $(ctl_test_flags)

tests_unit_test_ctl_args_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_ctl_args_LDADD = $(ctl_test_libs)
tests_unit_test_ctl_output_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_ctl_output_LDADD = $(ctl_test_libs)
tests_unit_test_ctl_sse_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_ctl_sse_LDADD = $(ctl_test_libs)
tests_unit_test_ctl_solc_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_ctl_solc_LDADD = $(ctl_test_libs)
tests_unit_test_ctl_signer_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_ctl_signer_LDADD = $(ctl_test_libs) $(CRYPTO_LIBS) \
	$(SECP256K1_LIBS)
tests_unit_test_ctl_certify_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_ctl_certify_LDADD = libctl-node.a $(ctl_test_libs) \
	$(EVENT_LIBS) $(SSL_LIBS) $(CRYPTO_LIBS)
tests_unit_test_ctl_chains_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_ctl_chains_LDADD = libctl-node.a $(ctl_test_libs) \
	$(EVENT_LIBS) $(SSL_LIBS)
tests_unit_test_ctl_client_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_ctl_client_LDADD = libctl-node.a $(ctl_test_libs) \
	$(EVENT_LIBS) $(SSL_LIBS)
tests_unit_test_ctl_commands_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_ctl_commands_LDADD = libctl-node.a $(ctl_test_libs) \
	$(EVENT_LIBS) $(SSL_LIBS)
tests_unit_test_ctl_project_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_ctl_project_LDADD = libctl-node.a $(libbsnctl_libs) \
	$(UNIT_LIBS) $(GLIB_LIBS) $(JANSSON_LIBS) $(EVENT_LIBS) $(SSL_LIBS) \
	$(CRYPTO_LIBS)
tests_unit_test_ctl_init_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_ctl_init_LDADD = libctl-node.a $(libbsnctl_libs) $(UNIT_LIBS) \
	$(GLIB_LIBS) $(JANSSON_LIBS) $(EVENT_LIBS) $(SSL_LIBS) $(CRYPTO_LIBS)

# A compiled contract for tests; make-evidence makes it again.
EXTRA_DIST += tests/data/Evidence.json tests/data/make-evidence
