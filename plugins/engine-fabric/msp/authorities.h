/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/msp/authorities.h: the CAs of an MSP, their revocation
 * lists, and chains up to them (RFC 5280 section 6, through OpenSSL).
 *
 * A block is judged alike whenever it is read, so validity is asked for the
 * moment after the certificate itself began to be valid, as Fabric does; whether
 * it has expired by now is asked where a proposal or an envelope comes in.
 */
#ifndef FABRIC_MSP_AUTHORITIES_H
#define FABRIC_MSP_AUTHORITIES_H

#include "msp/msp_config.pb-c.h"
#include "plugins/engine-fabric/msp/certificate.h"

/* CAs and revocation lists of one MSP. */
#define AUTHORITIES_MAX 64u
/* CAs above a certificate. */
#define AUTHORITIES_DEPTH_MAX 8u

typedef struct {
	const Suite *suite;   /* borrowed */
	X509_STORE *store;    /* the roots */
	STACK_OF(X509) *intermediates;
	GPtrArray *cas;       /* X509: roots first, then intermediates */
	GPtrArray *inner;     /* X509 of cas that are above another one: they
			       * issue CAs and not members */
	GPtrArray *lists;     /* X509_CRL */
	GPtrArray *list_cas;  /* X509 of cas: who signed each list */
} Authorities;

/* Reads root_certs, intermediate_certs and revocation_list.
 *
 * Returns: BSN_OK and what authorities_clear takes.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE, with what is wrong. */
int32_t authorities_init(Authorities *authorities, const Suite *suite,
			 const Msp__FabricMSPConfig *config, bsn_err *err);
void authorities_clear(Authorities *authorities);

/* A certificate and the CAs above it, up to the root. */
typedef struct {
	guint n;
	X509 *certificates[AUTHORITIES_DEPTH_MAX + 1]; /* references */
} CertificateChain;
void certificate_chain_clear(CertificateChain *chain);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CertificateChain, certificate_chain_clear)

/* Builds the chain of a member's certificate: it is no CA, may sign, is issued
 * by a lowest CA of the MSP, and not revoked.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_DENIED: "the certificate ..." [any] */
int32_t authorities_chain(const Authorities *authorities, X509 *certificate,
			  CertificateChain *chain, bsn_err *err);
/* Whether a certificate is of one of the CAs, whatever else is to be said of it.
 */
gboolean authorities_have_issued(const Authorities *authorities,
				 X509 *certificate);
/* The digest of a CA and of those above it, by which units name it.
 *
 * Returns: BSN_OK.
 * In:      pem: a certificate.
 * Errors:  BSN_BAD_REQUEST: it is none of the MSP's CAs. [any] */
int32_t authorities_certifiers(const Authorities *authorities, bsn_slice pem,
			       guint8 digest[HASH_LEN], bsn_err *err);

#endif
