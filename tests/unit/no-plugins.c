/* SPDX-License-Identifier: Apache-2.0
 *
 * What a registry without plugins finds, for tests that have a chain's engine
 * of their own; signatures are each test's.
 */
#include "host/plugin/registry.h"

const bsn_consensus *
plugin_find_consensus(const char *name)
{
	return NULL;
}

const bsn_runtime *
plugin_find_runtime(const char *name)
{
	return NULL;
}

const bsn_hash *
plugin_find_hash(const char *name)
{
	return NULL;
}

const bsn_cipher *
plugin_find_cipher(const char *name)
{
	return NULL;
}

const bsn_encryption *
plugin_find_encryption(const char *name)
{
	return NULL;
}

const bsn_key_agreement *
plugin_find_agreement(const char *name)
{
	return NULL;
}
