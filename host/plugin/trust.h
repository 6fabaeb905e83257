/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/trust.h: which plugin files the administrator trusts: by the
 * file's digest, or by a vendor's signature over the file.
 *
 * The signature stands beside the file, in FILE.so.sig: SM2 with SM3 and the
 * default user id (GB/T 32918.2, GM/T 0009) over the whole file, as r || s (64
 * bytes) or as the DER of GM/T 0009.
 */
#ifndef HOST_PLUGIN_TRUST_H
#define HOST_PLUGIN_TRUST_H

#include "host/plugin/rule.h"

typedef struct PluginTrust PluginTrust;

/* Both lists end with NULL: "sm3:HEX" digests, and PEM files with a vendor's
 * SM2 public key. An entry that cannot be used is logged as a warning and
 * trusts nothing. */
PluginTrust *plugin_trust_new(const char *const *digests,
			      const char *const *key_files);
void plugin_trust_free(PluginTrust *trust);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PluginTrust, plugin_trust_free)

/* What makes the file trusted: "digest", or "signature NAME" with the key
 * file's name without .pem. NULL and RULE_UNTRUSTED when nothing does. */
char *plugin_trust_judge(const PluginTrust *trust, const char *path,
			 GBytes *bytes, const char *digest, Refusal *refusal);

#endif
