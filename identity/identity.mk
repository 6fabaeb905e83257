noinst_LTLIBRARIES += libbsn-identity.la
libbsn_identity_la_CPPFLAGS = $(AM_CPPFLAGS) $(GLIB_CFLAGS) $(CRYPTO_CFLAGS)
libbsn_identity_la_LIBADD = $(GLIB_LIBS) $(CRYPTO_LIBS)
libbsn_identity_la_SOURCES = identity/certificate.h identity/role.c \
	identity/signed_request.h
