/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-ca.h: CAs, certificates and MSPs for tests of
 * engine-fabric, made by OpenSSL while the test runs. Nothing can fail: it fails
 * the test.
 */
#ifndef TESTS_UNIT_FABRIC_CA_H
#define TESTS_UNIT_FABRIC_CA_H

#include "msp/msp_config.pb-c.h"
#include "plugins/engine-fabric/msp/msp.h"

/* When certificates of tests begin and end, Unix time. */
#define FABRIC_CA_BEGIN_S G_GINT64_CONSTANT(1700000000)
#define FABRIC_CA_END_S G_GINT64_CONSTANT(2000000000)

/* A certificate with its key. */
typedef struct {
	gboolean sm;
	EVP_PKEY *key;
	X509 *certificate;
	char *pem;
} Issued;
void issued_free(Issued *issued);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Issued, issued_free)

/* What a certificate says; zeroed fields mean the default. */
typedef struct {
	const char *name;
	const char *unit;   /* NULL: none */
	const char *unit_2; /* NULL: none */
	gboolean ca;
	const char *key_usage; /* as OpenSSL writes it; NULL: that of its kind */
	gint64 begin_s;
	gint64 end_s;
	gboolean other_algorithm; /* P-256 under an SM2 CA, and the other way */
} Wanted;

/* `issuer` NULL: signed by itself. */
Issued *fabric_issue(gboolean sm, const Issued *issuer, const Wanted *wanted);
/* A root, and a member's certificate, with defaults. */
Issued *fabric_root(gboolean sm, const char *name);
Issued *fabric_member(const Issued *issuer, const char *name, const char *unit);
/* The revocation list of a CA that names one certificate, in PEM. */
char *fabric_revoke(const Issued *ca, const Issued *revoked);

/* A signature over a message in DER, by the suite's algorithm and convention. */
GByteArray *fabric_sign(const Suite *suite, const Issued *who,
			bsn_slice message);
/* A SerializedIdentity. */
GByteArray *fabric_serialize(const char *msp_id, const Issued *who);
/* An MSPConfig around it. */
GByteArray *fabric_msp_bytes(const Msp__FabricMSPConfig *config);
/* An MSP with one root and node OUs "client", "peer", "admin" and "orderer". */
GByteArray *fabric_msp_simple(const char *id, const Issued *root);
/* A text as a field of type bytes; borrowed. */
ProtobufCBinaryData fabric_text(const char *text);

/* The suite, from the plugins of the build. */
Suite fabric_suite(gboolean sm);

#endif
