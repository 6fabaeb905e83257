/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/registry.h: the plugin files of the host: what each is, whether
 * it was loaded, and if not, why not.
 */
#ifndef HOST_PLUGIN_REGISTRY_H
#define HOST_PLUGIN_REGISTRY_H

#include <bsn/bsn.h>
#include <bsn/ext/public_key.h>
#include <glib.h>

typedef enum {
	PLUGIN_LOADED,
	PLUGIN_DISABLED, /* acceptable, but the config does not enable it */
	PLUGIN_REFUSED,
} PluginVerdict;

/* One file in a plugin directory. */
typedef struct {
	char *path;
	char *digest;  /* SM3 of the file, "sm3:" and 64 hex digits */
	PluginVerdict verdict;
	char *rule;    /* of a refusal, stable: "not-elf", "wrong-abi", ... */
	char *reason;  /* of a refusal or of being disabled; else empty */
	char *remedy;  /* what an administrator can do; may be empty */
	char *id, *version, *name, *vendor; /* "" when never got that far */
	guint32 kinds; /* BSN_KIND_* of the note */
	char **offers; /* "framework fisco", "signature sm2", ...; NULL-ended */
	char *trusted_by; /* "digest" or "signature NAME"; "" when not */
	const bsn_plugin *plugin; /* NULL unless PLUGIN_LOADED */
} PluginFile;

typedef struct PluginRegistry PluginRegistry;

typedef struct {
	const char *const *directories;    /* scanned for *.so, NULL-ended */
	const char *const *trust_digests;  /* "sm3:HEX", NULL-ended */
	const char *const *trust_keys;     /* files: vendor's SM2 public key,
					    * PEM; a plugin's signature is in
					    * FILE.so.sig */
	const char *require;               /* level that engines must be
					    * certified for, "L0" to "L4";
					    * others, or NULL: none */
	const char *const *conformance_keys; /* files: SM2 public key, PEM, of
					    * whoever may certify; a plugin's
					    * certificate is in
					    * FILE.so.conformance */
	const char *const *frameworks;     /* enabled; NULL-ended */
	const char *cache_file;            /* verdicts by digest; or NULL */
	const char *scanner;               /* path of bsn-plugin-scan */
	guint scan_timeout_ms;
} PluginConfig;

/* Scans every file in a child process, then loads the acceptable ones in the
 * order crypto, consensus, runtime, engine. Never fails as a whole: each file
 * has its verdict. `host` is given to bsn_plugin_open. Main thread, once. */
PluginRegistry *plugin_registry_load(const PluginConfig *config,
				     const bsn_host *host);
/* Calls each plugin's close; code stays in memory. */
void plugin_registry_free(PluginRegistry *registry);

/* PluginFile, in order of path; borrowed. */
const GPtrArray *plugin_registry_files(const PluginRegistry *registry);

/* By name among the loaded plugins; NULL when there is none. Any thread, after
 * plugin_registry_load has loaded the plugin concerned. They work on the one
 * registry of the process, since the ABI's services carry no handle. */
const bsn_engine *plugin_find_engine(const char *framework);
const bsn_consensus *plugin_find_consensus(const char *name);
const bsn_runtime *plugin_find_runtime(const char *name);
const bsn_hash *plugin_find_hash(const char *name);
const bsn_signature *plugin_find_signature(const char *name);
const bsn_cipher *plugin_find_cipher(const char *name);
const bsn_encryption *plugin_find_encryption(const char *name);
const bsn_key_agreement *plugin_find_agreement(const char *name);

#endif
