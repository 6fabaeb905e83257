/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/certificate.h: organisations' CAs and the X.509 certificates that
 * they issue, with SM2 or P-256 keys (RFC 5280; GM/T 0015 for SM2 with SM3).
 */
#ifndef IDENTITY_CERTIFICATE_H
#define IDENTITY_CERTIFICATE_H

#include <glib.h>
#include <openssl/x509.h>

#define IDENTITY_ERROR (identity_error_quark())
GQuark identity_error_quark(void);
typedef enum {
	IDENTITY_MALFORMED,   /* not a certificate or key of a known kind */
	IDENTITY_UNTRUSTED,   /* issued by no CA that is trusted */
	IDENTITY_EXPIRED,     /* outside its period of validity */
	IDENTITY_UNFIT,       /* a CA used as a leaf, wrong usage, no role */
	IDENTITY_IO,
	IDENTITY_BUSY,        /* no room to judge it safely: later */
	IDENTITY_REVOKED,     /* by its issuer */
} IdentityError;

/* Largest certificate that is parsed, in bytes of DER. */
#define IDENTITY_CERT_MAX 8192

typedef enum {
	ROLE_NONE,
	ROLE_AUDITOR, /* reads */
	ROLE_CLIENT,  /* and submits */
	ROLE_NODE,    /* a host; no access to the gateway */
	ROLE_ADMIN,   /* and manages */
} Role;

const char *role_name(Role role);
/* ROLE_NONE for an unknown word. */
Role role_from_name(const char *name);
/* 1 when `have` includes what `need` may do. */
int role_allows(Role have, Role need);

/* Keys of hosts' certificates, and of those for SDKs of other frameworks' nodes
 * (FISCO BCOS): they are nobody's identity at the gateway. */
#define IDENTITY_SECP256K1 "ecdsa-secp256k1"

/* Who somebody is, as proven by a certificate. */
typedef struct {
	char *name;         /* subject CN */
	char *organisation; /* subject O */
	Role role;          /* subject OU */
	char *algorithm;    /* "sm2", "ecdsa-p256" or IDENTITY_SECP256K1 */
	guint8 public_key[64]; /* X || Y */
	char *fingerprint;  /* SHA-256 of the DER, hex */
	gint64 not_after_s; /* Unix time */
} Identity;
void identity_free(Identity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Identity, identity_free)

/* The CAs that this host trusts. Immutable once made: any thread. */
typedef struct TrustStore TrustStore;
TrustStore *trust_store_new(const char *const *ca_files, GError **error);
/* The same for hosts: keys of certificates and CAs may be IDENTITY_SECP256K1,
 * too, and what the CAs' revocation lists (CRLs, PEM files, RFC 5280 section 5)
 * name is revoked. Each list must be signed by one of the CAs; with
 * `others_crls` lists of CAs of other names are passed over. */
TrustStore *trust_store_new_for_hosts(const char *const *ca_files,
				      const char *const *crl_files,
				      gboolean others_crls, GError **error);
void trust_store_free(TrustStore *trust);

/* Judges a certificate at a time: parsed, chained to a trusted CA, valid then,
 * fit to be a leaf. */
Identity *trust_store_judge(const TrustStore *trust, X509 *certificate,
			    gint64 now_s, GError **error);
Identity *trust_store_judge_der(const TrustStore *trust, const guint8 *der,
				gsize len, gint64 now_s, GError **error);

/* Making them: "sm2", "ecdsa-p256" or IDENTITY_SECP256K1. All texts are
 * UTF-8. */
EVP_PKEY *identity_key_new(const char *algorithm, GError **error);
X509 *identity_ca_new(EVP_PKEY *key, const char *organisation, int days,
		      GError **error);
X509 *identity_issue(X509 *ca, EVP_PKEY *ca_key, EVP_PKEY *key,
		     const char *name, const char *organisation, Role role,
		     int days, GError **error);
/* A server certificate, of ecdsa-p256 or IDENTITY_SECP256K1; names: DNS names and IP addresses. */
X509 *identity_issue_server(X509 *ca, EVP_PKEY *ca_key, EVP_PKEY *key,
			    const char *const *names, int days,
			    GError **error);
/* A revocation list that names one certificate more than `before` (which may be
 * NULL), valid for so many days. */
X509_CRL *identity_revoke(X509 *ca, EVP_PKEY *ca_key, X509_CRL *before,
			  X509 *revoked, int days, GError **error);
/* A PEM file; what was there before is replaced as a whole. */
gboolean identity_save_crl(X509_CRL *crl, const char *file, GError **error);
X509_CRL *identity_load_crl(const char *file, GError **error);
/* PEM files: keys are PKCS #8, mode 0600, never overwritten. */
gboolean identity_save_key(EVP_PKEY *key, const char *file, GError **error);
gboolean identity_save_cert(X509 *cert, const char *file, GError **error);
EVP_PKEY *identity_load_key(const char *file, GError **error);
/* The same, also of IDENTITY_SECP256K1. */
EVP_PKEY *identity_load_any_key(const char *file, GError **error);
X509 *identity_load_cert(const char *file, GError **error);
/* NULL if it is fit for no identity at the gateway. */
const char *identity_key_algorithm(EVP_PKEY *key);
/* Raw parts: 32 bytes of scalar, 64 bytes X || Y. */
gboolean identity_key_raw(EVP_PKEY *key, guint8 private_key[32],
			  guint8 public_key[64], GError **error);

#endif
