# Certificates and signed requests.
test_ca = tests/unit/test-ca.h tests/unit/test-ca.c
IDENTITY_TESTS = tests/unit/test-certificate tests/unit/test-issue \
	tests/unit/test-identity-files tests/unit/test-signed-request \
	tests/unit/test-key-certificate tests/unit/test-nonce-memory \
	tests/unit/test-ticket
check_PROGRAMS += $(IDENTITY_TESTS)
TESTS += $(IDENTITY_TESTS)
tests_unit_test_certificate_SOURCES = tests/unit/test-certificate.c $(test_ca)
tests_unit_test_certificate_CPPFLAGS = $(test_flags)
tests_unit_test_certificate_LDADD = $(libbsn_identity_libs)
tests_unit_test_issue_SOURCES = tests/unit/test-issue.c $(test_ca)
tests_unit_test_issue_CPPFLAGS = $(test_flags)
tests_unit_test_issue_LDADD = $(libbsn_identity_libs)
tests_unit_test_identity_files_SOURCES = tests/unit/test-identity-files.c \
	$(test_ca)
tests_unit_test_identity_files_CPPFLAGS = $(test_flags)
tests_unit_test_identity_files_LDADD = $(libbsn_identity_libs)
tests_unit_test_signed_request_SOURCES = tests/unit/test-signed-request.c \
	$(test_ca)
tests_unit_test_signed_request_CPPFLAGS = $(test_flags)
tests_unit_test_signed_request_LDADD = $(libbsn_identity_libs)
tests_unit_test_key_certificate_SOURCES = tests/unit/test-key-certificate.c \
	$(test_ca)
tests_unit_test_key_certificate_CPPFLAGS = $(test_flags)
tests_unit_test_key_certificate_LDADD = $(libbsn_identity_libs)
tests_unit_test_nonce_memory_SOURCES = tests/unit/test-nonce-memory.c
tests_unit_test_nonce_memory_CPPFLAGS = $(test_flags)
tests_unit_test_nonce_memory_LDADD = $(libbsn_identity_libs)
tests_unit_test_ticket_SOURCES = tests/unit/test-ticket.c $(test_ca)
tests_unit_test_ticket_CPPFLAGS = $(test_flags)
tests_unit_test_ticket_LDADD = $(libbsn_identity_libs)
