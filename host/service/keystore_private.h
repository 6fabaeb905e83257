/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOST_SERVICE_KEYSTORE_PRIVATE_H
#define HOST_SERVICE_KEYSTORE_PRIVATE_H

#include "host/service/keystore_file.h"

#define KEY_SUFFIX ".key"
#define CERTIFICATE_SUFFIX ".crt"

/* A key of the table; immutable, so that who found it needs no lock. */
typedef struct {
	gatomicrefcount refs;
	SealedKey *sealed; /* NULL: the file is damaged */
} KeystoreEntry;

struct Keystore {
	int directory;
	Seal *seal;
	GMutex changing; /* one change at a time, over its fsync */
	GRWLock lock;    /* the table */
	GHashTable *entries; /* KeystoreEntry, by name */
};

/* Takes the key, which is NULL when its file is damaged. */
KeystoreEntry *keystore_entry_new(SealedKey *sealed);
void keystore_entry_unref(KeystoreEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeystoreEntry, keystore_entry_unref)

/* keystore.c. BSN_BAD_REQUEST for a name that no hosted key has. */
int32_t keystore_check_name(const char *name, bsn_err *err);
/* A key that is whole; a reference of the caller's. */
int32_t keystore_entry_find(Keystore *keystore, const char *name,
			    KeystoreEntry **out, bsn_err *err);
/* The node's key for an algorithm, made when it is not there. */
int32_t keystore_entry_of_node(Keystore *keystore, const char *algorithm,
			       KeystoreEntry **out, bsn_err *err);
HostedKey *hosted_key_copy(const HostedKey *key);

/* keystore_certificate.c. Reads what stands beside a key, when it is fit to. */
void keystore_certificate_load(const Keystore *keystore, HostedKey *key);
/* 0, also when there is none, or an errno. */
int keystore_certificate_remove(const Keystore *keystore, const char *name);

#endif
