/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/keystore.h: private keys of this node and of hosted users,
 * encrypted at rest.
 */
#ifndef HOST_SERVICE_KEYSTORE_H
#define HOST_SERVICE_KEYSTORE_H

#include <bsn/bsn.h>
#include <glib.h>

#define KEYSTORE_ERROR (keystore_error_quark())
GQuark keystore_error_quark(void);
typedef enum {
	KEYSTORE_IO,
	KEYSTORE_PERMISSIONS, /* others may read it */
	KEYSTORE_WRONG_PASSPHRASE,
	KEYSTORE_DAMAGED,     /* or made by a newer version */
} KeystoreError;

typedef struct Keystore Keystore;

/* Opens or makes the keystore in a directory (mode 0700). The passphrase file
 * holds the secret that the encryption key is derived from; it is made, mode
 * 0600, with random contents when missing and the keystore is new. A key whose
 * file is damaged is logged and answers BSN_E_CORRUPT; the others work on.
 * Errors are KEYSTORE_ERROR. Algorithms come from the loaded crypto plugins by
 * name (plugin_find_signature). */
Keystore *keystore_open(const char *directory, const char *passphrase_file,
			GError **error);
void keystore_free(Keystore *keystore);

typedef struct {
	char *name;      /* [a-z0-9-], 1 to 63 */
	char *algorithm; /* "sm2", "secp256k1", "ecdsa-p256", "ed25519" */
	guint8 public_key[BSN_PUBLIC_KEY_MAX];
	guint32 public_key_len;
	guint64 created_ms;
	GBytes *certificate; /* of this very key, DER; NULL for none */
} HostedKey;
void hosted_key_free(HostedKey *key);

/* All from any thread. Status and reason as the ABI has them. A new key is
 * durable before it is returned. Names beginning with "node-" are the node's
 * own: keystore_node_* make them at first need, and callers of the others get
 * BSN_BAD_REQUEST for them. */
int32_t keystore_create(Keystore *keystore, const char *name,
			const char *algorithm, HostedKey **out, bsn_err *err);
int32_t keystore_find(Keystore *keystore, const char *name, HostedKey **out,
		      bsn_err *err);
/* The same, and the node's own keys that have been made: who governs a chain for
 * its nodes signs transactions with them. */
int32_t keystore_find_signer(Keystore *keystore, const char *name,
			     HostedKey **out, bsn_err *err);
int32_t keystore_delete(Keystore *keystore, const char *name, bsn_err *err);
GPtrArray *keystore_list(Keystore *keystore); /* HostedKey, by name */
/* With a key that keystore_find_signer finds. */
int32_t keystore_sign(Keystore *keystore, const char *name, guint32 convention,
		      bsn_slice message, bsn_sink *signature, bsn_err *err);
int32_t keystore_node_public_key(Keystore *keystore, const char *algorithm,
				 bsn_sink *public_key, bsn_err *err);
int32_t keystore_node_sign(Keystore *keystore, const char *algorithm,
			   guint32 convention, bsn_slice message,
			   bsn_sink *signature, bsn_err *err);

/* Puts a certificate beside a key, in the place of an earlier one, or takes it
 * away (NULL). It is durable then, and in the way of nothing else: a file
 * "NAME.crt" in PEM.
 *
 * In:      certificate, DER.
 * Out:     out, the key with it; may be NULL.
 * Errors:  BSN_BAD_REQUEST: it is no certificate, a CA's, or another key's;
 *          as keystore_find; BSN_FULL, BSN_E_IO. */
int32_t keystore_certify(Keystore *keystore, const char *name,
			 GBytes *certificate, HostedKey **out, bsn_err *err);
/* The same for the node's key, which is made at first need. */
int32_t keystore_node_certify(Keystore *keystore, const char *algorithm,
			      GBytes *certificate, bsn_err *err);
/* BSN_NOT_FOUND: it has none. Out: certificate, DER. */
int32_t keystore_node_certificate(Keystore *keystore, const char *algorithm,
				  bsn_sink *certificate, bsn_err *err);

#endif
