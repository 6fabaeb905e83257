noinst_LIBRARIES += libbsn-identity.a
libbsn_identity_a_CPPFLAGS = $(AM_CPPFLAGS) $(GLIB_CFLAGS) $(CRYPTO_CFLAGS)
libbsn_identity_libs = libbsn-identity.a $(GLIB_LIBS) $(CRYPTO_LIBS)
libbsn_identity_a_SOURCES = identity/base64.h identity/base64.c \
	identity/canonical.h identity/canonical.c identity/crl.c \
	identity/certificate.h identity/certificate_cache.h \
	identity/certificate_cache.c identity/issue.h identity/issue.c \
	identity/issue_server.c identity/judge.c identity/key.c \
	identity/key_certificate.h identity/key_certificate.c \
	identity/nonce_memory.h identity/nonce_memory.c identity/openssl.h \
	identity/openssl.c identity/pem.h identity/pem.c \
	identity/request_verifier.c identity/role.c identity/sign.h \
	identity/sign.c identity/signed_request.h identity/signed_request.c \
	identity/subject.h identity/subject.c identity/trust.h \
	identity/ticket.h identity/ticket.c \
	identity/trust_private.h identity/trust.c
