/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/keystore-place.h: a keystore in a temporary directory, with the
 * algorithms of the crypto plugins in the place of loaded plugins.
 */
#ifndef TESTS_UNIT_KEYSTORE_PLACE_H
#define TESTS_UNIT_KEYSTORE_PLACE_H

#include "host/service/keystore.h"

typedef struct {
	char *base, *directory, *passphrase;
	Keystore *keystore;
} Place;

/* The last line that the keystore logged, and whether SM2 is loaded. */
extern char place_logged[512];
extern gboolean place_has_sm2;

/* Closes it if it is open; opens it. */
void open_again(Place *place);
char *file_of(const Place *place, const char *name);
/* A new key; the test fails when there is none. */
void create(Place *place, const char *name, const char *algorithm);
/* The key signs, and its public key verifies it. */
void assert_signs(Place *place, const char *name);

/* Readies the algorithms; for main. */
void place_init(void);
void place_add(const char *name, void (*test)(Place *, gconstpointer));

#endif
