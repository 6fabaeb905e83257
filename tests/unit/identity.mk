# Certificates and signed requests.
check_LIBRARIES += libtest-ca.a
libtest_ca_a_SOURCES = tests/unit/test-ca.c tests/unit/test-ca.h
libtest_ca_a_CPPFLAGS = $(test_flags)
identity_test_libs = libtest-ca.a $(libbsn_identity_libs)
IDENTITY_TESTS = tests/unit/test-certificate tests/unit/test-issue \
	tests/unit/test-identity-files tests/unit/test-signed-request \
	tests/unit/test-key-certificate tests/unit/test-nonce-memory \
	tests/unit/test-ticket
check_PROGRAMS += $(IDENTITY_TESTS)
TESTS += $(IDENTITY_TESTS)
tests_unit_test_certificate_CPPFLAGS = $(test_flags)
tests_unit_test_certificate_LDADD = $(identity_test_libs)
tests_unit_test_issue_CPPFLAGS = $(test_flags)
tests_unit_test_issue_LDADD = $(identity_test_libs)
tests_unit_test_identity_files_CPPFLAGS = $(test_flags)
tests_unit_test_identity_files_LDADD = $(identity_test_libs)
tests_unit_test_signed_request_CPPFLAGS = $(test_flags)
tests_unit_test_signed_request_LDADD = $(identity_test_libs)
tests_unit_test_key_certificate_CPPFLAGS = $(test_flags)
tests_unit_test_key_certificate_LDADD = $(identity_test_libs)
tests_unit_test_nonce_memory_CPPFLAGS = $(test_flags)
tests_unit_test_nonce_memory_LDADD = $(libbsn_identity_libs)
tests_unit_test_ticket_CPPFLAGS = $(test_flags)
tests_unit_test_ticket_LDADD = $(identity_test_libs)
