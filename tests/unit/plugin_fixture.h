/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/plugin_fixture.h: a plugin directory of a test's own, filled with
 * copies of the modules of tests/bad-plugins.
 */
#ifndef TESTS_UNIT_PLUGIN_FIXTURE_H
#define TESTS_UNIT_PLUGIN_FIXTURE_H

#include <openssl/types.h>

#include "host/plugin/registry.h"

typedef struct {
	char *dir;
	char *scanner;       /* of the build */
	GPtrArray *digests;  /* trusted; ended by NULL when loaded */
	const char *keys[2]; /* trust_keys */
	const char *require; /* NULL: no certificate */
	const char *certifiers[2]; /* conformance_keys */
	const char *frameworks[4];
	char *cache_file;    /* NULL: none */
	guint timeout_ms;
	PluginRegistry *registry;
} Fixture;

/* No plugin, no trust, frameworks "minimal" enabled. */
Fixture *fixture_new(void);
/* Frees the registry, deletes the directory. */
void fixture_free(Fixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

/* The bytes of tests/bad-plugins/NAME.so of the build. */
GBytes *fixture_module(const char *name);
/* Puts bytes into the directory as FILE; returns its path, borrowed. */
const char *fixture_put(Fixture *fixture, const char *file, GBytes *bytes);
/* Puts a copy of module NAME as NAME.so. */
const char *fixture_add(Fixture *fixture, const char *name);
/* The same, and trusts it by its digest. */
void fixture_add_trusted(Fixture *fixture, const char *name);
void fixture_trust(Fixture *fixture, GBytes *bytes);
/* Puts and trusts a plugin that the build makes, "crypto-gm.so". */
void fixture_add_from_build(Fixture *fixture, const char *file);

/* Makes an SM2 key and puts its public half into the directory as FILE. */
EVP_PKEY *fixture_make_key(const Fixture *fixture, const char *file);
/* Its signature over the bytes, in DER. */
GBytes *fixture_sign(EVP_PKEY *key, GBytes *bytes);

/* Loads the directory, ending an earlier registry. */
void fixture_load(Fixture *fixture);
/* What became of FILE; fails the test when the registry does not list it. */
const PluginFile *fixture_file(const Fixture *fixture, const char *file);

#endif
