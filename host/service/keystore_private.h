/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOST_SERVICE_KEYSTORE_PRIVATE_H
#define HOST_SERVICE_KEYSTORE_PRIVATE_H

#include "host/service/keystore_file.h"

#define KEY_SUFFIX ".key"

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

#endif
